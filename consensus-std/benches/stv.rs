//! How long the count of a real ward takes: `cargo bench -p consensus-std --bench stv`.

#![allow(clippy::float_arithmetic, reason = "milliseconds are shown with a fraction")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use consensus_std::methods::scottish::elected;
use consensus_std::methods::universes::Ties;
use consensus_std::profile::Profile;

/// Counts of which the median is shown.
const COUNTS: usize = 101;

/// The ward in the format of Scottish councils: times, then options from 1.
fn ward() -> Option<(Profile, usize)> {
    let text = include_str!("../tests/elections/eilean_siar_2012_ward3.csv");
    let mut lines = text.lines();
    let mut head = lines.next()?.split(',');
    let options: usize = head.next()?.parse().ok()?;
    let seats: usize = head.next()?.parse().ok()?;
    let mut ballots = Vec::new();
    for line in lines.take_while(|line| !line.starts_with('"')) {
        let mut numbers = line.split(',').filter_map(|n| n.parse::<usize>().ok());
        let times = numbers.next()?;
        let ballot = numbers.map(|n| n.checked_sub(1)).collect::<Option<Vec<_>>>()?;
        ballots.extend(vec![ballot; times]);
    }
    Some((Profile::new(options, ballots)?, seats))
}

fn main() {
    let Some((profile, seats)) = ward() else {
        eprintln!("the ward's file does not read");
        std::process::exit(1);
    };
    let mut times: Vec<Duration> = (0..COUNTS)
        .map(|_| {
            let start = Instant::now();
            let count = elected(black_box(&profile), seats, Ties::FirstListed);
            assert!(count.is_ok(), "the ward is counted");
            start.elapsed()
        })
        .collect();
    times.sort();
    let median = times.get(COUNTS / 2).copied().unwrap_or_default();
    println!("stv_ms: {:.3}", median.as_secs_f64() * 1_000.0);
}
