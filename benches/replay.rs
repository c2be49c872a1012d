//! Replay of 100,000 signed entries against verifying their signatures alone, on the same threads.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::panic,
    reason = "a measurement"
)]

mod support;

use std::sync::Mutex;

use mundi_engine::entry::verify_all;
use mundi_engine::{Entry, Replica};
use mundi_node::pool;
use support::clock::{busy, wall};
use support::log::{Poll, Trade};
use support::{figure, median};

const ENTRIES: usize = 100_000;
const BYTES: usize = 512;
const ROUNDS: usize = 7;
const SEED: [u8; 32] = [9; 32];

/// Verifies batches on so many threads, each taking the next one.
fn verify_alone(batches: Vec<Vec<Entry>>, threads: usize) {
    let batches = Mutex::new(batches.into_iter());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(batch) = { batches.lock().expect("whole").next() } {
                    assert!(verify_all(batch, &SEED).iter().all(Result::is_ok));
                }
            });
        }
    });
}

/// The whole way: bytes in, verdicts out.
fn replay(mut replica: Replica, bytes: &[&[u8]]) -> Replica {
    pool::verified(bytes, pool::cores(), &SEED, |index, entry| {
        let taken = replica.insert(entry.expect("a good entry"));
        assert!(taken == mundi_engine::Taken::Inserted, "{taken:?}");
        if index % pool::BATCH == 0 {
            replica.advance();
        }
    });
    replica.advance();
    replica
}

fn measure(name: &str, open: &dyn Fn() -> Replica, entries: &[Entry]) -> f64 {
    let size = entries.iter().map(|e| e.bytes().len()).sum::<usize>() / entries.len();
    let views: Vec<&[u8]> = entries.iter().map(Entry::bytes).collect();
    let done = replay(open(), &views);
    let accepted = entries
        .iter()
        .filter(|e| done.verdict(&e.id()) == Some(mundi_engine::Verdict::Accepted))
        .count();
    println!("{name}: {} entries of {size} bytes, {accepted} accepted", entries.len());
    let mut ratios = Vec::new();
    let (mut alone_all, mut replay_all) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let batches: Vec<Vec<Entry>> = entries.chunks(pool::BATCH).map(<[Entry]>::to_vec).collect();
        let (alone, ()) = wall(|| verify_alone(batches, pool::cores()));
        let replica = open();
        let (whole, _replica) = wall(|| replay(replica, &views));
        ratios.push(whole / alone);
        alone_all.push(alone);
        replay_all.push(whole);
    }
    let per = |all: Vec<f64>| median(all) * 1e6 / entries.len() as f64;
    println!("  verifying alone, {} threads, us an entry: {:.2}", pool::cores(), per(alone_all));
    println!("  replay, us an entry: {:.2}", per(replay_all));
    let mut again = done;
    let folds: Vec<f64> = (0..3).map(|_| busy(|| again.replay()).0).collect();
    println!("  fold alone, us an entry: {:.2}", per(folds));
    println!("  ratios: {ratios:.2?}");
    median(ratios)
}

fn main() {
    let mut trade = Trade::new(BYTES);
    let entries: Vec<Entry> = (0..ENTRIES).map(|_| trade.next()).collect();
    let escrow = measure("escrow", &|| trade.talk.replica(), &entries);
    drop(entries);
    let mut poll = Poll::new(20, BYTES);
    let entries: Vec<Entry> = (0..ENTRIES).map(|_| poll.next()).collect();
    let ballot = measure("ballot", &|| poll.talk.replica(), &entries);
    figure("replay_over_verify_escrow", escrow);
    figure("replay_over_verify_ballot", ballot);
    figure("replay_over_verify", escrow.max(ballot));
}
