//! A run of a real store on a disk that crashes, from one seed, held against a model of it.

#![allow(dead_code, reason = "each test file uses its part")]

use std::path::Path;
use std::sync::OnceLock;

use mundi_disk::{Disk, Fault, Image};
use mundi_engine::EntryId;
use mundi_node::store::{ConversationNo, DbKey, NewConversation, Store, StoreError};

/// The file of a store.
pub(crate) const DB: &str = "home/db";

/// Crashes of one run.
const CRASHES: u64 = 4;

pub(crate) fn key() -> DbKey {
    DbKey::new(&[7; 32])
}

pub(crate) fn open(disk: &Disk) -> Result<Store, StoreError> {
    Store::open_on(disk.vfs(), Path::new(DB), Some(&key()))
}

pub(crate) fn create(disk: &Disk) -> Result<Store, StoreError> {
    Store::create_on(disk.vfs(), Path::new(DB), Some(&key()))
}

pub(crate) fn conversation() -> NewConversation<'static> {
    NewConversation {
        id: EntryId([0; 32]),
        open: b"open",
        title: "t",
        topic: None,
        opened_at: 0,
        device: None,
    }
}

/// A store with one conversation, closed. Made once: making one costs more than a whole run.
pub(crate) fn fresh() -> &'static Image {
    static FRESH: OnceLock<Image> = OnceLock::new();
    FRESH.get_or_init(|| {
        let disk = Disk::new(0);
        let mut store = create(&disk).unwrap();
        store.write(|tx| tx.add_conversation(&conversation())).unwrap();
        store.close().unwrap();
        disk.snapshot()
    })
}

/// A disk with such a store.
pub(crate) fn disk(seed: u64) -> Disk {
    let disk = Disk::new(seed);
    disk.restore(fresh());
    disk
}

/// Numbers from a seed.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ (self.0 >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        (mixed >> 33) % end
    }
}

/// A transaction, as it was tried: which one, in which try. A try that failed may be there after a
/// crash, or not; one that was acknowledged is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Write {
    pub(crate) nth: u64,
    pub(crate) attempt: u64,
}

impl Write {
    fn bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.nth.to_be_bytes());
        bytes[8..].copy_from_slice(&self.attempt.to_be_bytes());
        bytes
    }

    fn id(self, entry: u64) -> EntryId {
        let mut id = [0xa5; 32];
        id[..16].copy_from_slice(&self.bytes());
        id[16..24].copy_from_slice(&entry.to_be_bytes());
        EntryId(id)
    }

    /// How many entries it appends, and of how many bytes.
    fn shape(self) -> (u64, usize) {
        let mut dice = Dice(self.nth.wrapping_mul(31).wrapping_add(self.attempt));
        (1 + dice.below(3), 16 * (1 + usize::try_from(dice.below(80)).unwrap()))
    }

    pub(crate) fn entries(self) -> Vec<(EntryId, Vec<u8>)> {
        let (count, length) = self.shape();
        (0..count).map(|entry| (self.id(entry), self.bytes().repeat(length / 16))).collect()
    }

    /// Entries, a saved replica of some pages, and a setting, which all say the same.
    pub(crate) fn make(self, store: &mut Store, to: ConversationNo) -> Result<(), StoreError> {
        let entries = self.entries();
        let rows: Vec<(EntryId, &[u8])> =
            entries.iter().map(|(id, bytes)| (*id, &bytes[..])).collect();
        store.write(|tx| {
            tx.append(to, &rows)?;
            if self.nth.is_multiple_of(3) {
                tx.set_checkpoint(to, self.nth, &self.bytes().repeat(700))?;
            }
            tx.set_setting("n", &self.bytes())
        })
    }
}

/// What a store should hold: the writes, in their order.
#[derive(Default)]
struct Model {
    done: Vec<Write>,
    /// Tries of the next one, which failed.
    doubtful: Vec<Write>,
}

impl Model {
    fn next(&self) -> Write {
        Write { nth: self.done.len() as u64 + 1, attempt: self.doubtful.len() as u64 }
    }

    fn heard(&mut self, write: Write, answer: &Result<(), StoreError>) {
        if answer.is_ok() {
            self.done.push(write);
            self.doubtful.clear();
        } else {
            self.doubtful.push(write);
        }
    }

