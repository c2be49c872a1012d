//! What a message costs as the log and the people grow, and what an entry costs in memory.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::panic,
    reason = "a measurement"
)]

mod support;

use mundi_engine::entry::verify;
use mundi_engine::{Entry, Replica, Taken};
use mundi_node::pool;
use support::clock::{busy, resident, wall};
use support::log::{Poll, Trade};
use support::{figure, median};

/// Bytes of an entry: small, so that a million of them fit into any machine's memory.
const BYTES: usize = 300;
const SMALL: usize = 1_000;
const LARGE: usize = 1_000_000;
const FEW: usize = 10;
const MANY: usize = 10_000;
/// Messages received in a turn, and turns.
const TURN: usize = 200;
const TURNS: usize = 41;
const SEED: [u8; 32] = [9; 32];

/// One message, as it comes from outside.
fn receive(replica: &mut Replica, bytes: &[u8]) {
    let entry = verify(Entry::decode(bytes).expect("an entry")).expect("signed");
    assert_eq!(replica.insert(entry), Taken::Inserted);
    replica.advance();
}

/// Many at once, verified on all cores.
fn load(replica: &mut Replica, entries: &[Entry]) {
    let views: Vec<&[u8]> = entries.iter().map(Entry::bytes).collect();
    pool::verified(&views, pool::cores(), &SEED, |_, entry| {
        assert_eq!(replica.insert(entry.expect("good")), Taken::Inserted);
    });
    replica.advance();
}

/// One side of a comparison: a replica, and the messages that it has still to receive.
struct Side {
    replica: Replica,
    entries: std::vec::IntoIter<Entry>,
}

impl Side {
    /// Seconds on the core for a message: the middle of many, each taken by itself.
    fn turn(&mut self) -> f64 {
        let some: Vec<Entry> = self.entries.by_ref().take(TURN).collect();
        assert_eq!(some.len(), TURN);
        let all = busy(|| some.iter().for_each(|e| receive(&mut self.replica, e.bytes()))).0;
        all / TURN as f64
    }

    /// The same without decoding and verifying.
    fn bare_turn(&mut self) -> f64 {
        let some = self.entries.by_ref().take(TURN);
        let some: Vec<_> = some.map(|e| verify(e).expect("signed")).collect();
        assert_eq!(some.len(), TURN);
        let replica = &mut self.replica;
        let all = busy(|| {
            for entry in some {
                assert_eq!(replica.insert(entry), Taken::Inserted);
                replica.advance();
            }
        });
        all.0 / TURN as f64
    }
}

/// Small and large in turns; prints both and gives the ratios, with and without verifying.
fn compare(what: &str, mut small: Side, mut large: Side) -> (f64, f64) {
    let (mut whole, mut bare) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
    for turn in 0..TURNS {
        let (a, b) = (small.turn(), large.turn());
        let (c, d) = (small.bare_turn(), large.bare_turn());
        // The first turn warms up.
        if turn > 0 {
            whole.0.push(a);
            whole.1.push(b);
            bare.0.push(c);
            bare.1.push(d);
        }
    }
    let (a, b) = (median(whole.0) * 1e6, median(whole.1) * 1e6);
    let (c, d) = (median(bare.0) * 1e6, median(bare.1) * 1e6);
    println!("{what}: us a message {a:.2} and {b:.2}; without verifying {c:.2} and {d:.2}");
    (b / a, d / c)
}

fn entries() -> (f64, f64, f64) {
    let more = 2 * TURN * TURNS;
    let mut writing = Trade::new(BYTES);
    let all: Vec<Entry> = (0..LARGE + more).map(|_| writing.next()).collect();
    let (first, rest) = all.split_at(LARGE);
    let before = resident();
    let mut large = writing.talk.replica();
    let (seconds, ()) = wall(|| load(&mut large, first));
    let own: usize = first.iter().map(|e| e.bytes().len()).sum();
    let memory = (resident() - before - own as f64) / LARGE as f64;
    println!("{LARGE} entries of {} bytes replayed in {seconds:.1} s", own / LARGE);
    let mut small = writing.talk.replica();
    load(&mut small, &first[..SMALL]);
    // Copied before the clock starts, so that only receiving is timed.
    #[allow(clippy::unnecessary_to_owned, reason = "the copies are made before the clock starts")]
    let small = Side { replica: small, entries: first[SMALL..SMALL + more].to_vec().into_iter() };
    #[allow(clippy::unnecessary_to_owned, reason = "the copies are made before the clock starts")]
    let large = Side { replica: large, entries: rest.to_vec().into_iter() };
    let (ratio, bare) = compare("entries", small, large);
    (ratio, bare, memory)
}

/// An assembly of so many, all of whom have joined.
fn assembly(voters: usize) -> Side {
    let mut writing = Poll::assembly(voters, BYTES);
    let mut replica = writing.talk.replica();
    let joins = writing.joins();
    let (seconds, ()) = wall(|| load(&mut replica, &joins));
    println!("{voters} joins: {:.1} us each", seconds * 1e6 / voters as f64);
    // Everybody votes once before anything is measured.
    let first: Vec<Entry> = (0..MANY.max(voters)).map(|_| writing.next()).collect();
    load(&mut replica, &first);
    let more = (0..2 * TURN * TURNS).map(|_| writing.next()).collect::<Vec<_>>();
    Side { replica, entries: more.into_iter() }
}

/// Only what is named, where something is: `cargo bench --bench growth -- voters`.
fn wanted(what: &str) -> bool {
    let mut named = std::env::args().skip(1).filter(|a| !a.starts_with('-')).peekable();
    named.peek().is_none() || named.any(|a| a == what)
}

fn main() {
    if wanted("voters") {
        let (ratio, bare) = compare("voters", assembly(FEW), assembly(MANY));
        figure("growth_voters", ratio);
        figure("growth_voters_without_verifying", bare);
    }
    if wanted("entries") {
        let (ratio, bare, memory) = entries();
        figure("growth_entries", ratio);
        figure("growth_entries_without_verifying", bare);
        figure("bytes_per_entry", memory);
    }
}
