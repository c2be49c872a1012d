//! The simulator's command.

use mundi_sim::plan::Plan;
use mundi_sim::trace::{Counts, Telling};

fn main() {
    let args: Vec<u64> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let (from, to) = (args.first().copied().unwrap_or(1), args.get(1).copied().unwrap_or(100));
    let mut counts = Counts::default();
    let start = std::time::Instant::now();
    for seed in from..=to {
        let telling = if from == to { Telling::Lines } else { Telling::Hash };
        match mundi_sim::run(&Plan::of(seed), telling) {
            Ok(outcome) => {
                outcome.trace.lines().iter().for_each(|line| println!("{line}"));
                if let Some(v) = &outcome.violation {
                    println!("seed {seed}: {}: {}", v.law, v.text);
                }
                counts.add(&outcome.counts);
                if from == to {
                    println!("{:x}", outcome.trace.hash());
                }
            }
            Err(v) => println!("seed {seed}: {}: {}", v.law, v.text),
        }
    }
    println!("{counts:?} {:?}", start.elapsed());
}
