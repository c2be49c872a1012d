//! All states that honest members can reach, whatever liars let them hear.
//!
//! In: a setting, and perhaps a [`Pin`]. Out: each state once, with what liars could sign in it.

use crate::counts::Counts;
use crate::hearing::{Forged, Hearing, Own};
use crate::limits::{DEPTH, LIARS};
use crate::rule::{Justification, Outcomes, Rounds};
use crate::seen::{Seen, TooMany};
use crate::setting::Setting;

/// What each liar could sign in each round.
pub type Signable = [Forged; DEPTH];

/// Liars who show one face in one round: of whoever looks, each has heard this outcome or nothing.
/// They belong to those who certify the outcome in that round, and are not to be found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The round.
    pub round: u8,
    /// The outcome that they seal there.
    pub outcome: u8,
    /// The first so many of the liars.
    pub liars: u8,
}

/// A setting, as it is explored.
#[derive(Clone, Debug)]
pub struct Explorer {
    setting: Setting,
    pin: Option<Pin>,
    hearing: Hearing,
}

impl Explorer {
    /// An exploration of a setting that was checked.
    #[must_use]
    pub fn new(setting: Setting, pin: Option<Pin>) -> Self {
        Self { setting, pin, hearing: Hearing::new(&setting) }
    }

    /// Visits every state once. Returns how many there are.
    ///
    /// # Errors
    /// There are too many.
    pub fn run(&mut self, mut visit: impl FnMut(&Counts, &Signable)) -> Result<usize, TooMany> {
        let mut seen = Seen::default();
        let start = Counts::START.pack(&self.setting);
        seen.insert(start)?;
        let mut ahead = vec![start];
        let mut next = Vec::new();
        while let Some(packed) = ahead.pop() {
            let state = Counts::unpack(packed, &self.setting);
            let signable = self.signable(&state);
            visit(&state, &signable);
            self.next(&state, &signable, &mut next);
            for state in next.drain(..) {
                let packed = state.pack(&self.setting);
                if self.matters(&state) && seen.insert(packed)? {
                    ahead.push(packed);
                }
            }
        }
        Ok(seen.len())
    }

    /// What liars could sign by now: anything in round 0; later, what some part of the round before
    /// leads to, and that part may be of their own making.
    pub fn signable(&mut self, state: &Counts) -> Signable {
        let mut signable = [[0; LIARS]; DEPTH];
        for round in 0..self.setting.rounds {
            for liar in 0..self.setting.liars {
                let outcomes = self.signable_by(state, &signable, round, liar);
                signable[usize::from(round)][usize::from(liar)] = self.shown(round, liar, outcomes);
            }
        }
        signable
    }

    fn signable_by(
        &mut self,
        state: &Counts,
        signable: &Signable,
        round: u8,
        liar: u8,
    ) -> Outcomes {
        let free = self.setting.rule.justification == Justification::NotRequired;
        if round == 0 || free {
            return self.setting.all();
        }
        let own = match self.setting.rule.rounds {
            Rounds::MayBeSkipped => Own::None,
            Rounds::OneByOne => Own::Liar(liar),
        };
        let before = usize::from(round - 1);
        self.hearing.outcomes(&state.sealed[before], own, &signable[before])
    }

    /// Of what a liar could sign, what it does.
    fn shown(&self, round: u8, liar: u8, outcomes: Outcomes) -> Outcomes {
        match self.pin {
            Some(pin) if pin.round == round && liar < pin.liars => outcomes & 1 << pin.outcome,
            _ => outcomes,
        }
    }

    /// Every state that one seal more leads to.
    fn next(&mut self, state: &Counts, signable: &Signable, next: &mut Vec<Counts>) {
        let Setting { rounds, outcomes, rule, .. } = self.setting;
        if state.fresh(&self.setting) > 0 {
            next.extend((0..outcomes).map(|outcome| state.seal(None, (0, outcome))));
            if rule.rounds == Rounds::MayBeSkipped {
                for round in 0..rounds {
                    self.leave(state, signable, None, round, next);
                }
            }
        }
        for round in 0..rounds {
            for outcome in 0..outcomes {
                if state.standing[usize::from(round)][usize::from(outcome)] > 0 {
                    let until = if rule.rounds == Rounds::OneByOne { round + 1 } else { rounds };
                    for left in round..until {
                        self.leave(state, signable, Some((round, outcome)), left, next);
                    }
                }
            }
        }
    }

    /// A member leaves this round for the next, with all that it may come to seal there.
    fn leave(
        &mut self,
        state: &Counts,
        signable: &Signable,
        from: Option<(u8, u8)>,
        round: u8,
        next: &mut Vec<Counts>,
    ) {
        if round + 1 >= self.setting.rounds {
            return;
        }
        let own = match from {
            Some((own, outcome)) if own == round => Own::Honest(outcome),
            _ => Own::None,
        };
        let left = usize::from(round);
        let to = self.hearing.outcomes(&state.sealed[left], own, &signable[left]);
        let to = (0..self.setting.outcomes).filter(|outcome| to >> outcome & 1 == 1);
        next.extend(to.map(|outcome| state.seal(from, (round + 1, outcome))));
    }

    /// Whether what is pinned can still become final.
    fn matters(&self, state: &Counts) -> bool {
        let Some(pin) = self.pin else { return true };
        let round = usize::from(pin.round);
        let before: u8 = state.standing.iter().take(round).flatten().sum();
        let could = before + state.fresh(&self.setting);
        state.sealed[round][usize::from(pin.outcome)] + could + pin.liars >= self.setting.quorum
    }
}
