//! What it takes to decide inside a conversation: Schulze over 10,000 ballots of 20 options, from the entry
//! that closes the vote to the outcome. Beside it, in turns, pref_voting's Schulze over the same ballots, from
//! lists of numbers to the winners.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::panic,
    reason = "a measurement"
)]

#[path = "support/peer.rs"]
mod peer;
mod support;

use std::sync::Arc;

use mundi_engine::entry::{Verified, verify_all};
use mundi_engine::{Ending, Entry, Value};
use peer::Peer;
use support::clock::busy;
use support::log::{Conversation, field, scatter};
use support::{figure, median};

const BALLOTS: u64 = 10_000;
const OPTIONS: i64 = 20;
const VOTERS: u64 = 20;
const ROUNDS: usize = 7;

/// A ranking of all options, without an order of its own.
fn ranking(n: u64) -> Vec<i64> {
    let mut options: Vec<i64> = (1..=OPTIONS).collect();
    options.sort_by_key(|option| scatter(n * 64 + option.unsigned_abs()));
    options
}

fn list(numbers: Vec<i64>) -> Value {
    Value::List(Arc::new(numbers.into_iter().map(Value::Int).collect()))
}

fn numbers(list: &Value) -> Vec<i64> {
    let Value::List(list) = list else { panic!("{list:?} is no list") };
    let number = |value: &Value| match value {
        Value::Int(number) => *number,
        other => panic!("{other:?} is no option"),
    };
    list.iter().map(number).collect()
}

/// pref_voting, with the same ballots.
fn peer() -> Option<Peer> {
    let ballots: Vec<Vec<i64>> = (0..BALLOTS).map(ranking).collect();
    let question = serde_json::json!({ "options": OPTIONS, "ballots": ballots });
    Peer::start(include_str!("peers/python/schulze.py"), &question)
}

fn main() {
    let roles: Vec<u16> = std::iter::once(0).chain((0..VOTERS).map(|_| 1)).collect();
    let mut talk = Conversation::open(include_str!("rules/schulze.conv"), &roles, roles.len());
    let mut entries: Vec<Entry> = (0..BALLOTS)
        .map(|n| {
            let by = usize::try_from(n % VOTERS).expect("small") + 1;
            talk.say(by, "vote", &[field("ranking", list(ranking(n)))])
        })
        .collect();
    entries.push(talk.say(0, "close", &[]));
    let mut verified = verify_all(entries, &[9; 32]);
    let close = verified.pop().expect("the last").expect("it verifies");
    let votes: Vec<Verified> =
        verified.into_iter().map(|vote| vote.expect("it verifies")).collect();
    let mut peer = peer();
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let mut replica = talk.replica();
        for vote in &votes {
            replica.insert(vote.clone());
        }
        replica.advance();
        let close = close.clone();
        let (seconds, ()) = busy(|| {
            replica.insert(close);
            replica.advance();
        });
        times.push(seconds * 1e3);
        let Some(Ending::Consensus { output, .. }) = replica.ending() else {
            panic!("{:?}", replica.ending());
        };
        if let Some(peer) = &mut peer {
            peer.round(&serde_json::json!(numbers(&output)));
        }
    }
    figure("schulze_ms", median(times));
    for (function, ms) in peer.iter().flat_map(Peer::medians) {
        figure(&format!("schulze_ms_{function}"), ms);
    }
}
