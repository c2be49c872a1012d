//! Homes for tests: real keys, real databases, a clock that all share.

#![allow(dead_code, unreachable_pub, reason = "each test uses a part of it")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use mundi_engine::EntryId;
use mundi_engine::opening::Opening;
use mundi_identity::Phrase;
use mundi_identity::pgp::PgpKey;
use mundi_lang::literal::Literal;
use mundi_node::conversation::{Imported, Plan, Room};
use mundi_node::exchange::Card;
use mundi_node::home::{Founding, Home};
use mundi_node::store::{DbKey, Store};
use zeroize::Zeroizing;

pub const ESCROW: &str = include_str!("../../../examples/conversations/escrow.conv");

/// 2026-01-01T00:00:00Z in ms, and a second more each time that anybody looks.
static CLOCK: AtomicU64 = AtomicU64::new(1_767_225_600_000);

/// Whether the clock is the real one.
static REAL: AtomicBool = AtomicBool::new(false);

/// From now on the clock of all homes is the real one: for tests with real brokers.
pub fn by_real_time() {
    REAL.store(true, Ordering::Relaxed);
}

pub fn now() -> u64 {
    if REAL.load(Ordering::Relaxed) {
        return mundi_node::clock::now();
    }
    CLOCK.fetch_add(1_000, Ordering::Relaxed)
}

/// A person with a home.
pub struct Person {
    pub name: String,
    pub home: Home,
    folder: tempfile::TempDir,
    phrase: [u8; 32],
}

fn key() -> DbKey {
    DbKey::new(&[9; 32])
}

fn pgp(phrase: &Phrase, name: &str) -> PgpKey {
    PgpKey::from_seeds(&phrase.pgp(), &format!("{name} <{name}@example.org>")).unwrap()
}

/// People with homes of their own, who do not know each other.
pub fn people(names: &[&str]) -> Vec<Person> {
    let person = |name: &&str| {
        let folder = tempfile::tempdir().unwrap();
        let mut entropy = [0; 32];
        mundi_node::chance::fill(&mut entropy).unwrap();
        let phrase = Phrase::from_entropy(&entropy);
        let store = Store::create(&folder.path().join("db"), &key()).unwrap();
        let seeds = Zeroizing::new(Vec::new());
        let founding = Founding { name, seeds, now: now() };
        let home = Home::found(store, Box::new(pgp(&phrase, name)), &founding).unwrap();
        Person { name: (*name).to_owned(), home, folder, phrase: entropy }
    };
    names.iter().map(person).collect()
}

/// Everybody gets everybody's card.
pub fn acquaint(all: &mut [Person]) {
    let card = |person: &Person| {
        let devices = vec![person.home.device().unwrap().certificate.clone()];
        (person.name.clone(), Card { cert: person.home.cert().clone(), devices }.text())
    };
    let cards: Vec<(String, String)> = all.iter().map(card).collect();
    for person in all {
        for (name, text) in cards.iter().filter(|(name, _)| *name != person.name) {
            let card = Card::parse(text.as_bytes()).unwrap();
            person.home.add_card(&card, Some(name), now()).unwrap();
        }
    }
}

/// Fields as they are written in a play.
pub fn fields(text: &str) -> Vec<(String, Literal)> {
    let parsed = mundi_lang::parse_fields(text).unwrap_or_else(|d| panic!("{}", d.message));
    parsed.into_iter().map(|(name, value)| (name.node, value.node)).collect()
}

/// Opens a conversation as its first holder.
pub fn open_as(person: &mut Person, rules: &str, cast: &[(&str, &str)], terms: &str) -> Room {
    let rules = Opening::check_rules(rules, &consensus_std::library()).unwrap();
    let terms = mundi_lang::parse_terms(terms).unwrap_or_else(|d| panic!("{}", d.message));
    let plan = Plan {
        rules: Arc::new((*rules).clone()),
        cast: cast
            .iter()
            .map(|(r, n)| ((*r).into(), n.split(',').map(Into::into).collect()))
            .collect(),
        terms: terms.into_iter().map(|(name, value)| (name.node, value.node)).collect(),
        topic: None,
    };
    person.home.open(&plan, now()).unwrap()
}

/// An escrow by these rules: the person buys from ben, cy is the notary.
pub fn open(person: &mut Person, rules: &str) -> Room {
    let cast = [("buyer", "me"), ("seller", "ben"), ("notary", "cy")];
    open_as(person, rules, &cast, "item=\"lamp\", price=12.50, currency=\"EUR\"")
}

pub fn escrow(person: &mut Person) -> Room {
    open(person, ESCROW)
}

impl Person {
    pub fn now(&self) -> u64 {
        now()
    }

    /// Says something in the only conversation.
    pub fn say(&mut self, message: &str, text: &str) -> EntryId {
        let mut room = self.home.room_of(None).unwrap();
        let said = self.home.say(&mut room, message, &fields(text), now());
        said.unwrap_or_else(|e| panic!("{} cannot say {message}: {e}", self.name))
    }

    pub fn export(&mut self) -> Vec<u8> {
        let mut room = self.home.room_of(None).unwrap();
        self.home.export(&mut room, now()).unwrap().bytes
    }

    pub fn import(&mut self, bundle: &[u8]) -> Imported {
        let imported = self.home.import(bundle, None, now());
        imported.unwrap_or_else(|e| panic!("{} cannot import: {e}", self.name))
    }

    /// A new home of the same person, which knows nothing yet.
    pub fn fresh(&self) -> Person {
        let folder = tempfile::tempdir().unwrap();
        let phrase = Phrase::from_entropy(&self.phrase);
        let store = Store::create(&folder.path().join("db"), &key()).unwrap();
        let seeds = mundi_node::home::device_seeds(&phrase);
        let founding = Founding { name: &self.name, seeds, now: now() };
        let home = Home::found(store, Box::new(pgp(&phrase, &self.name)), &founding).unwrap();
        Person { name: self.name.clone(), home, folder, phrase: self.phrase }
    }

    /// The home as a backup or a thief has it.
    pub fn copy(&self) -> Person {
        let folder = tempfile::tempdir().unwrap();
        for file in ["db", "db-wal"] {
            let from = self.folder.path().join(file);
            if from.exists() {
                std::fs::copy(from, folder.path().join(file)).unwrap();
            }
        }
        let store = Store::open(&folder.path().join("db"), &key()).unwrap();
        let holder = pgp(&Phrase::from_entropy(&self.phrase), &self.name);
        let home = Home::of(store, Box::new(holder));
        Person { name: self.name.clone(), home, folder, phrase: self.phrase }
    }

    /// The home, left by this thread.
    pub fn close(self) -> Closed {
        Closed { name: self.name, folder: self.folder, phrase: self.phrase }
    }
}

/// A home that any thread may open.
pub struct Closed {
    name: String,
    folder: tempfile::TempDir,
    phrase: [u8; 32],
}

impl Closed {
    pub fn open(self) -> Person {
        let store = Store::open(&self.folder.path().join("db"), &key()).unwrap();
        let holder = pgp(&Phrase::from_entropy(&self.phrase), &self.name);
        let home = Home::of(store, Box::new(holder));
        Person { name: self.name, home, folder: self.folder, phrase: self.phrase }
    }
}
