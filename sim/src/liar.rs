//! An agent that lies: it writes with the engine alone, and holds to nothing.
//!
//! It has one face or two. A face is a log and those whom it is shown to; the second begins as the first
//! without something that came, and goes on as if that had never been. What is meant for all comes of the
//! first. Nothing that a liar does can be wrong: whatever it sends, the others have to live with.

mod lies;

use std::collections::{BTreeMap, BTreeSet};

use mundi_engine::author::{Author, Secret};
use mundi_engine::draft::Draft;
use mundi_engine::entry::{Verified, verify};
use mundi_engine::sealing::agent::Intent;
use mundi_engine::sealing::{Clocks, Next, Waits};
use mundi_engine::{Entry, EntryId, Reasons, Replica, Value};
use mundi_identity::DeviceKey;

use crate::agent::{choose, own_names};
use crate::people::{Person, START, Stage, people};
use crate::scenario::read_fields;
use crate::seed::Numbers;
use crate::violation::{Run, trouble};

/// Everybody, as a mask.
pub const ALL: u64 = u64::MAX;

/// What a liar sends, and to whom: a bit an agent.
pub struct Lied {
    /// The entry, where it is one.
    pub entry: Option<Verified>,
    /// The bytes, where it is none.
    pub bytes: Vec<u8>,
    /// To whom.
    pub to: u64,
    /// What it is, for the trace.
    pub what: &'static str,
}

struct Face {
    replica: Replica,
    shown: u64,
    forgotten: BTreeSet<EntryId>,
}

/// A liar.
pub struct Liar {
    /// Its number in the cast.
    pub number: usize,
    /// Who it is.
    pub person: &'static Person,
    stage: &'static Stage,
    key: &'static DeviceKey,
    faces: Vec<Face>,
    /// All entries that it has got or written, in order of arrival.
    known: BTreeMap<EntryId, Verified>,
    secrets: BTreeMap<EntryId, Vec<Secret>>,
    muted: u64,
    /// Whether it seals like an honest agent, on each face.
    seals: bool,
}

impl Liar {
    /// A liar who has done nothing yet.
    ///
    /// # Errors
    /// The conversation cannot be opened.
    pub fn new(
        number: usize,
        person: &'static Person,
        stage: &'static Stage,
        seed: u64,
    ) -> Run<Self> {
        let device = stage.devices.get(number).ok_or_else(|| trouble("a liar without a device"))?;
        let key = &device.key;
        let face = Face { replica: empty(stage)?, shown: ALL, forgotten: BTreeSet::new() };
        Ok(Self {
            number,
            person,
            stage,
            key,
            faces: vec![face],
            known: BTreeMap::new(),
            secrets: BTreeMap::new(),
            muted: 0,
            seals: Numbers::of(seed, 9 + number as u64).percent(75),
        })
    }

    /// Entries have come.
    pub fn take(&mut self, entries: &[Verified]) {
        for entry in entries {
            self.known.entry(entry.id()).or_insert_with(|| entry.clone());
            for face in self.faces.iter_mut().filter(|f| !f.forgotten.contains(&entry.id())) {
                face.replica.insert(entry.clone());
            }
        }
        self.faces.iter_mut().for_each(|face| {
            face.replica.advance();
        });
    }

    /// What it has, but for what these heads have in their past.
    #[must_use]
    pub fn log(&self) -> Vec<EntryId> {
        self.known.keys().copied().collect()
    }

    fn now(time: u64) -> u64 {
        START + 1_000 + time
    }

    /// Says on each face something that it may.
    ///
    /// # Errors
    /// A scenario's line cannot be read.
    pub fn speak(&mut self, choice: u64, blurt: bool, time: u64) -> Run<Vec<Lied>> {
        let mut all = Vec::new();
        for n in 0..self.faces.len() {
            let mut numbers = Numbers::of(choice, 3 + n as u64);
            let said = self.say(n, blurt, &mut numbers, Self::now(time), None)?;
            all.extend(self.show(n, said, "says"));
        }
        Ok(all)
    }

    /// Drafts something on a face, with these parents or the heads, and signs it.
    fn say(
        &mut self,
        face: usize,
        blurt: bool,
        numbers: &mut Numbers,
        at: u64,
        parents: Option<Vec<EntryId>>,
    ) -> Run<Option<Verified>> {
        let Some(face) = self.faces.get(face) else { return Ok(None) };
        let said = say_in(&face.replica, self, blurt, numbers, at, parents)?;
        Ok(said.map(|(entry, secrets)| {
            self.secrets.insert(entry.id(), secrets);
            entry
        }))
    }

