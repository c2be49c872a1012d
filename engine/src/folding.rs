//! Folding what is new: from where the order changed, back to the last checkpoint before it, and
//! forward to the end.

use std::ops::ControlFlow;

use crate::code::Code;
use crate::entry::EntryId;
#[cfg(feature = "faults")]
use crate::faults::{Fault, planted};
use crate::fold::{fold, note};
use crate::limits::REASONS;
use crate::replica::{Judging, Replica};
use crate::saved::{UNJUDGED, fold_of};
use crate::sealing::Lost;
use crate::verdict::Verdict;

impl Replica {
    /// Folds all that is new. Gives the position in the order from which verdicts may have changed.
    ///
    /// Of a replica that was resumed, it stops where the host cannot give the bytes of an entry
    /// ([`Self::missing`]), and tries again when it is called again.
    pub fn advance(&mut self) -> usize {
        self.advance_to(None)
    }

    /// As [`Self::advance`], up to an entry and without it.
    pub(crate) fn advance_to(&mut self, stop: Option<u32>) -> usize {
        let (changed, end) = {
            let world = &mut *self.sandbox.world();
            world.missing.set(None);
            let at = |index| world.log.order().iter().position(|i| *i == index);
            let end = stop.and_then(at).unwrap_or_else(|| world.log.len());
            (world.log.take_changed(), end)
        };
        let from = changed.min(self.folded);
        #[cfg(feature = "faults")]
        let from = if planted(Fault::LateNotRolledBack) { self.folded } else { from };
        if from < self.folded {
            self.restore(from);
        }
        let start = self.folded;
        if !self.note_seals() {
            self.give_up();
            return start.min(self.folded);
        }
        while self.folded < end {
            if self.fold_next().is_break() {
                self.give_up();
                break;
            }
        }
        let settled = self.sandbox.world().log.settled();
        self.checkpoints.settle(settled);
        start.min(self.folded)
    }

    /// The entry whose bytes the host could not give when folding, a deadline or a breach needed
    /// them. Until the next `advance`, which tries again, deadlines are unknown.
    #[must_use]
    pub fn missing(&self) -> Option<EntryId> {
        self.sandbox.world().missing.get()
    }

    /// Folds one entry; breaks where bytes were missing, with the fold in no state to be kept.
    pub(crate) fn fold_next(&mut self) -> ControlFlow<()> {
        let index = {
            let world = self.sandbox.world();
            world.log.order().get(self.folded).copied()
        };
        let Some(index) = index else { return ControlFlow::Break(()) };
        self.listen();
        let judged = self.judge(index);
        self.heard(judged.as_ref().is_some_and(|(verdict, _)| *verdict == Verdict::Accepted));
        let (Some((verdict, text)), None) = (judged, self.missing()) else {
            return ControlFlow::Break(());
        };
        let at = index as usize;
        if self.verdicts.len() <= at {
            self.verdicts.resize(at + 1, UNJUDGED);
        }
        if let Some(place) = self.verdicts.get_mut(at) {
            *place = verdict.number();
        }
        self.texts.remove(&index);
        if !text.is_empty() {
            if self.texts.len() >= REASONS {
                self.texts.pop_first();
            }
            self.texts.insert(index, text);
        }
        self.folded += 1;
        let weight = {
            let world = self.sandbox.world();
            world.fold.weight()
        };
        if self.checkpoints.due(self.folded, weight) {
            self.checkpoint();
        }
        ControlFlow::Continue(())
    }

    /// The verdict on the next entry of the order: of a seal by its past, of all else by the fold. `None`
    /// where bytes were missing.
    fn judge(&mut self, index: u32) -> Option<(Verdict, String)> {
        let seal = self.seals.number(index).filter(|_| self.judging == Judging::All);
        let Some(seal) = seal else { return Some(fold(&self.sandbox, self.reasons, index)) };
        let (verdict, text) = self.judge_seal(seal).ok()?;
        note(&mut self.sandbox.world(), index, verdict);
        Some((verdict, text))
    }

    /// Takes note of the seals among what has come; whether their bytes are there.
    fn note_seals(&mut self) -> bool {
        if self.judging == Judging::Nothing {
            return true;
        }
        let verdicts = &self.verdicts;
        let judged = |index: u32| match verdicts.get(index as usize) {
            Some(0) => Some(Verdict::Accepted),
            Some(number) => {
                Code::ALL.into_iter().find(|c| c.number() == *number).map(Verdict::Refused)
            }
            None => None,
        };
        {
            let world = self.sandbox.world();
            if let Err(Lost(index)) = self.seals.catch_up(&world.log, &judged) {
                world.missing.set(Some(world.log.id(index)));
                return false;
            }
        }
        // Of a resumed conversation the verdicts are known, and not yet what was sealed.
        self.seals.unevaluated().iter().all(|hash| self.is_right(hash).is_ok())
    }

    /// Back to the last checkpoint, with no verdict on anything after it: a half-folded entry is
    /// worse than none.
    fn give_up(&mut self) {
        self.restore(self.folded);
        let world = self.sandbox.world();
        for index in world.log.order().iter().skip(self.folded) {
            if let Some(place) = self.verdicts.get_mut(*index as usize) {
                *place = UNJUDGED;
            }
            self.texts.remove(index);
        }
    }

    /// Keeps a copy of the fold to go back to.
    pub(crate) fn checkpoint(&mut self) {
        let world = self.sandbox.world();
        self.checkpoints.push(self.folded, world.fold.clone(), world.journal.accepted.len());
    }

    /// Back to the last checkpoint at or before a position.
    fn restore(&mut self, position: usize) {
        let world = &mut *self.sandbox.world();
        let (folded, accepted) = loop {
            let Some((folded, kept, accepted)) = self.checkpoints.back_to(position) else { return };
            match fold_of(world, kept) {
                Ok(fold) => {
                    world.fold = fold;
                    break (folded, accepted);
                }
                // The one before it is as good, only farther; the first is always whole.
                Err(_) => self.checkpoints.drop_last(),
            }
        };
        world.journal.cut(accepted);
        world.forget_cache();
        world.enrol_present();
        self.folded = folded;
    }

    /// Forgets all that was folded, and folds it anew. It changes nothing: for tests, and for a host
    /// that wants to be sure.
    pub fn replay(&mut self) {
        self.restore(1);
        self.checkpoints.keep_first();
        self.advance();
    }
}
