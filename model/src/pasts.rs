//! Accountability, looked at directly: each seal with the seals in its causal past.
//!
//! For small numbers, to check what [`crate::finals`] concludes by pinning liars down. In: a state
//! in which every honest seal remembers what its author had heard. Out: whether two certificates,
//! with all that justifies the later, can name nobody of the first.
//!
//! Arrays are indexed by members and rounds, below their limits by the setting.

use std::collections::BTreeSet;

use crate::limits::{MEMBERS, ROUNDS};
use crate::plain::{Heard, Memory, Model, Plain, Step, seal};
use crate::setting::Setting;

/// A state, each honest seal with what had been heard of the round before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Past {
    plain: Plain,
    heard: [[Heard; ROUNDS]; MEMBERS],
}

/// A first certificate: who sealed what, in which round.
#[derive(Clone, Copy)]
struct First {
    round: u8,
    outcome: u8,
    /// Its signers, one bit each.
    signers: u8,
}

/// What was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    /// States visited.
    pub states: usize,
    /// Pairs of certificates that were looked at.
    pub pairs: usize,
    /// Those that name nobody.
    pub unproven: usize,
}

/// Visits every state, and looks at every pair of certificates in it.
#[must_use]
pub fn accounts(setting: &Setting) -> Accounts {
    let model = Model { setting: *setting, memory: Memory::Seals };
    let mut accounts = Accounts::default();
    let mut seen = BTreeSet::from([Past::default()]);
    let mut ahead = vec![Past::default()];
    while let Some(state) = ahead.pop() {
        accounts.look(&model, &state);
        for next in next(&model, &state) {
            if seen.insert(next) {
                ahead.push(next);
            }
        }
    }
    accounts.states = seen.len();
    accounts
}

/// Every seal more, rounds one by one, with everything that its author may have heard.
fn next(model: &Model, state: &Past) -> Vec<Past> {
    let Setting { outcomes, rounds, .. } = model.setting;
    let mut next = Vec::new();
    for who in 0..model.setting.honest() {
        let last = (0..rounds).rev().find(|round| seal(&state.plain, who, *round) != 0);
        let Some(last) = last else {
            let first = |outcome| after(state, Step { who, round: 0, outcome, heard: None });
            next.extend((0..outcomes).map(first));
            continue;
        };
        if last + 1 == rounds {
            continue;
        }
        for (heard, to) in model.ways(&state.plain, last, Some(who)) {
            for outcome in (0..outcomes).filter(|outcome| to >> outcome & 1 == 1) {
                let step = Step { who, round: last + 1, outcome, heard: Some(heard) };
                next.push(after(state, step));
            }
        }
    }
    next
}

fn after(state: &Past, step: Step) -> Past {
    let mut after = *state;
    let (who, round) = (usize::from(step.who), usize::from(step.round));
    after.plain.seals[who][round] = Some(step.outcome);
    after.heard[who][round] = step.heard.unwrap_or_default();
    after
}

impl Accounts {
    /// Looks at all pairs in a state.
    fn look(&mut self, model: &Model, state: &Past) {
        let Setting { rounds, outcomes, quorum, members, .. } = model.setting;
        let quorate = |set: &u8| set.count_ones() == u32::from(quorum);
        for (round, outcome) in cells(0, rounds, outcomes) {
            let willing = signers(model, state, round, outcome);
            let parts = (0_u8..1 << members).filter(|part| part & !willing == 0);
            for signers in parts.filter(quorate) {
                let first = First { round, outcome, signers };
                for (later, other) in cells(round, rounds, outcomes) {
                    if other != outcome && final_at(model, state, later, other) {
                        self.pairs += 1;
                        self.unproven += usize::from(clean(model, state, first, later, other));
                    }
                }
            }
        }
    }
}

/// Every round from one on, with every outcome.
fn cells(from: u8, rounds: u8, outcomes: u8) -> impl Iterator<Item = (u8, u8)> {
    (from..rounds).flat_map(move |round| (0..outcomes).map(move |outcome| (round, outcome)))
}

/// Who could sign this, one bit each.
fn signers(model: &Model, state: &Past, round: u8, outcome: u8) -> u8 {
    let signable = model.signable(&state.plain, round);
    let signs = |who: &u8| {
        let honest = *who < model.setting.honest();
        let seals = if honest { seal(&state.plain, *who, round) } else { signable };
        seals >> outcome & 1 == 1
    };
    (0..model.setting.members).filter(signs).fold(0, |set, who| set | 1 << who)
}

fn final_at(model: &Model, state: &Past, round: u8, outcome: u8) -> bool {
    signers(model, state, round, outcome).count_ones() >= u32::from(model.setting.quorum)
}

/// Whether a quorum of seals for this has a past that names none of the first certificate.
fn clean(model: &Model, state: &Past, first: First, round: u8, outcome: u8) -> bool {
    let willing = signers(model, state, round, outcome);
    let signs = |who: &u8| {
        willing >> who & 1 == 1 && names_nobody(model, state, first, *who, round, outcome)
    };
    (0..model.setting.members).filter(signs).count() >= usize::from(model.setting.quorum)
}

/// Whether one seal can have such a past. A liar chooses the past of its own.
fn names_nobody(
    model: &Model,
    state: &Past,
    first: First,
    who: u8,
    round: u8,
    outcome: u8,
) -> bool {
    if round <= first.round {
        let signed = first.signers >> who & 1 == 1;
        return round < first.round || !signed || outcome == first.outcome;
    }
    let all = |heard: &Heard| {
        (0..).zip(heard).all(|(author, set)| {
            let mut seals = (0..model.setting.outcomes).filter(|one| set >> one & 1 == 1);
            seals.all(|one| names_nobody(model, state, first, author, round - 1, one))
        })
    };
    if who < model.setting.honest() {
        return all(&state.heard[usize::from(who)][usize::from(round)]);
    }
    let ways = model.ways(&state.plain, round - 1, Some(who));
    ways.iter().any(|(heard, to)| to >> outcome & 1 == 1 && all(heard))
}
