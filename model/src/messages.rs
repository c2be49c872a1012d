//! The same conversation with every delivery a step of its own: for three and four members, to
//! check that nothing is lost, and nothing added, by choosing at the move what was heard.
//!
//! A state holds what each honest member has sealed, and what it has heard of the round in which it
//! stands and of later ones. What it heard of rounds that it has left cannot matter any more.
//!
//! Arrays are indexed by members, rounds and liars, below their limits by the setting.

use std::collections::BTreeSet;

use crate::counts::Counts;
use crate::explore::{Explorer, Signable};
use crate::rule::{Outcomes, Rounds, Tally};
use crate::setting::Setting;

/// At most this many members: deliveries multiply states.
pub const CROWD: usize = 4;

/// At most this many rounds.
pub const SHORT: usize = 3;

/// One honest member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Member {
    /// Its seal in each round.
    seals: [Option<u8>; SHORT],
    /// What it has heard each member seal in each round.
    heard: [[Outcomes; CROWD]; SHORT],
}

type State = [Member; CROWD];

/// Everything that can be reached, deliveries being steps.
#[derive(Clone, Debug)]
pub struct Reached {
    /// How many states there are.
    pub states: usize,
    /// Those states without names and hearsay, packed as [`Counts::pack`] does.
    pub counts: BTreeSet<u128>,
}

/// Reaches everything. The setting has at most [`CROWD`] members and [`SHORT`] rounds.
#[must_use]
pub fn reach(setting: &Setting) -> Reached {
    let mut explorer = Explorer::new(*setting, None);
    let mut seen = BTreeSet::from([State::default()]);
    let mut ahead = vec![State::default()];
    let mut counts = BTreeSet::new();
    while let Some(state) = ahead.pop() {
        let without_names = count(setting, &state);
        counts.insert(without_names.pack(setting));
        let signable = explorer.signable(&without_names);
        for next in next(setting, &state, &signable) {
            if seen.insert(next) {
                ahead.push(next);
            }
        }
    }
    Reached { states: seen.len(), counts }
}

/// The state without names.
fn count(setting: &Setting, state: &State) -> Counts {
    let mut counts = Counts::START;
    for member in state.iter().take(usize::from(setting.honest())) {
        let seals = (0..).zip(member.seals).filter_map(|(round, seal)| Some((round, seal?)));
        seals.fold(None, |from, to| {
            counts = counts.seal(from, to);
            Some(to)
        });
    }
    counts
}

fn next(setting: &Setting, state: &State, signable: &Signable) -> Vec<State> {
    let mut next = Vec::new();
    for who in 0..usize::from(setting.honest()) {
        let stands = stands(&state[who]);
        if stands.is_none() {
            let seal = |outcome| sealed(state, who, 0, outcome);
            next.extend((0..setting.outcomes).map(seal));
        }
        for round in stands.unwrap_or(0)..usize::from(setting.rounds) - 1 {
            deliver(setting, state, signable, (who, round), &mut next);
            let here = stands == Some(round);
            if here || setting.rule.rounds == Rounds::MayBeSkipped {
                go(setting, state, (who, round), &mut next);
            }
        }
    }
    next
}

/// The round in which a member stands.
fn stands(member: &Member) -> Option<usize> {
    member.seals.iter().rposition(Option::is_some)
}

/// A member has sealed; what it has heard of rounds before is forgotten.
fn sealed(state: &State, who: usize, round: usize, outcome: u8) -> State {
    let mut after = *state;
    after[who].seals[round] = Some(outcome);
    after[who].heard[round][who] = 1 << outcome;
    after[who].heard.iter_mut().take(round).for_each(|row| *row = [0; CROWD]);
    // Of the last round nothing is kept: nobody leaves it.
    if round == SHORT - 1 {
        after[who].heard[round] = [0; CROWD];
    }
    after
}

/// Each seal of the round that the member has not heard, one at a time.
fn deliver(
    setting: &Setting,
    state: &State,
    signable: &Signable,
    (who, round): (usize, usize),
    next: &mut Vec<State>,
) {
    let honest = usize::from(setting.honest());
    for author in (0..usize::from(setting.members)).filter(|author| *author != who) {
        let said = match author.checked_sub(honest) {
            None => state[author].seals[round].map_or(0, |outcome| 1 << outcome),
            Some(liar) => signable[round][liar],
        };
        let new = said & !state[who].heard[round][author];
        for outcome in (0..setting.outcomes).filter(|outcome| new >> outcome & 1 == 1) {
            let mut after = *state;
            after[who].heard[round][author] |= 1 << outcome;
            next.push(after);
        }
    }
}

/// The member leaves the round, if what it has heard of it allows that.
fn go(setting: &Setting, state: &State, (who, round): (usize, usize), next: &mut Vec<State>) {
    let heard = state[who].heard[round].iter().take(usize::from(setting.members));
    let tally = heard.fold(Tally::of_nobody(setting.members), |tally, set| tally.with(*set));
    let to = setting.judge().moves(&tally);
    let to = (0..setting.outcomes).filter(|outcome| to >> outcome & 1 == 1);
    next.extend(to.map(|outcome| sealed(state, who, round + 1, outcome)));
}
