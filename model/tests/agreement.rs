//! The reductions lose nothing and add nothing: small settings, explored in several ways.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::collections::BTreeSet;

use mundi_model::counts::Counts;
use mundi_model::explore::Explorer;
use mundi_model::finals::{self, Verdict};
use mundi_model::limits::LIARS;
use mundi_model::messages;
use mundi_model::pasts;
use mundi_model::plain::{Memory, Model, Plain};
use mundi_model::rule::Rule;
use mundi_model::setting::Setting;

/// All settings of so many members with a majority as quorum, and at least one who is honest.
fn settings(members: u8, outcomes: u8, rounds: u8, rule: Rule) -> Vec<Setting> {
    let pairs = (members / 2 + 1..=members).flat_map(|q| (0..=LIARS as u8).map(move |f| (q, f)));
    let setting = |(quorum, liars)| {
        Setting { members, quorum, liars, loose: 0, outcomes, rounds, rule }.checked().ok()
    };
    pairs.filter_map(setting).collect()
}

fn without_names(setting: &Setting) -> BTreeSet<u128> {
    let mut states = BTreeSet::new();
    let mut add = |state: &Counts| states.insert(state.pack(setting));
    Explorer::new(*setting, None).run(|state, _| assert!(add(state))).unwrap();
    states
}

fn count(setting: &Setting, state: &Plain) -> u128 {
    let mut counts = Counts::START;
    for seals in state.seals {
        let seals = (0..).zip(seals).filter_map(|(round, seal)| Some((round, seal?)));
        seals.fold(None, |from, to| {
            counts = counts.seal(from, to);
            Some(to)
        });
    }
    counts.pack(setting)
}

/// What members with names can reach, names taken off at the end.
fn with_names(setting: &Setting) -> (usize, BTreeSet<u128>) {
    let model = Model { setting: *setting, memory: Memory::Seals };
    let mut seen = BTreeSet::from([Plain::default()]);
    let mut ahead = vec![Plain::default()];
    let mut counts = BTreeSet::new();
    while let Some(state) = ahead.pop() {
        counts.insert(count(setting, &state));
        let next = model.next(&state).into_iter().map(|(_, next)| next);
        ahead.extend(next.filter(|next| seen.insert(*next)));
    }
    (seen.len(), counts)
}

#[test]
fn members_without_names_reach_what_members_with_names_reach() {
    let mut states = 0;
    for rule in [Rule::P, Rule::SKIPPING] {
        for members in 2..=4 {
            for setting in settings(members, 3, 3, rule) {
                let (named, counts) = with_names(&setting);
                assert_eq!(without_names(&setting), counts, "{setting:?}");
                states += named;
            }
        }
    }
    println!("{states} states, members with names");
}

#[test]
fn hearing_chosen_at_the_move_reaches_what_deliveries_reach() {
    let mut states = 0;
    for rule in [Rule::P, Rule::SKIPPING] {
        let all = [(2, 3, 3), (3, 2, 3), (3, 3, 2), (4, 2, 2)];
        for (members, outcomes, rounds) in all {
            for setting in settings(members, outcomes, rounds, rule) {
                let reached = messages::reach(&setting);
                assert_eq!(without_names(&setting), reached.counts, "{setting:?}");
                states += reached.states;
            }
        }
    }
    println!("{states} states, deliveries being steps");
}

#[test]
fn seals_that_remember_their_past_name_somebody_whenever_two_outcomes_are_final() {
    let (mut states, mut pairs) = (0, 0);
    for (members, outcomes, rounds) in [(2, 3, 3), (3, 3, 3), (4, 2, 2)] {
        for setting in settings(members, outcomes, rounds, Rule::P) {
            let accounts = pasts::accounts(&setting);
            let found = finals::verdict(&setting).unwrap().verdict;
            assert_eq!(accounts.unproven, 0, "{setting:?}");
            assert_eq!(accounts.pairs == 0, found == Verdict::Safe, "{setting:?}");
            states += accounts.states;
            pairs += accounts.pairs;
        }
    }
    println!("{states} states with pasts, {pairs} pairs of certificates");
    assert!(pairs > 0);
}

#[test]
fn without_a_majority_pasts_name_nobody_either() {
    let setting = Setting {
        members: 3,
        quorum: 1,
        liars: 0,
        loose: 0,
        outcomes: 2,
        rounds: 1,
        rule: Rule::P,
    };
    assert!(pasts::accounts(&setting).unproven > 0);
}
