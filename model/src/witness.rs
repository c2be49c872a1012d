//! A shortest way to where a rule breaks, found breadth first among members with names, and told
//! in steps that can be read.
//!
//! Arrays are indexed by members, rounds and liars, below their limits by the setting.

use std::collections::BTreeSet;

use crate::counts::{Counts, Table};
use crate::explore::Explorer;
use crate::healed::{Healed, QUIET};
use crate::healing::{is_vain, masks_above};
use crate::limits::{LIARS, MEMBERS, ROUNDS};
use crate::plain::{Memory, Model, Plain, Step, seal};
use crate::rule::{Adding, Outcomes};
use crate::setting::Setting;

/// A final outcome, and by which seals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The outcome.
    pub outcome: u8,
    /// Who sealed it, and in which round.
    pub signers: Vec<(u8, u8)>,
}

/// How a rule breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Break {
    /// Two outcomes are final.
    TwoFinals(Certificate, Certificate),
    /// Members are silent, these outcomes have been heard of liars, and nobody can move.
    Stuck {
        /// Who is silent.
        silent: Vec<u8>,
        /// What liars among them have let be heard, for each round.
        shown: [[Outcomes; LIARS]; ROUNDS],
        /// Where those stand, after all moves that were left, who are not silent.
        stands: Vec<u8>,
    },
}

/// The steps, and what they lead to.
#[derive(Clone, Debug)]
pub struct Witness {
    /// The setting.
    pub setting: Setting,
    /// The honest members' seals, in order.
    pub steps: Vec<Step>,
    /// The state that they lead to.
    pub state: Plain,
    /// What is wrong with it.
    pub ends: Break,
}

/// The shortest way to two finals, if there is one.
#[must_use]
pub fn two_finals(setting: &Setting) -> Option<Witness> {
    search(setting, Memory::Seals, |model, state| {
        let mut finals = certificates(model, state).into_iter();
        let first = finals.next()?;
        let second = finals.find(|other| other.outcome != first.outcome)?;
        Some(Break::TwoFinals(first, second))
    })
}

/// The shortest way to where all liars, or so many of the others, fall silent, and the rest have
/// nothing to do: with liars, whatever these would still say.
#[must_use]
pub fn stuck(setting: &Setting, silent: u8) -> Option<Witness> {
    let mut speaking = Explorer::new(setting.prolonged(), None);
    search(setting, Memory::SealsAndHearsay, |_, state| {
        if setting.liars > 0 {
            stuck_after_lies(setting, &mut speaking, state)
        } else {
            stuck_in_silence(setting, state, silent)
        }
    })
}

/// Breadth first, so that the first state that breaks is a nearest one.
fn search(
    setting: &Setting,
    memory: Memory,
    mut broken: impl FnMut(&Model, &Plain) -> Option<Break>,
) -> Option<Witness> {
    let model = Model { setting: *setting, memory };
    let mut seen = BTreeSet::from([Plain::default()]);
    let mut found: Vec<(Plain, Option<(usize, Step)>)> = vec![(Plain::default(), None)];
    let mut index = 0;
    while let Some((state, _)) = found.get(index).copied() {
        if let Some(ends) = broken(&model, &state) {
            return Some(Witness { setting: *setting, steps: way(&found, index), state, ends });
        }
        for (step, next) in model.next(&state) {
            if seen.insert(next) {
                found.push((next, Some((index, step))));
            }
        }
        index += 1;
    }
    None
}

/// The steps that lead to a state that was found.
fn way(found: &[(Plain, Option<(usize, Step)>)], mut index: usize) -> Vec<Step> {
    let mut steps = Vec::new();
    while let Some((_, Some((before, step)))) = found.get(index) {
        steps.push(*step);
        index = *before;
    }
    steps.reverse();
    steps
}

/// All final outcomes of a state, honest seals before liars'.
fn certificates(model: &Model, state: &Plain) -> Vec<Certificate> {
    let Setting { rounds, outcomes, quorum, rule, .. } = model.setting;
    let together: Vec<Vec<u8>> = match rule.adding {
        Adding::OneRound => (0..rounds).map(|round| vec![round]).collect(),
        Adding::AllRounds => vec![(0..rounds).collect()],
    };
    let signable: Vec<Outcomes> = (0..rounds).map(|round| model.signable(state, round)).collect();
    let signed = |who: u8, round: u8, outcome: u8| {
        let honest = who < model.setting.honest();
        let seals = if honest { seal(state, who, round) } else { signable[usize::from(round)] };
        seals >> outcome & 1 == 1
    };
    let mut all = Vec::new();
    for (rounds, outcome) in together.iter().flat_map(|r| (0..outcomes).map(move |o| (r, o))) {
        let round_of = |who| rounds.iter().find(|round| signed(who, **round, outcome)).copied();
        let signers = (0..model.setting.members).filter_map(|who| Some((who, round_of(who)?)));
        let signers: Vec<_> = signers.take(usize::from(quorum)).collect();
        if signers.len() == usize::from(quorum) {
            all.push(Certificate { outcome, signers });
        }
    }
    all
}

