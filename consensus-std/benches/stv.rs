//! How long the count of a real ward takes: `cargo bench -p consensus-std --bench stv`. Beside it, in turns,
//! the counts of pref_voting and votelib over the same papers.

#![allow(
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    reason = "a measurement"
)]

#[path = "../../benches/support/peer.rs"]
mod peer;

use std::hint::black_box;
use std::time::{Duration, Instant};

use consensus_std::methods::scottish::elected;
use consensus_std::methods::universes::Ties;
use consensus_std::profile::Profile;
use peer::Peer;
use serde_json::json;

/// Counts of which the median is shown.
const COUNTS: usize = 101;

/// A ward: how often each ballot was cast.
struct Ward {
    options: usize,
    seats: usize,
    papers: Vec<(usize, Vec<usize>)>,
}

/// The ward in the format of Scottish councils: times, then options from 1.
fn ward() -> Option<Ward> {
    let text = include_str!("../tests/elections/eilean_siar_2012_ward3.csv");
    let mut lines = text.lines();
    let mut head = lines.next()?.split(',');
    let options: usize = head.next()?.parse().ok()?;
    let seats: usize = head.next()?.parse().ok()?;
    let mut papers = Vec::new();
    for line in lines.take_while(|line| !line.starts_with('"')) {
        let mut numbers = line.split(',').filter_map(|n| n.parse::<usize>().ok());
        let times = numbers.next()?;
        papers.push((times, numbers.map(|n| n.checked_sub(1)).collect::<Option<Vec<_>>>()?));
    }
    Some(Ward { options, seats, papers })
}

impl Ward {
    fn profile(&self) -> Option<Profile> {
        let cast = |(times, ballot): &(usize, Vec<usize>)| vec![ballot.clone(); *times];
        Profile::new(self.options, self.papers.iter().flat_map(cast).collect())
    }

    fn peer(&self) -> Option<Peer> {
        let question =
            json!({ "options": self.options, "seats": self.seats, "papers": self.papers });
        Peer::start(include_str!("../../benches/peers/python/stv.py"), &question)
    }
}

fn main() {
    let Some((ward, profile)) = ward().and_then(|ward| ward.profile().map(|p| (ward, p))) else {
        eprintln!("the ward's file does not read");
        std::process::exit(1);
    };
    let mut peer = ward.peer();
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..COUNTS {
        let start = Instant::now();
        let count = elected(black_box(&profile), ward.seats, Ties::FirstListed);
        times.push(start.elapsed());
        if let Some(peer) = &mut peer {
            peer.round(&json!(count.expect("the ward is counted").first()));
        }
    }
    times.sort();
    let median = times.get(COUNTS / 2).copied().unwrap_or_default();
    println!("stv_ms: {:.3}", median.as_secs_f64() * 1_000.0);
    for (function, ms) in peer.iter().flat_map(Peer::medians) {
        println!("stv_ms_{function}: {ms:.3}");
    }
}