    /// What is there after a crash: what was acknowledged, perhaps with one doubtful try.
    fn found(&mut self, store: &Store) -> Result<(), String> {
        let said = store.setting("n").map_err(|error| format!("reading: {error}"))?;
        let is = |write: &Write| said.as_deref() == Some(&write.bytes()[..]);
        if let Some(write) = self.doubtful.iter().copied().find(|write| is(write)) {
            self.done.push(write);
        } else if !(self.done.last().is_some_and(is) || (said.is_none() && self.done.is_empty())) {
            return Err(format!("lost: {said:?} after {:?}", self.done.last()));
        }
        self.doubtful.clear();
        Ok(())
    }

    /// Whether a store holds these writes, whole, and nothing else.
    fn holds(&self, store: &Store, to: ConversationNo) -> Result<(), String> {
        let read: Result<Vec<_>, _> = store.entries(to).skip(1).collect();
        let read = read.map_err(|error| format!("reading: {error}"))?;
        let expected: Vec<_> = self.done.iter().flat_map(|write| write.entries()).collect();
        if read != expected {
            return Err(format!("{} entries in place of {}", read.len(), expected.len()));
        }
        for (id, _) in &expected {
            if !store.has_entry(id).map_err(|error| error.to_string())? {
                return Err("an entry is not in the index".into());
            }
        }
        let last = self.done.iter().rev().find(|write| write.nth.is_multiple_of(3));
        let saved = store.checkpoint(to).map_err(|error| error.to_string())?;
        match (last, saved) {
            (None, None) => Ok(()),
            (Some(write), Some(saved)) if saved.bytes == write.bytes().repeat(700) => Ok(()),
            _ => Err("the saved replica is another".into()),
        }
    }
}

/// What was answered, so that two runs can be compared.
pub(crate) type Answers = Vec<String>;

/// One run; an error says which law was broken.
pub(crate) fn run(seed: u64, ignore_syncs: bool) -> Result<Answers, String> {
    let (disk, mut dice) = (disk(seed), Dice(seed));
    disk.ignore_syncs(ignore_syncs);
    let (mut model, mut answers) = (Model::default(), Answers::new());
    for crash in 0..CRASHES {
        let mut store = open(&disk).map_err(|error| format!("crash {crash}: {error}"))?;
        let to = store.conversations().map_err(|error| error.to_string())?[0].number;
        model.found(&store)?;
        model.holds(&store, to)?;
        if dice.below(2) == 0 {
            store.check().map_err(|error| format!("crash {crash}: {error}"))?;
        }
        arm(&disk, &mut dice);
        live(&mut store, to, &mut model, &mut dice, &mut answers);
        // In good order, now and then; what was written is to stay even so.
        let store = if dice.below(6) == 0 { store.close().map(|()| None) } else { Ok(Some(store)) };
        answers.push(format!("closed {:?}", store.as_ref().err().map(ToString::to_string)));
        disk.crash(seed.wrapping_mul(CRASHES).wrapping_add(crash));
        drop(store);
        let lengths =
            disk.files().into_iter().map(|name| (disk.bytes(&name).map(|b| b.len()), name));
        answers.push(format!("{} steps, {:?}", disk.steps(), lengths.collect::<Vec<_>>()));
    }
    let mut store = open(&disk).map_err(|error| format!("at last: {error}"))?;
    let to = store.conversations().map_err(|error| error.to_string())?[0].number;
    model.found(&store)?;
    model.holds(&store, to)?;
    store.check().map_err(|error| format!("at last: {error}"))?;
    answers.push(format!("{} writes", model.done.len()));
    Ok(answers)
}

/// What goes wrong before the next crash; perhaps nothing.
fn arm(disk: &Disk, dice: &mut Dice) {
    let nth = 1 + dice.below(60);
    match dice.below(6) {
        0 => {}
        1 => disk.fail_after(nth, Fault::Full),
        2 => disk.fail_after(nth, Fault::Io),
        _ => disk.fail_after(nth, Fault::Power),
    }
}

/// Writes, and sometimes moves the log into the database, until the next crash.
fn live(
    store: &mut Store,
    to: ConversationNo,
    model: &mut Model,
    dice: &mut Dice,
    answers: &mut Answers,
) {
    for _ in 0..dice.below(14) {
        if dice.below(7) == 0 {
            let cut = store.cut_log();
            answers.push(format!("cut {:?}", cut.err().map(|error| error.to_string())));
            continue;
        }
        let write = model.next();
        let answer = write.make(store, to);
        model.heard(write, &answer);
        answers.push(format!("{write:?} {:?}", answer.err().map(|error| error.to_string())));
    }
}