    /// Puts an entry into a face, and shows it to whom the face is shown.
    fn show(&mut self, face: usize, entry: Option<Verified>, what: &'static str) -> Option<Lied> {
        let entry = entry?;
        let face = self.faces.get_mut(face)?;
        face.replica.insert(entry.clone());
        face.replica.advance();
        self.known.insert(entry.id(), entry.clone());
        let to = face.shown & !self.muted;
        Some(Lied { entry: Some(entry), bytes: Vec::new(), to, what })
    }

    /// Seals on each face as an honest agent would, but without waiting.
    pub fn attend(&mut self, time: u64) -> Vec<Lied> {
        if !self.seals {
            return self.join_in(time);
        }
        let mut all = Vec::new();
        for n in 0..self.faces.len() {
            for _ in 0..4 {
                let Some(face) = self.faces.get(n) else { break };
                let Some(intent) = self.intent(&face.replica, time) else { break };
                let draft = face.replica.seal(&intent, self.key, Self::now(time));
                let entry = self.signed(&draft);
                all.extend(self.show(n, entry, "seals"));
            }
        }
        all
    }

    /// Seals a later round with the others, having sealed none before.
    fn join_in(&mut self, time: u64) -> Vec<Lied> {
        let Some(face) = self.faces.first() else { return Vec::new() };
        let own =
            |entry: &&Verified| entry.author() == self.key.public() && entry.message() == "seal";
        if self.known.values().find(own).is_some() {
            return Vec::new();
        }
        let Some(intent) = self.seen(&face.replica).filter(|intent| intent.round > 0) else {
            return Vec::new();
        };
        let entry = self.signed(&face.replica.seal(&intent, self.key, Self::now(time)));
        self.show(0, entry, "joins in").into_iter().collect()
    }

    fn signed(&self, draft: &Draft) -> Option<Verified> {
        draft.sign(self.key).and_then(verify).ok()
    }

    fn intent(&self, replica: &Replica, time: u64) -> Option<Intent> {
        let clocks = Clocks { now: Self::now(time), outcome: 0, seal: 0 };
        match replica.next_seal(&self.key.public(), &clocks, &Waits::NONE) {
            Next::Seal(intent) | Next::Ask(intent, _) => Some(intent),
            Next::Nothing | Next::Wait(_) | Next::Acknowledge => None,
        }
    }
}

fn empty(stage: &'static Stage) -> Run<Replica> {
    Replica::open(&stage.open, &consensus_std::library(), Reasons::Skip).map_err(|e| trouble(&e))
}

/// Drafts something that a liar may say by a log, and signs it.
fn say_in(
    replica: &Replica,
    liar: &Liar,
    blurt: bool,
    numbers: &mut Numbers,
    at: u64,
    parents: Option<Vec<EntryId>>,
) -> Run<Option<(Verified, Vec<Secret>)>> {
    let me = liar.person.print;
    let Some(message) = choose(replica, &me, blurt, numbers) else { return Ok(None) };
    let text = liar.stage.scenario.fields(&message, numbers.next());
    let fields = own_names(read_fields(text)?, replica, &me);
    let everybody = people()?;
    let mut salt = || {
        let mut salt = [0; 16];
        numbers.fill(&mut salt);
        salt
    };
    let mut author = Author {
        device: liar.key.public(),
        certificate: None,
        names: &|name| {
            let digits = name.strip_prefix('e').unwrap_or("");
            let known = liar.known.keys().find(|id| id.to_string() == digits);
            let person =
                || everybody.iter().find(|p| p.name == name).map(|p| Value::Person(p.print));
            known.map(|id| Value::Ref(*id)).or_else(person)
        },
        secrets: &|id| liar.secrets.get(id).cloned().unwrap_or_default(),
        salt: &mut salt,
    };
    let Ok(drafted) = replica.draft(&mut author, &message, &fields, at, parents) else {
        return Ok(None);
    };
    let entry = drafted.draft.sign(liar.key).and_then(verify).ok();
    Ok(entry.map(|entry| (entry, drafted.secrets)))
}

/// Reads what is an entry.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Verified> {
    Entry::decode(bytes).and_then(verify).ok()
}
