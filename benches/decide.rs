//! What it takes to decide inside a conversation: Schulze over 10,000 ballots of 20 options, from the entry
//! that closes the vote to the outcome.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::panic,
    reason = "a measurement"
)]

mod support;

use std::sync::Arc;

use mundi_engine::entry::{Verified, verify_all};
use mundi_engine::{Ending, Entry, Value};
use support::clock::wall;
use support::log::{Conversation, field, scatter};
use support::{figure, median};

const BALLOTS: u64 = 10_000;
const OPTIONS: i64 = 20;
const VOTERS: u64 = 20;
const ROUNDS: usize = 7;

/// A ranking of all options, without an order of its own.
fn ranking(n: u64) -> Value {
    let mut options: Vec<i64> = (1..=OPTIONS).collect();
    options.sort_by_key(|option| scatter(n * 64 + option.unsigned_abs()));
    Value::List(Arc::new(options.into_iter().map(Value::Int).collect()))
}

fn main() {
    let roles: Vec<u16> = std::iter::once(0).chain((0..VOTERS).map(|_| 1)).collect();
    let mut talk = Conversation::open(include_str!("rules/schulze.conv"), &roles, roles.len());
    let mut entries: Vec<Entry> = (0..BALLOTS)
        .map(|n| {
            let by = usize::try_from(n % VOTERS).expect("small") + 1;
            talk.say(by, "vote", &[field("ranking", ranking(n))])
        })
        .collect();
    entries.push(talk.say(0, "close", &[]));
    let mut verified = verify_all(entries, &[9; 32]);
    let close = verified.pop().expect("the last").expect("it verifies");
    let votes: Vec<Verified> =
        verified.into_iter().map(|vote| vote.expect("it verifies")).collect();
    let times = (0..ROUNDS)
        .map(|_| {
            let mut replica = talk.replica();
            for vote in &votes {
                replica.insert(vote.clone());
            }
            replica.advance();
            let close = close.clone();
            let (seconds, ()) = wall(|| {
                replica.insert(close);
                replica.advance();
            });
            let ending = replica.ending();
            assert!(matches!(ending, Some(Ending::Consensus { .. })), "{ending:?}");
            seconds * 1e3
        })
        .collect();
    figure("schulze_ms", median(times));
}
