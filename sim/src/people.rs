//! Who takes part, made once a process: keys, and homes as images of disks. They are the same for every
//! seed, so that a run costs what it does and not what it begins with.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use mundi_disk::{Disk, Image};
use mundi_engine::EntryId;
use mundi_engine::entry::{Entry, Verified, verify};
use mundi_engine::opening::Opening;
use mundi_identity::pgp::{Keyholder, PgpCert, PgpError, PgpKey};
use mundi_identity::{Fingerprint, Phrase};
use mundi_node::chance::Chance;
use mundi_node::conversation::Plan;
use mundi_node::exchange::Card;
use mundi_node::home::{Founding, Home, OwnDevice};
use mundi_node::store::{NewConversation, Standing, Store};
use zeroize::Zeroizing;

use crate::scenario::{PEOPLE, SCENARIOS, Scenario};
use crate::seed::Numbers;
use crate::violation::{Run, broken, trouble};

/// When all begins, in ms since 1970: 2026-01-01T00:00:00Z.
pub const START: u64 = 1_767_225_600_000;

/// The one file of a home's disk.
const DB: &str = "db";

/// A key that several homes of one person use, one after the other.
#[derive(Clone)]
struct Shared(Arc<PgpKey>);

impl Keyholder for Shared {
    fn cert(&self) -> &PgpCert {
        Keyholder::cert(&*self.0)
    }
    fn sign_detached(&self, data: &[u8], at: u64) -> Result<Vec<u8>, PgpError> {
        self.0.sign_detached(data, at)
    }
    fn sign_message(&self, plaintext: &[u8], at: u64) -> Result<Vec<u8>, PgpError> {
        self.0.sign_message(plaintext, at)
    }
    fn decrypt(&self, message: &[u8]) -> Result<Zeroizing<Vec<u8>>, PgpError> {
        self.0.decrypt(message)
    }
}

/// A person.
pub struct Person {
    /// What they are called.
    pub name: &'static str,
    /// Who they are.
    pub print: Fingerprint,
    key: Shared,
    /// Their disk with a home that knows the others.
    image: Image,
}

/// A conversation that has just been opened.
pub struct Stage {
    /// Which.
    pub scenario: &'static Scenario,
    /// The `open` entry.
    pub open: Verified,
    /// Its id.
    pub id: EntryId,
    /// Each member's disk, on which the conversation is.
    pub images: Vec<Image>,
    /// Each member's first device.
    pub devices: Vec<Arc<OwnDevice>>,
}

fn chance(seed: u64) -> Chance {
    let numbers = std::sync::Mutex::new(Numbers::of(seed, 0));
    Chance::of(move |bytes| {
        numbers.lock().unwrap_or_else(std::sync::PoisonError::into_inner).fill(bytes);
    })
}

impl Person {
    /// Opens the person's home on a disk.
    ///
    /// # Errors
    /// The store cannot be opened.
    pub fn home(&self, disk: &Disk, seed: u64) -> Run<Home> {
        let store = Store::open_on(disk.vfs(), Path::new(DB), None)?;
        Ok(Home::of(store, Box::new(self.key.clone())).with_chance(chance(seed)))
    }

    fn founded(name: &'static str, number: u64) -> Run<Self> {
        let mut entropy = [0; 32];
        Numbers::of(number, 77).fill(&mut entropy);
        let phrase = Phrase::from_entropy(&entropy);
        let key = PgpKey::from_seeds(&phrase.pgp(), &format!("{name} <{name}@example.org>"));
        let key = Shared(Arc::new(key.map_err(|e| trouble(&e))?));
        let disk = Disk::new(number);
        let store = Store::create_on(disk.vfs(), Path::new(DB), None)?;
        let founding = Founding { name, seeds: Zeroizing::new(Vec::new()), now: START };
        let home = Home::of(store, Box::new(key.clone())).with_chance(chance(number));
        let home = home.founded(&founding)?;
        let print = home.me();
        drop(home);
        Ok(Self { name, print, key, image: disk.snapshot() })
    }
}

