//! Copies of the fold to go back to: close together near the end, ever farther apart before.

use std::sync::Arc;

use crate::limits::{CHECKPOINT_EVERY, CHECKPOINTS};
use crate::world::Fold;

/// A copy of a fold.
#[derive(Clone)]
pub(crate) enum Kept {
    /// As it is.
    Whole(Box<Fold>),
    /// As it was saved: few are ever gone back to, so it is read when it is needed.
    Saved(Arc<[u8]>),
}

/// One copy.
struct Checkpoint {
    /// How many entries of the order were folded.
    folded: usize,
    fold: Kept,
    /// How many of them were accepted.
    accepted: usize,
}

/// The copies, in order; the first, before any message, is never dropped.
#[derive(Default)]
pub(crate) struct Checkpoints {
    kept: Vec<Checkpoint>,
}

impl Checkpoints {
    /// Whether a copy is due: the larger the state, the rarer, so that copying costs less than
    /// folding.
    pub(crate) fn due(&self, folded: usize, weight: usize) -> bool {
        let last = self.kept.last().map_or(0, |c| c.folded);
        folded.saturating_sub(last) >= CHECKPOINT_EVERY.max(weight)
    }

    /// Keeps a copy. Where there are too many, the one goes whose neighbours are closest for how
    /// far back they are.
    pub(crate) fn push(&mut self, folded: usize, fold: Fold, accepted: usize) {
        let fold = Kept::Whole(Box::new(fold));
        self.kept.push(Checkpoint { folded, fold, accepted });
        if self.kept.len() <= CHECKPOINTS {
            return;
        }
        let gap = |i: usize| {
            let at = |i: usize| self.kept.get(i).map_or(0, |c| c.folded);
            let back = folded.saturating_sub(at(i)).max(1);
            at(i + 1).saturating_sub(at(i.saturating_sub(1))).saturating_mul(1_000) / back
        };
        let weakest = (1..self.kept.len() - 1).min_by_key(|i| gap(*i));
        if let Some(weakest) = weakest {
            self.kept.remove(weakest);
        }
    }

    /// The last copy at or before a position; later ones are dropped.
    pub(crate) fn back_to(&mut self, position: usize) -> Option<(usize, Kept, usize)> {
        let keep = self.kept.partition_point(|c| c.folded <= position).max(1);
        #[cfg(feature = "faults")]
        let keep =
            keep + usize::from(crate::faults::planted(crate::faults::Fault::StaleCheckpoint));
        self.kept.truncate(keep);
        self.kept.last().map(|c| (c.folded, c.fold.clone(), c.accepted))
    }

    /// Nothing can come to stand before this position any more, but for a fork: of the copies
    /// before it, the last and the very first are enough.
    pub(crate) fn settle(&mut self, position: usize) {
        let last = self.kept.partition_point(|c| c.folded <= position).saturating_sub(1);
        if last > 1 {
            self.kept.drain(1..last);
        }
    }

    /// Drops the last copy, which cannot be read.
    pub(crate) fn drop_last(&mut self) {
        self.kept.pop();
    }

    /// The copy before any message.
    pub(crate) fn first(&self) -> Option<&Kept> {
        self.kept.first().map(|c| &c.fold)
    }

    /// The copies after the first and before a position: how many entries were folded, how many of
    /// them accepted, and the copy.
    pub(crate) fn before(
        &self,
        position: usize,
    ) -> impl DoubleEndedIterator<Item = (usize, usize, &Kept)> {
        let later = self.kept.iter().skip(1).filter(move |c| c.folded < position);
        later.map(|c| (c.folded, c.accepted, &c.fold))
    }

    /// Adds a copy that is later than those there; says whether it is.
    pub(crate) fn add(&mut self, folded: usize, fold: Kept, accepted: usize) -> bool {
        let later = self.kept.last().is_none_or(|last| last.folded < folded);
        if later {
            self.kept.push(Checkpoint { folded, fold, accepted });
        }
        later
    }

    /// Drops all but the first.
    pub(crate) fn keep_first(&mut self) {
        self.kept.truncate(1);
    }
}