/// The state as it heals, without the silent. Nothing, if somebody has yet to seal first.
fn healed(setting: &Setting, state: &Plain, silent: &[u8]) -> Option<Healed> {
    let mut counts = Counts::START;
    let mut live: Table = Counts::START.standing;
    for who in 0..setting.honest() {
        let seals = (0..).zip(state.seals[usize::from(who)]);
        let last = seals.filter_map(|(round, seal)| Some((round, seal?))).fold(None, |from, to| {
            counts = counts.seal(from, to);
            Some(to)
        });
        match last {
            _ if silent.contains(&who) => {}
            None => return None,
            Some((round, outcome)) => live[usize::from(round)][usize::from(outcome)] += 1,
        }
    }
    Some(Healed { sealed: counts.sealed, live, masks: QUIET })
}

/// Some who kept the rule are gone.
fn stuck_in_silence(setting: &Setting, state: &Plain, silent: u8) -> Option<Break> {
    (0_u8..1 << setting.members).filter(|set| set.count_ones() == u32::from(silent)).find_map(
        |set| {
            let silent: Vec<u8> = (0..setting.members).filter(|who| set >> who & 1 == 1).collect();
            let run = healed(setting, state, &silent)?;
            let stands = run.is_stuck(setting)?;
            Some(Break::Stuck { silent, shown: [[0; LIARS]; ROUNDS], stands })
        },
    )
}

/// Liars are gone, having let be heard what they had, and perhaps more.
fn stuck_after_lies(setting: &Setting, speaking: &mut Explorer, state: &Plain) -> Option<Break> {
    let run = healed(setting, state, &[])?;
    let silent: Vec<u8> = (setting.honest()..setting.members).collect();
    let counts = Counts { sealed: run.sealed, standing: run.live };
    let signable = speaking.signable(&counts);
    let mut heard = QUIET;
    heard.iter_mut().zip(&state.shown).for_each(|(mask, shown)| *mask = *shown);
    for masks in masks_above(setting, &signable, &heard) {
        let mut later = run;
        later.masks = masks;
        if let Some(stands) = later.is_stuck(setting)
            && is_vain(setting, speaking, later)
        {
            let mut shown = [[0; LIARS]; ROUNDS];
            shown.iter_mut().zip(&masks).for_each(|(shown, mask)| *shown = *mask);
            return Some(Break::Stuck { silent, shown, stands });
        }
    }
    None
}

/// Who has sealed several outcomes in one round, among all seals that the story shows.
#[must_use]
pub fn named(witness: &Witness) -> Vec<(u8, u8, Outcomes)> {
    let mut seals = [[0; ROUNDS]; MEMBERS];
    for step in &witness.steps {
        seals[usize::from(step.who)][usize::from(step.round)] |= 1 << step.outcome;
        for (who, set) in step.heard.iter().flatten().enumerate() {
            seals[who][usize::from(step.round - 1)] |= set;
        }
    }
    match &witness.ends {
        Break::TwoFinals(first, second) => {
            for certificate in [first, second] {
                for (who, round) in &certificate.signers {
                    let set = &mut seals[usize::from(*who)][usize::from(*round)];
                    *set |= 1 << certificate.outcome;
                }
            }
        }
        Break::Stuck { shown, .. } => {
            for (round, masks) in shown.iter().enumerate() {
                for (liar, mask) in
                    masks.iter().enumerate().take(usize::from(witness.setting.liars))
                {
                    seals[usize::from(witness.setting.honest()) + liar][round] |= mask;
                }
            }
        }
    }
    let all = (0..).zip(seals).flat_map(|(who, rounds)| {
        (0..).zip(rounds).map(move |(round, set): (u8, Outcomes)| (who, round, set))
    });
    all.filter(|(_, _, set)| set.count_ones() > 1).collect()
}