fn all() -> Run<Vec<Person>> {
    let mut people = Vec::new();
    for (name, number) in PEOPLE.into_iter().zip(1..) {
        people.push(Person::founded(name, number)?);
    }
    let mut cards = Vec::new();
    for person in &people {
        let disk = Disk::new(0);
        disk.restore(&person.image);
        let home = person.home(&disk, 0)?;
        let devices = vec![home.device()?.certificate.clone()];
        cards.push((person.name, Card { cert: home.cert().clone(), devices }));
    }
    for person in &mut people {
        let disk = Disk::new(0);
        disk.restore(&person.image);
        let mut home = person.home(&disk, 0)?;
        for (name, card) in cards.iter().filter(|(name, _)| *name != person.name) {
            home.add_card(card, Some(name), START)?;
        }
        drop(home);
        person.image = disk.snapshot();
    }
    Ok(people)
}

/// Everybody, in the order of [`PEOPLE`].
///
/// # Errors
/// A home could not be made.
pub fn people() -> Run<&'static [Person]> {
    static ALL: OnceLock<Run<Vec<Person>>> = OnceLock::new();
    ALL.get_or_init(all).as_ref().map(Vec::as_slice).map_err(Clone::clone)
}

/// The conversation of a number, opened.
///
/// # Errors
/// Its rules or terms do not fit.
pub fn stage(number: usize) -> Run<&'static Stage> {
    static ALL: [OnceLock<Run<Stage>>; SCENARIOS.len()] =
        [const { OnceLock::new() }; SCENARIOS.len()];
    let (Some(place), Some(scenario)) = (ALL.get(number), SCENARIOS.get(number)) else {
        return Err(trouble("there is no such scenario"));
    };
    place.get_or_init(|| Stage::set(scenario)).as_ref().map_err(Clone::clone)
}

impl Stage {
    fn set(scenario: &'static Scenario) -> Run<Self> {
        let members = people()?.get(..scenario.members()).unwrap_or_default();
        let wrong =
            |text: String| broken("scenarios are sound", format!("{}: {text}", scenario.name));
        let mut images = Vec::new();
        let mut devices = Vec::new();
        let mut opened: Option<Vec<u8>> = None;
        for person in members {
            let disk = Disk::new(0);
            disk.restore(&person.image);
            let mut home = person.home(&disk, 5)?;
            devices.push(home.device()?);
            match &opened {
                None => opened = Some(open(&mut home, scenario).map_err(wrong)?),
                Some(bytes) => meet(&mut home, scenario, bytes)?,
            }
            drop(home);
            images.push(disk.snapshot());
        }
        let bytes = opened.ok_or_else(|| trouble("a scenario without members"))?;
        let open = Entry::decode(&bytes).and_then(verify).map_err(|e| trouble(&e))?;
        Ok(Self { scenario, id: open.id(), open, images, devices })
    }
}

/// Opens a scenario as the first of its members; gives the `open` entry.
fn open(home: &mut Home, scenario: &Scenario) -> Result<Vec<u8>, String> {
    let rules = Opening::check_rules(scenario.rules, &consensus_std::library());
    let rules = rules.map_err(|e| e.to_string())?;
    let terms = mundi_lang::parse_terms(scenario.terms).map_err(|d| d.message)?;
    let me = PEOPLE.first().copied().unwrap_or_default();
    let called = |name: &&str| if *name == me { "me".to_owned() } else { (*name).to_owned() };
    let plan = Plan {
        rules,
        cast: scenario
            .cast
            .iter()
            .map(|(role, who)| ((*role).into(), who.iter().map(called).collect()))
            .collect(),
        terms: terms.into_iter().map(|(name, value)| (name.node, value.node)).collect(),
        topic: None,
    };
    let room = home.open(&plan, START).map_err(|e| e.to_string())?;
    room.replica.entry_bytes(&room.replica.conversation()).ok_or_else(|| "no `open`".into())
}

/// Writes a conversation down that another member has opened. In life an invitation brings it.
fn meet(home: &mut Home, scenario: &Scenario, bytes: &[u8]) -> Run<()> {
    let open = Entry::decode(bytes).map_err(|e| trouble(&e))?;
    let device = Some(home.device()?.public());
    let new = NewConversation {
        id: open.id(),
        open: bytes,
        title: scenario.name,
        topic: None,
        opened_at: open.at(),
        device,
    };
    home.write(|tx| {
        let number = tx.add_conversation(&new)?;
        tx.set_standing(number, &Standing { last_at: START, text: "", flags: 0 })
    })?;
    Ok(())
}
