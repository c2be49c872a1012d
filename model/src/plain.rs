//! The same conversation with its members' names: for small numbers, to check the states without
//! names against, and to tell a story with.
//!
//! A state holds each member's seals, and, where asked for, what has been heard of liars. A step is
//! one seal of one member, with what that member had heard. Members who keep the rule come first,
//! then loose ones, then liars.
//!
//! Arrays are indexed by members, rounds, liars and outcomes, below their limits by the setting.

use crate::limits::{LIARS, MEMBERS, ROUNDS};
use crate::rule::{Justification, Outcomes, Rounds, Tally};
use crate::setting::Setting;

/// What somebody has heard each member seal in one round.
pub type Heard = [Outcomes; MEMBERS];

/// A state, members with names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Plain {
    /// Each member's seal in each round.
    pub seals: [[Option<u8>; ROUNDS]; MEMBERS],
    /// What any honest member has heard of liars in each round.
    pub shown: [[Outcomes; LIARS]; ROUNDS],
}

/// Whether states that differ only in what was heard of liars are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// They are the same: enough for finals, as liars can always say it again.
    Seals,
    /// They differ: what was heard once is known to all when the network heals.
    SealsAndHearsay,
}

/// One seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Whose.
    pub who: u8,
    /// In which round.
    pub round: u8,
    /// For what.
    pub outcome: u8,
    /// What its author had heard of the round before; nothing, if that does not matter.
    pub heard: Option<Heard>,
}

/// The model of a setting.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    /// The setting.
    pub setting: Setting,
    /// What its states hold.
    pub memory: Memory,
}

impl Model {
    /// Members who seal at most once a round.
    fn single(&self) -> u8 {
        self.setting.honest()
    }

    /// Every step from a state.
    #[must_use]
    pub fn next(&self, state: &Plain) -> Vec<(Step, Plain)> {
        let mut next = Vec::new();
        let keepers = self.single() - self.setting.loose;
        for who in 0..self.single() {
            let last = (0..self.setting.rounds).rev().find(|round| seal(state, who, *round) != 0);
            if last.is_none() {
                next.extend((0..self.setting.outcomes).map(|outcome| {
                    let step = Step { who, round: 0, outcome, heard: None };
                    (step, self.after(state, step))
                }));
            }
            let free = self.setting.rule.justification == Justification::NotRequired;
            if who >= keepers && free {
                self.seal_freely(state, who, last, &mut next);
            } else {
                self.leave(state, who, last, &mut next);
            }
        }
        next
    }

    /// A loose member seals what and where it likes, forwards.
    fn seal_freely(&self, state: &Plain, who: u8, last: Option<u8>, next: &mut Vec<(Step, Plain)>) {
        for round in last.map_or(1, |last| last + 1)..self.setting.rounds {
            for outcome in 0..self.setting.outcomes {
                let step = Step { who, round, outcome, heard: None };
                next.push((step, self.after(state, step)));
            }
        }
    }

    /// A member leaves a round in which it stands, or that it skips.
    fn leave(&self, state: &Plain, who: u8, last: Option<u8>, next: &mut Vec<(Step, Plain)>) {
        let final_round = self.setting.rounds - 1;
        let rounds = match (self.setting.rule.rounds, last) {
            (Rounds::OneByOne, None) => 0..0,
            (Rounds::OneByOne, Some(last)) => last..final_round.min(last + 1),
            (Rounds::MayBeSkipped, last) => last.unwrap_or(0)..final_round,
        };
        for left in rounds {
            let first = next.len();
            for (heard, to) in self.ways(state, left, Some(who)) {
                for outcome in self.list(to) {
                    let step = Step { who, round: left + 1, outcome, heard: Some(heard) };
                    let after = self.after(state, step);
                    if next.iter().skip(first).all(|(_, known)| *known != after) {
                        next.push((step, after));
                    }
                }
            }
        }
    }

    /// The state after a step.
    fn after(&self, state: &Plain, step: Step) -> Plain {
        let mut after = *state;
        after.seals[usize::from(step.who)][usize::from(step.round)] = Some(step.outcome);
        if let (Memory::SealsAndHearsay, Some(heard)) = (self.memory, step.heard) {
            for liar in 0..self.setting.liars {
                let of_liar = heard[usize::from(self.single() + liar)];
                after.shown[usize::from(step.round - 1)][usize::from(liar)] |= of_liar;
            }
        }
        after
    }

    /// All that may be heard of a round and lets one leave it, and for what; least heard first. The
    /// mover has heard its own seal, and a liar that goes round by round has one.
    #[must_use]
    pub fn ways(&self, state: &Plain, round: u8, mover: Option<u8>) -> Vec<(Heard, Outcomes)> {
        let signable = self.signable(state, round);
        let must_speak = self.setting.rule.rounds == Rounds::OneByOne;
        let mut heard: Vec<Heard> = vec![[0; MEMBERS]];
        for who in 0..self.setting.members {
            let said = if who < self.single() { seal(state, who, round) } else { signable };
            let own = mover == Some(who);
            let mut parts: Vec<Outcomes> = (0..=said).filter(|part| part & !said == 0).collect();
            if own && (who < self.single() || must_speak) {
                parts.retain(|part| *part != 0 || said == 0 && who < self.single());
            }
            let with = |heard: &Heard| {
                let mut all = vec![*heard; parts.len()];
                all.iter_mut().zip(&parts).for_each(|(h, part)| h[usize::from(who)] = *part);
                all
            };
            heard = heard.iter().flat_map(with).collect();
        }
        heard.sort_by_key(|heard| heard.iter().map(|set| set.count_ones()).sum::<u32>());
        let judge = self.setting.judge();
        let ways = heard.into_iter().map(|heard| (heard, judge.moves(&self.tally(&heard))));
        ways.filter(|(_, to)| *to != 0).collect()
    }

    fn tally(&self, heard: &Heard) -> Tally {
        let members = heard.iter().take(usize::from(self.setting.members));
        members.fold(Tally::of_nobody(self.setting.members), |tally, set| tally.with(*set))
    }

    /// What a liar could sign in a round. All liars could sign the same.
    #[must_use]
    pub fn signable(&self, state: &Plain, round: u8) -> Outcomes {
        let free = self.setting.rule.justification == Justification::NotRequired;
        if self.setting.liars == 0 {
            0
        } else if round == 0 || free {
            self.setting.all()
        } else {
            let ways = self.ways(state, round - 1, Some(self.single()));
            ways.iter().fold(0, |set, (_, to)| set | to)
        }
    }

    /// The outcomes of a set.
    fn list(&self, set: Outcomes) -> impl Iterator<Item = u8> + use<> {
        (0..self.setting.outcomes).filter(move |outcome| set >> outcome & 1 == 1)
    }
}

/// A member's seal in a round, as a set of outcomes.
#[must_use]
pub fn seal(state: &Plain, who: u8, round: u8) -> Outcomes {
    state.seals[usize::from(who)][usize::from(round)].map_or(0, |outcome| 1 << outcome)
}
