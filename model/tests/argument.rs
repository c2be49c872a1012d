//! What `spec/outcome-argument.md` quotes is what the model says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use mundi_model::closed;
use mundi_model::roles;
use mundi_model::rule::{Forkers, Rule, Tally};
use mundi_model::table;
use mundi_model::variants::VARIANTS;
use mundi_model::witness::{Break, named};

fn argument() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/outcome-argument.md");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_table_is_the_one_that_is_printed() {
    // The rest of the rows take longer; the command prints them all.
    let table = table::table(2..=5, 3, 3).unwrap();
    assert!(argument().contains(&table), "{table}");
}

#[test]
fn every_rule_that_was_left_out_breaks_as_is_told() {
    for variant in VARIANTS {
        let story = variant.story().unwrap();
        assert!(argument().contains(&story), "{}:\n{story}", variant.name);
        assert!(argument().contains(&format!("`{}`", variant.name)), "{}", variant.name);
    }
}

#[test]
fn some_break_without_anybody_who_seals_twice() {
    let innocent = VARIANTS.iter().filter(|variant| {
        let witness = variant.first();
        witness.is_some_and(|w| matches!(w.ends, Break::TwoFinals(..)) && named(&w).is_empty())
    });
    let innocent: Vec<_> = innocent.map(|variant| variant.name).collect();
    assert_eq!(
        innocent,
        ["outcomes-anew", "no-justification", "no-hearing-no-justification", "rounds-add-up"]
    );
}

#[test]
fn open_roles_split_where_two_majorities_fit_side_by_side() {
    for late in 2..=7 {
        for early in 1..late {
            let (q, p) = (roles::majority(early), roles::majority(late));
            assert_eq!(roles::split(early, late).is_some(), closed::disjoint(q, p, late));
        }
    }
}

#[test]
fn hearing_more_takes_a_final_outcome_away_only_if_forkers_are_dropped() {
    let judge = |forkers| mundi_model::rule::Judge {
        rule: Rule { forkers, ..Rule::P },
        members: 3,
        quorum: 2,
        outcomes: 2,
    };
    let two = Tally::of_nobody(3).with(1).with(1);
    let one_of_them_twice = Tally::of_nobody(3).with(1).with(3);
    for (forkers, still) in
        [(Forkers::CountForAll, 1), (Forkers::CountForTheirs, 1), (Forkers::Dropped, 0)]
    {
        assert_eq!(judge(forkers).finals(&two), 1);
        assert_eq!(judge(forkers).finals(&one_of_them_twice), still, "{forkers:?}");
    }
}
