//! What a search costs: transitions a second on one thread, the middle of three rules files; bytes for a
//! state; what a second thread brings. With the name of an example: its transitions a second.
#![allow(missing_docs, clippy::expect_used, clippy::float_arithmetic, reason = "a measurement")]

use std::time::Instant;

use mundi_lang::Source;
use mundi_workbench::explore::{Bounds, Branches, Report, explore};

const ROUNDS: usize = 5;

fn searched(file: &str, bounds: &Bounds) -> (Report, f64) {
    let path = format!("{}/../examples/conversations/{file}", env!("CARGO_MANIFEST_DIR"));
    let source = Source::new(file, std::fs::read_to_string(path).expect("it can be read"));
    let tree = mundi_lang::parse(&source).tree.expect("it parses");
    let checked = mundi_lang::check(&source, &tree, &consensus_std::library().signatures());
    let rules = checked.rules.expect("it checks");
    let begun = Instant::now();
    // What is found is then signed and judged once more, for its plays: that is no part of the search.
    let mut searched = 0.0;
    let report =
        explore(&rules, file, bounds, &mut |_, _| searched = begun.elapsed().as_secs_f64());
    (report.expect("it can be opened"), searched)
}

fn figure(name: &str, value: f64) {
    println!("{name}: {value:.3}");
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
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
    let two_people = Bounds { branches: Branches::Untold, ..Bounds::default() };
    let three = Bounds { people: 3, ..two_people.clone() };
    for file in ["escrow.conv", "ballot.conv"] {
        let (report, seconds) = searched(file, &three);
        println!("{file}: {} states, {seconds:.2} s", report.states);
    }
    let one = std::env::args().nth(1).filter(|file| file.ends_with(".conv"));
    if let Some(file) = one {
        return figure("transitions_per_s", speed(&file, &two_people));
    }
    let ballot = speed("ballot.conv", &three);
    let debate = speed("debate.conv", &two_people);
    let motion = speed("motion.conv", &two_people);
    figure("explore_ballot_per_s", ballot);
    figure("explore_debate_per_s", debate);
    figure("explore_motion_per_s", motion);
    let before = resident();
    let wide = Bounds { states: 100_000, ..two_people };
    let (report, one) = searched("consent.conv", &wide);
    figure("explore_bytes_per_state", (resident() - before) / report.states as f64);
    let both = Bounds { workers: 2, ..wide };
    let (_, two) = searched("consent.conv", &both);
    figure("explore_two_threads_over_one", one / two);
    figure("explore_per_s", median(vec![ballot, debate, motion]));
}
