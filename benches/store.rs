//! The encrypted store: against the same store without encryption, at a million entries against
//! the first hundred thousand, and opening a home that has much in it.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::panic,
    reason = "a measurement"
)]

mod support;

use std::path::Path;

use mundi_engine::EntryId;
use mundi_node::store::{ConversationNo, DbKey, NewConversation, Standing, Store};
use sha2::{Digest, Sha256};
use support::clock::busy;
use support::{figure, median};

const ENTRIES: usize = 100_000;
const MILLION: usize = 1_000_000;
const BYTES: usize = 512;
const BATCH: usize = 1_000;
const ROUNDS: usize = 7;
const CONVERSATIONS: u64 = 1_000;

fn key() -> DbKey {
    DbKey::new(&[9; 32])
}

/// Whether a store is encrypted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Encrypted,
}

fn create(kind: Kind, path: &Path) -> Store {
    match kind {
        Kind::Plain => Store::create_plain(path).expect("a new store"),
        Kind::Encrypted => Store::create(path, &key()).expect("a new store"),
    }
}

/// An id as good as random, the same in every run.
fn id(kind: &str, n: u64) -> EntryId {
    EntryId(Sha256::digest([kind.as_bytes(), &n.to_le_bytes()].concat()).into())
}

fn begin(store: &mut Store, n: u64) -> ConversationNo {
    let new = NewConversation {
        id: id("open", n),
        open: &[7; 4_000],
        title: "Escrow order",
        topic: Some("a lamp, brass, with two bulbs"),
        opened_at: 1_767_225_600_000 + n,
        device: None,
    };
    store.write(|tx| tx.add_conversation(&new)).expect("it is added")
}

/// Entries, from a number on: ids and bytes, made before anything is measured.
fn entries(from: usize, count: usize) -> Vec<(EntryId, [u8; BYTES])> {
    let one = |n: usize| {
        let id = id("entry", n as u64);
        let mut bytes = [0; BYTES];
        for chunk in bytes.chunks_mut(32) {
            chunk.copy_from_slice(&id.0);
        }
        (id, bytes)
    };
    (from..from + count).map(one).collect()
}

/// Writes them in batches, to one conversation after another, and moves the log into the database;
/// microseconds an entry.
fn write(store: &mut Store, to: &[ConversationNo], entries: &[(EntryId, [u8; BYTES])]) -> f64 {
    let (seconds, ()) = busy(|| {
        for (batch, to) in entries.chunks(BATCH).zip(to.iter().cycle()) {
            let rows: Vec<(EntryId, &[u8])> = batch.iter().map(|(i, b)| (*i, &b[..])).collect();
            let new = store.write(|tx| tx.append(*to, &rows)).expect("it is written");
            assert!(new == batch.len(), "all are new");
        }
        store.cut_log().expect("the log is moved");
    });
    seconds * 1e6 / entries.len() as f64
}

/// Encrypted over plain, in turns.
fn over_plain(conversations: u64) -> f64 {
    let all = entries(0, ENTRIES);
    let once = |kind| {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = create(kind, &folder.path().join("db"));
        let to: Vec<_> = (0..conversations).map(|n| begin(&mut store, n)).collect();
        write(&mut store, &to, &all)
    };
    let rounds: Vec<(f64, f64)> =
        (0..ROUNDS).map(|_| (once(Kind::Plain), once(Kind::Encrypted))).collect();
    println!("{conversations} conversation(s), us an entry, plain and encrypted: {rounds:.2?}");
    median(rounds.iter().map(|(plain, encrypted)| encrypted / plain).collect())
}

/// The cost of an entry around the millionth, over that of the first.
fn growth(kind: Kind) -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = create(kind, &folder.path().join("db"));
    let to = [begin(&mut store, 0)];
    let steps: Vec<f64> = (0..MILLION / ENTRIES + 2)
        .map(|step| write(&mut store, &to, &entries(step * ENTRIES, ENTRIES)))
        .collect();
    println!("us an entry, by hundred thousands: {steps:.2?}");
    // The tail of the index is merged every two hundred thousand or so; four windows, two before
    // the millionth and two after it, even that out.
    let last: f64 = steps.iter().rev().take(4).sum::<f64>() / 4.0;
    last / steps.first().expect("a first")
}

