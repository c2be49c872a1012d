//! What pages claim: every property in `Has` holds on random polls, ties and short ballots among
//! them, and every property in `Lacks` is broken by the poll in `claims/lacks.txt`.
//!
//! `cargo test -p consensus-std --release --test claims -- --ignored --nocapture` looks for
//! counter-examples to every property of every method and writes the smallest of each; of the methods
//! alone in whose names the environment's `MUNDI_METHODS` is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "claims/broken.rs"]
mod broken;
#[path = "claims/chance.rs"]
mod chance;
#[path = "claims/poll.rs"]
mod poll;

use std::collections::BTreeMap;

use broken::broken;
use chance::Chance;
use consensus_std::page::Page;
use consensus_std::pages;
use consensus_std::property::{PROPERTIES, Property};
use poll::{Kind, Method, Poll};

/// Random polls on which each claimed property is tried.
const POLLS: u64 = 150;

/// Random polls of the search for counter-examples.
const SEARCHED: u64 = 2_500;

fn methods() -> Vec<(Method, Vec<Property>, Vec<Property>)> {
    let methods = pages().into_iter().filter_map(|listed| {
        let method = Method::of(&listed)?;
        let page = Page::read(listed.text).unwrap();
        Some((method, page.has, page.lacks))
    });
    methods.collect()
}

/// The recorded counter-examples: `METHOD | PROPERTY | POLL`.
fn recorded() -> BTreeMap<(String, String), String> {
    let lines = include_str!("claims/lacks.txt").lines().filter(|l| !l.starts_with('#'));
    let parts = lines.map(|line| line.split(" | ").map(str::to_owned).collect::<Vec<_>>());
    parts.map(|p| ((p[0].clone(), p[1].clone()), p[2].clone())).collect()
}

#[test]
fn what_a_method_has_holds_on_random_polls() {
    for (method, has, _) in methods() {
        for property in has {
            let mut chance = Chance::of(&method.name, 0);
            for _ in 0..POLLS {
                let poll = method.random(&mut chance);
                let found = broken(property, &method, &poll);
                let (name, property) = (&method.name, property.name());
                assert!(found.is_none(), "{name} breaks {property}: {} {found:?}", poll.text());
            }
        }
    }
}

#[test]
fn what_a_method_lacks_has_a_counter_example() {
    let recorded = recorded();
    for (method, _, lacks) in methods() {
        for property in lacks {
            let key = (method.name.clone(), property.name().to_owned());
            let text = recorded.get(&key).unwrap_or_else(|| panic!("{key:?} is not recorded"));
            let poll = Poll::read(method.kind, text);
            assert!(broken(property, &method, &poll).is_some(), "{key:?} is not broken by {text}");
        }
    }
}

#[test]
fn every_counter_example_is_of_a_claim() {
    let methods = methods();
    for (name, property) in recorded().into_keys() {
        let (_, _, lacks) = methods.iter().find(|(m, ..)| m.name == name).unwrap();
        assert!(lacks.contains(&Property::named(&property).unwrap()), "{name} {property}");
    }
}

#[test]
fn a_poll_reads_as_it_is_written() {
    for kind in [Kind::Vote, Kind::Set, Kind::Signs, Kind::Ranking, Kind::Scores] {
        let mut chance = Chance::of("text", 1);
        for _ in 0..50 {
            let poll = Poll::random(kind, false, &mut chance);
            let text = poll.text();
            assert_eq!(Poll::read(kind, &text).text(), text);
        }
    }
}

/// A poll's size, to find small ones: options first, then ballots, then marks.
fn size(poll: &Poll) -> (usize, usize, usize) {
    let marks = poll.ballots.iter().flatten().filter(|g| **g != 0).count();
    (poll.options, poll.ballots.len(), marks)
}

#[test]
#[ignore = "a search, not a test: takes minutes"]
fn search() {
    let wanted = std::env::var("MUNDI_METHODS").unwrap_or_default();
    for (method, ..) in methods().into_iter().filter(|(m, ..)| m.name.contains(&wanted)) {
        for (property, name, _) in PROPERTIES {
            let mut chance = Chance::of(&method.name, 1);
            let mut smallest: Option<Poll> = None;
            let mut found = 0;
            for _ in 0..SEARCHED {
                let poll = method.random(&mut chance);
                let smaller = smallest.as_ref().is_none_or(|s| size(&poll) < size(s));
                if smaller && broken(property, &method, &poll).is_some() {
                    smallest = Some(poll);
                    found += 1;
                }
                if found > 6 {
                    break;
                }
            }
            let text = smallest.map_or("holds".to_owned(), |poll| poll.text());
            println!("{} | {name} | {text}", method.name);
        }
    }
}
