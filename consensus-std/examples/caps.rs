//! How long each method takes at its cap, and what it costs there: what `limits.rs` argues from.
//!
//! `cargo run --release -p consensus-std --example caps`

use std::sync::Arc;
use std::time::Instant;

use consensus_std::limits::{MAX_MARKS, MAX_OPTIONS};
use consensus_std::{library, pages};
use mundi_engine::Value;

/// `count` ballots that rank `options` options, each from another place on.
fn question(count: usize, options: usize) -> [Value; 2] {
    let all: Vec<Value> = (0..options).map(|o| Value::Text(format!("option {o}").into())).collect();
    let ballots = (0..count).map(|turn| {
        let mut ballot = all.clone();
        ballot.rotate_left(turn.wrapping_mul(7) % options);
        if turn % 3 == 0 {
            ballot.reverse();
        }
        Value::List(Arc::new(ballot))
    });
    [Value::List(Arc::new(ballots.collect())), Value::List(Arc::new(all))]
}

fn main() {
    let library = library();
    let sizes = [(45, 5), (10_000, 20), (MAX_MARKS / MAX_OPTIONS, MAX_OPTIONS)];
    for listed in pages().into_iter().filter(|p| p.module == "ranked") {
        let Some(function) = library.function(&listed.module, &listed.function) else { continue };
        for (ballots, options) in sizes {
            let mut arguments = question(ballots, options).to_vec();
            for (name, _) in listed.signature.parameters.iter().skip(2) {
                arguments.push(match name.as_str() {
                    "ties" | "entropy" => Value::Text("parallel".into()),
                    "quorum" => Value::Int(1),
                    "default_option" => Value::Text("option 0".into()),
                    _ => Value::List(Arc::new(vec![])),
                });
            }
            let cost = (function.cost)(&arguments);
            let start = Instant::now();
            let answer = (function.native)(&arguments);
            let took = start.elapsed();
            let said = if answer.is_ok() { "" } else { ", refused" };
            println!(
                "ranked::{} {ballots} × {options}: {} µs, {cost} units{said}",
                listed.function,
                took.as_micros()
            );
        }
    }
}
