//! What sealing costs: replaying a conversation of 10,000 entries with the seals of all its 20 members,
//! against replaying it without.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::panic,
    reason = "a measurement"
)]

mod support;

use mundi_engine::entry::{verify, verify_all};
use mundi_engine::sealing::{Clocks, Next, Waits};
use mundi_engine::{Entry, Replica};
use mundi_identity::DeviceKey;
use support::clock::busy;
use support::log::Poll;
use support::{figure, median};

const ENTRIES: usize = 10_000;
const VOTERS: usize = 20;
const BYTES: usize = 512;
const ROUNDS: usize = 21;
const SEED: [u8; 32] = [9; 32];

/// Bytes in, verdicts out, on one thread; all at once, as when a log is imported.
fn replay(mut replica: Replica, bytes: &[Vec<u8>]) -> Replica {
    let entries = bytes.iter().map(|one| Entry::decode(one).expect("an entry")).collect();
    for entry in verify_all(entries, &SEED) {
        replica.insert(entry.expect("signed"));
    }
    replica.advance();
    replica
}

/// All members seal, one after the other; gives their entries.
fn seals(replica: &mut Replica) -> Vec<Vec<u8>> {
    let late = Clocks { now: u64::MAX / 4, outcome: 0, seal: 0 };
    let mut sealed = Vec::new();
    let keys = (0..VOTERS).map(|n| DeviceKey::rehearsal("measured", &format!("p{n}"), ""));
    for key in keys {
        // The last ones find the outcome final, and seal it all the same: as if they had not heard.
        let intent = match replica.next_seal(&key.public(), &late, &Waits::NONE) {
            Next::Seal(intent) => intent,
            _ => break,
        };
        let draft = replica.seal(&intent, &key, 0);
        let entry = verify(draft.sign(&key).expect("an entry")).expect("signed");
        sealed.push(entry.bytes().to_vec());
        replica.insert(entry);
        replica.advance();
    }
    sealed
}

fn main() {
    let mut poll = Poll::new(VOTERS, BYTES);
    let mut bytes: Vec<Vec<u8>> = (0..ENTRIES - 1).map(|_| poll.next().bytes().to_vec()).collect();
    bytes.push(poll.talk.say(0, "close", &[]).bytes().to_vec());
    let mut whole = replay(poll.talk.replica(), &bytes);
    assert!(whole.ending().is_some(), "it ends");
    let seals = seals(&mut whole);
    assert!(whole.is_final(), "{:?}", whole.finality());
    let with: Vec<Vec<u8>> = bytes.iter().chain(&seals).cloned().collect();
    let mut over = Vec::new();
    for _ in 0..ROUNDS {
        let open = poll.talk.replica();
        let (alone, _) = busy(|| replay(open, &bytes));
        let open = poll.talk.replica();
        let (sealed, replica) = busy(|| replay(open, &with));
        assert!(replica.is_final(), "final again");
        over.push((sealed / alone - 1.0) * 100.0);
    }
    println!("{ENTRIES} entries, {} seals; percent in turns: {over:.1?}", seals.len());
    figure("seal_overhead", median(over));
}
