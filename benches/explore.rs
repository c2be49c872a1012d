//! What a search costs: transitions a second on one thread, and bytes for a state.
#![allow(missing_docs, clippy::expect_used, clippy::float_arithmetic, reason = "a measurement")]

mod support;

use std::time::Instant;

use mundi::load::LoadedRules;
use mundi_workbench::explore::{Bounds, Report, explore};
use support::{figure, median};

const ROUNDS: usize = 5;

fn searched(file: &str, bounds: &Bounds) -> (Report, f64) {
    let path = format!("{}/examples/conversations/{file}", env!("CARGO_MANIFEST_DIR"));
    let loaded = LoadedRules::read(path.as_ref()).expect("it can be read");
    let rules = loaded.rules.expect("it checks");
    let begun = Instant::now();
    let report = explore(&rules, file, bounds, &mut |_, _| ()).expect("it can be opened");
    (report, begun.elapsed().as_secs_f64())
}

/// Transitions a second.
fn speed(file: &str, bounds: &Bounds) -> f64 {
    let round = || {
        let (report, seconds) = searched(file, bounds);
        report.transitions as f64 / seconds
    };
    median((0..ROUNDS).map(|_| round()).collect())
}

/// The memory that this process holds now and has held at the most, in bytes.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    let kilobytes = line.split_whitespace().nth(1).and_then(|n| n.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) * 1024.0
}

fn main() {
    let three = Bounds { people: 3, ..Bounds::default() };
    for file in ["escrow.conv", "ballot.conv"] {
        let (report, seconds) = searched(file, &three);
        println!("{file}: {} states, {seconds:.2} s", report.states);
    }
    let ballot = speed("ballot.conv", &three);
    let debate = speed("debate.conv", &Bounds::default());
    let motion = speed("motion.conv", &Bounds::default());
    figure("explore_ballot_per_s", ballot);
    figure("explore_debate_per_s", debate);
    figure("explore_motion_per_s", motion);
    let before = resident();
    let wide = Bounds { states: 100_000, ..Bounds::default() };
    let (report, one) = searched("consent.conv", &wide);
    figure("explore_bytes_per_state", (resident() - before) / report.states as f64);
    let both = Bounds { workers: 2, ..wide };
    let (_, two) = searched("consent.conv", &both);
    figure("explore_two_threads_over_one", one / two);
    figure("explore_per_s", ballot.min(debate).min(motion));
}
