//! One run after the network has healed: who is left hears everything, and takes its time.
//!
//! *Patience*: a member goes on only when nobody who is behind it can. So all who stand in the
//! lowest round move together, and what they hear of it is all there is. In: a state, what the
//! silent have let be heard. Out: how the run ends.
//!
//! Tables are indexed by rounds, outcomes and liars, below their limits by the setting.

use crate::counts::Table;
use crate::hearing::Forged;
use crate::limits::{DEPTH, HEALED, LIARS, OUTCOMES};
use crate::rule::{Outcomes, Rounds, Tally};
use crate::setting::Setting;

/// What liars have let be heard in each round, before they fell silent.
pub type Masks = [Forged; DEPTH];

/// A run that can go on.
#[derive(Clone, Copy, Debug)]
pub struct Healed {
    /// What honest members have sealed, the silent ones among them.
    pub sealed: Table,
    /// Where those stand who are not silent.
    pub live: Table,
    /// What liars have sealed.
    pub masks: Masks,
}

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// An outcome is final, for everybody.
    Final,
    /// Nobody who is not silent can do anything.
    Stuck,
    /// The model has no more rounds for it.
    CutOff,
}

impl Healed {
    /// Runs until the end.
    pub fn run(&mut self, setting: &Setting) -> End {
        loop {
            if self.is_final(setting) {
                return End::Final;
            }
            let Some((round, to)) = self.mover(setting) else { return End::Stuck };
            let Some((left, outcome)) = to else { return End::CutOff };
            let moved: u8 = self.live[round].iter().sum();
            self.live[round] = [0; OUTCOMES];
            self.live[left + 1][outcome] += moved;
            self.sealed[left + 1][outcome] += moved;
        }
    }

    /// The rounds in which members stand when nothing more can happen; nothing, if that is an end
    /// that is wished for, or out of the model's reach.
    #[must_use]
    pub fn is_stuck(mut self, setting: &Setting) -> Option<Vec<u8>> {
        (self.run(setting) == End::Stuck).then(|| self.stands().map(|round| round as u8).collect())
    }

    /// The lowest round in which members stand that can go on; which round they leave, hearing all
    /// of it, and what they seal in the one after; nothing, if the model has no round for it.
    fn mover(&self, setting: &Setting) -> Option<(usize, Option<(usize, usize)>)> {
        let last = usize::from(setting.rounds) + HEALED - 1;
        let judge = setting.judge();
        for round in self.stands() {
            let until = if setting.rule.rounds == Rounds::OneByOne { round } else { last };
            for left in round..=until {
                let to = judge.moves(&self.tally(setting, left));
                if to != 0 {
                    let outcome = to.trailing_zeros() as usize;
                    return Some((round, (left < last).then_some((left, outcome))));
                }
            }
        }
        None
    }

    /// The rounds in which members stand who are not silent, lowest first.
    pub fn stands(&self) -> impl Iterator<Item = usize> + '_ {
        let occupied = |round: &usize| self.live[*round].iter().any(|count| *count > 0);
        (0..self.live.len()).filter(occupied)
    }

    /// Everything that there is to hear of a round.
    fn tally(&self, setting: &Setting, round: usize) -> Tally {
        let mut tally = Tally::of_nobody(setting.members);
        for (outcome, count) in self.sealed[round].iter().enumerate() {
            tally.single[outcome] = *count;
            tally.unheard -= count;
        }
        let liars = self.masks[round].iter().take(usize::from(setting.liars));
        liars.fold(tally, |tally, mask| tally.with(*mask))
    }

    /// Whether seals that have been heard make an outcome final.
    fn is_final(&self, setting: &Setting) -> bool {
        self.sealed.iter().zip(&self.masks).any(|(sealed, masks)| {
            sealed.iter().enumerate().any(|(outcome, count)| {
                let by_liars: Outcomes = masks.iter().map(|mask| mask >> outcome & 1).sum();
                count + by_liars >= setting.quorum
            })
        })
    }
}

/// Nothing heard of any liar.
pub const QUIET: Masks = [[0; LIARS]; DEPTH];
