//! Resuming a conversation of 100,000 signed entries from what was saved of it. The figure is time on
//! a core, from the saved bytes in memory to a replica that answers; reading the bytes from a
//! database comes on top.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::panic,
    reason = "a measurement"
)]

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_engine::entry::verify;
use mundi_engine::library::Library;
use mundi_engine::{Bodies, Entry, EntryId, Reasons, Replica, Taken};
use support::clock::busy;
use support::log::{Conversation, Poll, Trade};
use support::{figure, median};

const ENTRIES: usize = 100_000;
const BYTES: usize = 512;
const ROUNDS: usize = 21;
/// People of a large conversation, all of whom have joined: beside the figure.
const MANY: usize = 10_000;

/// What a host keeps.
struct Store(BTreeMap<EntryId, Vec<u8>>);

impl Bodies for Store {
    fn bytes(&self, id: &EntryId) -> Option<Vec<u8>> {
        self.0.get(id).cloned()
    }
}

fn resume(talk: &Conversation, saved: &[u8], store: &Arc<Store>) -> Replica {
    let reasons = Reasons::Skip;
    Replica::resume(&talk.open, saved, store.clone(), &Library::default(), reasons).expect("whole")
}

fn receive(replica: &mut Replica, entry: &Entry) {
    let entry = verify(entry.clone()).expect("signed");
    assert_eq!(replica.insert(entry), Taken::Inserted);
}

/// Milliseconds on a core.
fn measure(name: &str, talk: &Conversation, entries: &[Entry]) -> f64 {
    let (last, entries) = entries.split_last().expect("some");
    let mut whole = talk.replica();
    entries.iter().for_each(|entry| receive(&mut whole, entry));
    whole.advance();
    let kept = entries.iter().map(|e| (e.id(), e.bytes().to_vec())).collect();
    let store = Arc::new(Store(kept));
    let (saving, saved) = busy(|| whole.save());
    println!("{name}: {} entries, {} bytes saved", whole.len(), saved.len());
    println!("  saving, ms: {:.2}", saving * 1e3);
    let (opening, _) = busy(|| talk.replica());
    println!("  of resuming, checking and compiling the rules, ms: {:.2}", opening * 1e3);
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let (seconds, replica) = busy(|| resume(talk, &saved, &store));
        assert_eq!(replica.state_hash(), whole.state_hash());
        times.push(seconds * 1e3);
    }
    let resuming = median(times);
    println!("  resuming, ms: {resuming:.2}");
    let mut replica = resume(talk, &saved, &store);
    let (next, ()) = busy(|| {
        receive(&mut replica, last);
        replica.advance();
    });
    println!("  the first entry after it, ms: {:.3}", next * 1e3);
    resuming
}

fn main() {
    let mut trade = Trade::new(BYTES);
    let entries: Vec<Entry> = (0..ENTRIES).map(|_| trade.next()).collect();
    let escrow = measure("escrow", &trade.talk, &entries);
    drop(entries);
    let mut poll = Poll::new(20, BYTES);
    let entries: Vec<Entry> = (0..ENTRIES).map(|_| poll.next()).collect();
    let ballot = measure("ballot", &poll.talk, &entries);
    drop(entries);
    let mut assembly = Poll::assembly(MANY, BYTES);
    let mut entries = assembly.joins();
    entries.extend((MANY..ENTRIES).map(|_| assembly.next()));
    let many = measure("assembly", &assembly.talk, &entries);
    figure("resume_ms_assembly", many);
    figure("resume_ms_escrow", escrow);
    figure("resume_ms_ballot", ballot);
    figure("resume_ms", escrow.max(ballot));
}