/// Opening a home of many conversations and reading the list, in ms.
fn open() -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("db");
    let mut store = create(Kind::Encrypted, &path);
    let each = ENTRIES / usize::try_from(CONVERSATIONS).expect("small");
    let all = entries(0, ENTRIES);
    let standing = Standing { last_at: 1_767_225_700_000, text: "open: waiting for ben", flags: 1 };
    for (n, rows) in (0..CONVERSATIONS).zip(all.chunks(each)) {
        let to = begin(&mut store, n);
        write_standing(&mut store, to, rows, &standing);
    }
    store.close().expect("it closes");
    let once = || {
        let (seconds, list) = busy(|| {
            let store = Store::open(&path, &key()).expect("it opens");
            store.conversations().expect("a list")
        });
        assert!(list.len() == 1_000 && list.iter().all(|c| c.entries == each as u64 + 1));
        seconds * 1e3
    };
    median((0..15).map(|_| once()).collect())
}

fn write_standing(
    store: &mut Store,
    to: ConversationNo,
    rows: &[(EntryId, [u8; BYTES])],
    standing: &Standing<'_>,
) {
    let rows: Vec<(EntryId, &[u8])> = rows.iter().map(|(i, b)| (*i, &b[..])).collect();
    store
        .write(|tx| tx.append(to, &rows).and_then(|_| tx.set_standing(to, standing)))
        .expect("it is written");
}

/// What has no bound, but is good to know: reading, and writing one by one.
fn read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("db");
    let mut store = create(Kind::Encrypted, &path);
    let to = begin(&mut store, 0);
    let saved: Vec<u8> = (0..8_000_000u32).map(|n| n.to_le_bytes()[n as usize % 4]).collect();
    store.write(|tx| tx.set_checkpoint(to, 1, &saved)).expect("it is saved");
    write(&mut store, &[to], &entries(0, ENTRIES));
    let one_by_one = entries(ENTRIES, 1_000);
    let (seconds, ()) = busy(|| {
        for (id, bytes) in &one_by_one {
            store.write(|tx| tx.append(to, &[(*id, &bytes[..])])).expect("it is written");
        }
    });
    println!("writing one entry by itself, us: {:.1}", seconds * 1e6 / 1e3);
    store.close().expect("it closes");
    let again = || Store::open(&path, &key()).expect("it opens");
    let timed = |work: &dyn Fn(&Store)| {
        median((0..9).map(|_| busy(|| work(&again())).0).collect::<Vec<_>>()) * 1e3
    };
    let opening = timed(&|_| ());
    println!("opening, ms: {opening:.2}");
    let checkpoint = timed(&|store| {
        let found = store.checkpoint(to).expect("it reads").expect("it is there");
        assert!(found.bytes.len() == saved.len());
    });
    println!("opening and reading 8 MB of a saved replica, ms: {checkpoint:.2}");
    let first = timed(&|store| assert!(store.has_entry(&id("entry", 5)).expect("it reads")));
    println!("opening and finding one entry, ms: {first:.2}");
    let whole = timed(&|store| assert!(store.entries(to).count() == ENTRIES + 1_001));
    println!("reading an entry of a conversation from its start, us: {:.2}", whole / 100.0);
}

fn main() {
    let only = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let wanted = |name: &str| only.as_deref().is_none_or(|only| only == name);
    if wanted("plain") {
        figure("store_over_plain", over_plain(1));
        over_plain(100);
    }
    if wanted("growth") {
        figure("store_growth", median((0..3).map(|_| growth(Kind::Encrypted)).collect()));
        figure("store_growth_plain", growth(Kind::Plain));
    }
    if wanted("open") {
        figure("store_open_ms", open());
    }
    if wanted("read") {
        read();
    }
}
