//! A home: what it costs to take 10,000 entries in, against verifying their signatures alone; to take
//! up a conversation of 100,000 from its database; to open a home and list 1,000 conversations.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::panic,
    reason = "a measurement"
)]

mod support;

use std::path::Path;
use std::sync::Mutex;

use mundi_engine::entry::verify_all;
use mundi_engine::{Entry, EntryId};
use mundi_identity::Phrase;
use mundi_identity::pgp::PgpKey;
use mundi_node::conversation::Room;
use mundi_node::home::{Founding, Home};
use mundi_node::pool;
use mundi_node::secret_file;
use mundi_node::store::{DbKey, NewConversation, Standing, Store, StoreError, Tx};
use support::clock::{busy, wall};
use support::log::{Conversation, Poll, START, Trade, scatter};
use support::{figure, median};
use zeroize::Zeroizing;

const BATCH: usize = 10_000;
const MANY: usize = 100_000;
const CONVERSATIONS: u64 = 1_000;
const PER_CONVERSATION: u64 = 100;
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

/// A new home with a conversation that has its `open` only.
fn home(folder: &Path, talk: &Conversation) -> (Home, Room) {
    let store = Store::create(&folder.join("db"), &DbKey::new(&[5; 32])).expect("a store");
    let phrase = Phrase::from_entropy(&[3; 32]);
    let key = PgpKey::from_seeds(&phrase.pgp(), "measured").expect("a key");
    let founding = Founding { name: "measured", seeds: Zeroizing::new(Vec::new()), now: START };
    let mut home = Home::found(store, Box::new(key), &founding).expect("a home");
    let new = NewConversation {
        id: talk.open.id(),
        open: talk.open.bytes(),
        title: "Measured",
        topic: None,
        opened_at: START,
        device: None,
    };
    home.write(|tx| tx.add_conversation(&new)).expect("added");
    let room = home.room_of(None).expect("a room");
    (home, room)
}

fn ingest(name: &str, talk: &Conversation, entries: &[Entry]) -> f64 {
    let bytes: Vec<Vec<u8>> = entries.iter().map(|e| e.bytes().to_vec()).collect();
    let (mut ratios, mut alone_all, mut whole_all) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let batches: Vec<Vec<Entry>> = entries.chunks(pool::BATCH).map(<[Entry]>::to_vec).collect();
        let (alone, ()) = wall(|| verify_alone(batches, pool::cores()));
        let folder = tempfile::tempdir().expect("a folder");
        let (mut home, mut room) = home(folder.path(), talk);
        let (whole, intake) = wall(|| home.take(&mut room, &bytes, u64::MAX / 2).expect("taken"));
        assert_eq!(intake.new, entries.len());
        ratios.push(whole / alone);
        alone_all.push(alone);
        whole_all.push(whole);
    }
    let per = |all: Vec<f64>| median(all) * 1e6 / entries.len() as f64;
    println!("{name}: verifying alone, us an entry: {:.2}", per(alone_all));
    println!("  received, verified, stored, folded, us an entry: {:.2}", per(whole_all));
    println!("  ratios: {ratios:.2?}");
    median(ratios)
}

/// Milliseconds on a core.
fn resume(name: &str, talk: &Conversation, entries: &[Entry]) -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut home, mut room) = home(folder.path(), talk);
    for part in entries.chunks(BATCH) {
        let bytes: Vec<Vec<u8>> = part.iter().map(|e| e.bytes().to_vec()).collect();
        home.take(&mut room, &bytes, u64::MAX / 2).expect("taken");
    }
    home.keep(&room).expect("saved");
    let hash = room.replica.state_hash();
    drop((home, room));
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let store = Store::open(&folder.path().join("db"), &DbKey::new(&[5; 32])).expect("opens");
        let key = PgpKey::from_seeds(&Phrase::from_entropy(&[3; 32]).pgp(), "measured");
        let home = Home::of(store, Box::new(key.expect("a key")));
        let row = home.find(None).expect("one");
        let (seconds, room) = busy(|| home.room(&row).expect("a room"));
        assert_eq!(room.replica.state_hash(), hash);
        times.push(seconds * 1e3);
    }
    let ms = median(times);
    println!("{name}: taken up from the database, ms on a core: {ms:.2}");
    ms
}

/// Milliseconds on a core from an unlocked key to the list of a home of 1,000 conversations.
fn open() -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let (database, secret) = (folder.path().join("db"), folder.path().join("secret"));
    let db_key = DbKey::new(&[5; 32]);
    let pgp = || PgpKey::from_seeds(&Phrase::from_entropy(&[3; 32]).pgp(), "measured");
    let key = pgp().expect("a key");
    secret_file::write(&secret, &db_key, &key.cert(), START).expect("written");
    let mut store = Store::create(&database, &db_key).expect("a store");
    for n in 0..CONVERSATIONS {
        store.write(|tx| fill(tx, n)).expect("filled");
    }
    store.close().expect("closed");
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let key = pgp().expect("a key");
        let (seconds, lines) = busy(|| {
            let db_key = secret_file::read(&secret, &key).expect("opens");
            let store = Store::open(&database, &db_key).expect("opens");
            let home = Home::of(store, Box::new(key));
            let rows = home.store().conversations().expect("a list");
            let lines: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
            lines
        });
        assert_eq!(lines.len() as u64, CONVERSATIONS);
        times.push(seconds * 1e3);
    }
    median(times)
}

/// A conversation of 100 entries that nobody will read.
fn fill(tx: &Tx<'_>, n: u64) -> Result<(), StoreError> {
    let id = |at: u64| {
        let mut id = [0; 32];
        for (part, word) in id.chunks_mut(8).zip(0..) {
            part.copy_from_slice(&scatter(n * 4_000 + at * 8 + word).to_le_bytes());
        }
        EntryId(id)
    };
    let bytes = vec![0xd2; BYTES];
    let new = NewConversation {
        id: id(0),
        open: &bytes,
        title: "A conversation that is measured",
        topic: Some("one of a thousand"),
        opened_at: START + n,
        device: None,
    };
    let number = tx.add_conversation(&new)?;
    let entries: Vec<(EntryId, &[u8])> =
        (1..PER_CONVERSATION).map(|at| (id(at), bytes.as_slice())).collect();
    tx.append(number, &entries)?;
    let text = "waiting for ben, cy and others";
    tx.set_standing(number, &Standing { last_at: START + n, text, flags: 0 })
}

fn main() {
    let opened = open();
    let mut trade = Trade::new(BYTES);
    let trades: Vec<Entry> = (0..MANY).map(|_| trade.next()).collect();
    let mut poll = Poll::new(20, BYTES);
    let votes: Vec<Entry> = (0..MANY).map(|_| poll.next()).collect();
    let escrow = ingest("escrow", &trade.talk, trades.get(..BATCH).expect("enough"));
    let ballot = ingest("ballot", &poll.talk, votes.get(..BATCH).expect("enough"));
    let resumed = resume("escrow", &trade.talk, &trades).max(resume("ballot", &poll.talk, &votes));
    figure("ingest_over_verify_escrow", escrow);
    figure("ingest_over_verify_ballot", ballot);
    figure("ingest_over_verify", escrow.max(ballot));
    figure("resume_ms", resumed);
    figure("open_ms", opened);
}
