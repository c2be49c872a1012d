//! What pages claim: every property in `Has` holds on random questions, ties and short ballots among
//! them, and every property in `Lacks` is broken by the question in `claims/lacks.txt`.
//!
//! `cargo run --release -p consensus-std --example counter_examples` looks for more of these.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "claims/mod.rs"]
#[allow(dead_code, reason = "the search for counter-examples uses the rest")]
mod claimed;

use std::collections::BTreeSet;

use claimed::chance::Chance;
use claimed::{recorded, subjects};
use consensus_std::page::Page;
use consensus_std::pages;
use consensus_std::property::{PROPERTIES, Property};

/// Random questions on which each claimed property is tried.
const QUESTIONS: u64 = 150;

#[test]
fn what_a_method_has_holds_on_random_questions() {
    for (subject, page) in subjects() {
        for property in page.has {
            let mut chance = Chance::of(&subject.name, 0);
            for _ in 0..QUESTIONS {
                let question = subject.random(&mut chance);
                let found = subject.broken(property, &question);
                let (name, property) = (&subject.name, property.name());
                assert!(found.is_none(), "{name} breaks {property}: {question} {found:?}");
            }
        }
    }
}

#[test]
fn what_a_method_lacks_has_a_counter_example() {
    let recorded = recorded();
    for (subject, page) in subjects() {
        for property in page.lacks {
            let key = (subject.name.clone(), property.name().to_owned());
            let text = recorded.get(&key).unwrap_or_else(|| panic!("{key:?} is not recorded"));
            assert!(subject.broken(property, text).is_some(), "{key:?} is not broken by {text}");
        }
    }
}

#[test]
fn every_counter_example_is_of_a_claim() {
    let subjects = subjects();
    for (name, property) in recorded().into_keys() {
        let (_, page) = subjects.iter().find(|(subject, _)| subject.name == name).unwrap();
        assert!(page.lacks.contains(&Property::named(&property).unwrap()), "{name} {property}");
    }
}

#[test]
fn what_is_claimed_is_tried() {
    let subjects = subjects();
    for listed in pages() {
        let page = Page::read(listed.text).unwrap();
        let subject = subjects.iter().find(|(subject, _)| subject.name == listed.name());
        for property in page.has.iter().chain(&page.lacks) {
            let known = subject.is_some_and(|(subject, _)| subject.known.contains(property));
            assert!(known, "{} claims {}, and nothing tries it", listed.name(), property.name());
        }
    }
    let known: BTreeSet<Property> = subjects.iter().flat_map(|(s, _)| s.known.clone()).collect();
    assert_eq!(known.len(), PROPERTIES.len(), "every property speaks of some method");
}

#[test]
fn a_question_reads_as_it_is_written() {
    for (subject, _) in subjects() {
        let mut chance = Chance::of(&subject.name, 1);
        for _ in 0..50 {
            let text = subject.random(&mut chance);
            assert_eq!(subject.again(&text), text, "{}", subject.name);
        }
    }
}
