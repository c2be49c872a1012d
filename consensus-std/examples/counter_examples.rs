//! Looks for counter-examples to every property of every method, and writes the smallest of each as a line
//! of `tests/claims/lacks.txt`; "holds" where none comes.
//!
//! `cargo run --release -p consensus-std --example counter_examples [NAME [QUESTIONS]]`: of the methods in
//! whose names NAME is, on so many random questions for each property, 2,500 unless told.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "questions are put by this program itself"
)]

#[path = "../tests/claims/mod.rs"]
#[allow(dead_code, reason = "the tests of claims use the rest")]
mod claimed;

use claimed::chance::Chance;
use claimed::{Subject, subjects};
use consensus_std::property::{PROPERTIES, Property};

/// Counter-examples after which a smaller one is no longer looked for.
const ENOUGH: usize = 7;

/// The smallest question among random ones that breaks a property.
fn smallest(subject: &Subject, property: Property, questions: usize) -> Option<String> {
    let mut chance = Chance::of(&subject.name, 1);
    let mut smallest: Option<String> = None;
    let mut found = 0;
    for _ in 0..questions {
        let question = subject.random(&mut chance);
        let smaller = smallest.as_ref().is_none_or(|s| subject.size(&question) < subject.size(s));
        if smaller && subject.broken(property, &question).is_some() {
            smallest = Some(question);
            found += 1;
        }
        if found == ENOUGH {
            break;
        }
    }
    smallest
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let wanted = arguments.next().unwrap_or_default();
    let questions = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(2_500);
    for (subject, _) in subjects().into_iter().filter(|(s, _)| s.name.contains(&wanted)) {
        for (property, name, _) in PROPERTIES {
            if subject.known.contains(&property) {
                let text = smallest(&subject, property, questions);
                println!("{} | {name} | {}", subject.name, text.as_deref().unwrap_or("holds"));
            }
        }
    }
}
