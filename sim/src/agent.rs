//! An honest agent: a real home with a real store, on a disk that crashes.
//!
//! What an operation of the home has returned is *acknowledged*: from then on it is sent, and it must be
//! there after every crash. An agent whose disk was put back from a copy writes nothing until it has
//! found out what its chain is, or everybody honest has told it all.

mod choice;

use std::collections::BTreeSet;

use mundi_disk::{Disk, Fault, Image};
use mundi_engine::outcome::OutcomeHash;
use mundi_engine::sealing::{Finality, Waits};
use mundi_engine::{EntryId, Replica};
use mundi_node::conversation::Room;
use mundi_node::home::{Home, HomeError};

pub use choice::{Said, choose, own_names, short};

use crate::people::{Person, START, Stage};
use crate::scenario::read_fields;
use crate::seed::{Numbers, mixed};
use crate::violation::{Run, broken, trouble};

/// What became of something that an agent tried.
#[derive(Debug)]
pub enum Did<T> {
    /// It is done, and on the disk.
    Done(T),
    /// The home refuses, with this reason.
    Refused(String),
    /// The machine stopped in the middle of it.
    Stopped,
}

/// A copy of a disk, and what its owner had acknowledged then.
struct Copy {
    image: Image,
    held: BTreeSet<EntryId>,
}

/// An honest agent.
pub struct Agent {
    /// Its number in the cast.
    pub number: usize,
    /// Whose it is.
    pub person: &'static Person,
    stage: &'static Stage,
    disk: Disk,
    running: Option<(Home, Room)>,
    seed: u64,
    /// How often it has started.
    pub boots: u64,
    /// How far its clock is off, in ms.
    pub skew: i64,
    /// What it has acknowledged.
    pub held: BTreeSet<EntryId>,
    copy: Option<Copy>,
    /// Who has to answer before it writes again.
    pub gate: BTreeSet<usize>,
    /// It is never heard again.
    pub gone: bool,
    /// Whether a copy was ever put back: its sealing key may be of no use any more.
    pub restored: bool,
    /// Whether its home has found out that it is an old copy.
    old: bool,
    /// Whether its power may go in the middle of something.
    armed: bool,
    /// The outcome that it has seen as final.
    pub sealed_for_good: Option<OutcomeHash>,
}

/// The salt of what an agent draws after it has started so many times.
const BOOT: u64 = 0x0b00;

impl Agent {
    /// An agent, started.
    ///
    /// # Errors
    /// Its home cannot be opened.
    pub fn new(
        number: usize,
        person: &'static Person,
        stage: &'static Stage,
        seed: u64,
    ) -> Run<Self> {
        let seed = mixed(seed ^ mixed(number as u64));
        let disk = Disk::new(seed);
        let image = stage.images.get(number).ok_or_else(|| trouble("a member without a disk"))?;
        disk.restore(image);
        disk.ignore_syncs(crate::faults::no_sync());
        let mut agent = Self {
            number,
            person,
            stage,
            disk,
            running: None,
            seed,
            boots: 0,
            skew: 0,
            held: BTreeSet::from([stage.id]),
            copy: None,
            gate: BTreeSet::new(),
            gone: false,
            restored: false,
            old: false,
            armed: false,
            sealed_for_good: None,
        };
        agent.start()?;
        Ok(agent)
    }

    /// Whether it runs.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.running.is_some() && !self.gone
    }

    /// Whether it may write.
    #[must_use]
    pub fn may_write(&self) -> bool {
        self.is_up() && self.gate.is_empty()
    }

    /// What its clock says.
    #[must_use]
    pub fn now(&self, time: u64) -> u64 {
        (START + 1_000 + time).saturating_add_signed(self.skew)
    }

    /// The conversation as it has it.
    #[must_use]
    pub fn replica(&self) -> Option<&Replica> {
        self.running.as_ref().map(|(_, room)| &room.replica)
    }

    /// Opens the home, and looks whether all is there that was acknowledged.
    ///
    /// # Errors
    /// It is not, or the home cannot be opened.
    pub fn start(&mut self) -> Run<()> {
        self.boots += 1;
        let home = self.person.home(&self.disk, mixed(self.seed ^ mixed(BOOT + self.boots)))?;
        let row = home.store().conversation_of(&self.stage.id)?;
        let row =
            row.ok_or_else(|| broken(LOST, format!("{} has no conversation", self.person.name)))?;
        let room = home.room(&row)?;
        if let Some(id) = self.held.iter().find(|id| room.replica.time_of(id).is_none()) {
            let text =
                format!("{} has acknowledged {}, and has it no more", self.person.name, short(id));
            return Err(broken(LOST, text));
        }
        self.running = Some((home, room));
        self.held.extend(self.fresh());
        Ok(())
    }

    /// The machine stops.
    pub fn stop(&mut self, seed: u64) {
        self.disk.crash(seed);
        self.running = None;
        self.armed = false;
    }

    /// The power will go at the n-th step of the disk.
    pub fn arm(&mut self, nth: u64) {
        if self.is_up() {
            self.disk.fail_after(nth, Fault::Power);
            self.armed = true;
        }
    }

    /// Whether the power may go in the middle of something.
    #[must_use]
    pub fn is_armed(&self) -> bool {
        self.armed
    }

    /// No power will go any more.
    pub fn disarm(&mut self) {
        if self.armed && self.is_up() {
            self.disk.fail_after(u64::MAX, Fault::Power);
        }
    }

    /// Puts a copy of the disk aside.
    pub fn back_up(&mut self) {
        if self.is_up() {
            self.copy = Some(Copy { image: self.disk.snapshot(), held: self.held.clone() });
        }
    }

    /// What would be lost here if the copy were put back.
    #[must_use]
    pub fn would_lose(&self) -> Option<Vec<EntryId>> {
        let copy = self.copy.as_ref()?;
        Some(self.held.difference(&copy.held).copied().collect())
    }

    /// Puts the copy back; nothing is written until these have answered.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn restore(&mut self, peers: BTreeSet<usize>, seed: u64) -> Run<()> {
        let Some(copy) = self.copy.take() else { return Ok(()) };
        self.stop(seed);
        self.disk.restore(&copy.image);
        self.held = copy.held;
        self.gate = peers;
        self.restored = true;
        self.old = false;
        self.sealed_for_good = None;
        self.start()
    }

    /// What is in its log and was not acknowledged yet.
    fn fresh(&self) -> Vec<EntryId> {
        let Some(replica) = self.replica().filter(|r| r.len() != self.held.len()) else {
            return Vec::new();
        };
        replica.order().into_iter().filter(|id| !self.held.contains(id)).collect()
    }

    /// Lets the home do something; gives with the answer what is new in its log since.
    fn attempt<T>(
        &mut self,
        work: impl FnOnce(&mut Home, &mut Room) -> Result<T, HomeError>,
    ) -> Run<(Did<T>, Vec<EntryId>)> {
        let Some((home, room)) = &mut self.running else { return Ok((Did::Stopped, Vec::new())) };
        let did = match work(home, room) {
            Ok(done) => Did::Done(done),
            Err(e) if e.code().is_some() || matches!(e, HomeError::ClockBehind(_)) => {
                Did::Refused(e.to_string())
            }
            Err(_) if self.armed => return Ok((Did::Stopped, Vec::new())),
            Err(e) => return Err(e.into()),
        };
        let fresh = self.fresh();
        self.held.extend(&fresh);
        Ok((did, fresh))
    }

    /// Takes entries in.
    ///
    /// # Errors
    /// The home fails.
    pub fn take(
        &mut self,
        entries: &[Vec<u8>],
        time: u64,
    ) -> Run<(Did<mundi_node::conversation::Intake>, Vec<EntryId>)> {
        let now = self.now(time);
        let (did, fresh) = self.attempt(|home, room| home.take(room, entries, now))?;
        self.is_timely(&fresh, now)?;
        if let Did::Done(intake) = &did
            && intake.old_copy
        {
            // It has found out, and goes on with a new device.
            self.gate.clear();
            self.old = true;
        }
        Ok((did, fresh))
    }

    /// Nothing comes into the log that is dated more than two minutes ahead.
    fn is_timely(&self, fresh: &[EntryId], now: u64) -> Run<()> {
        let Some(replica) = self.replica() else { return Ok(()) };
        let ahead = |id: &&EntryId| replica.time_of(id).is_some_and(|at| at > now + AHEAD);
        match fresh.iter().find(ahead) {
            None => Ok(()),
            Some(id) => {
                let text = format!("{} has taken in {}", self.person.name, short(id));
                Err(broken("what is dated ahead is held back", text))
            }
        }
    }

    /// Lets the home's agent do what is due.
    ///
    /// # Errors
    /// The home fails; its agent writes what is refused.
    pub fn attend(
        &mut self,
        time: u64,
    ) -> Run<(Did<mundi_node::conversation::Attended>, Vec<EntryId>)> {
        let now = self.now(time);
        let waits = Waits::default();
        let (did, fresh) = self.attempt(|home, room| home.attend(room, now, &waits))?;
        if let Did::Refused(why) = &did {
            let text = format!("{}: {why}", self.person.name);
            return Err(broken("an honest agent writes nothing that is refused", text));
        }
        if let Did::Done(attended) = &did
            && self.old
            && !attended.sealed.is_empty()
        {
            return Err(broken("an old copy seals no more", self.person.name));
        }
        Ok((did, fresh))
    }

    /// Seals what its person was asked about.
    ///
    /// # Errors
    /// The home fails.
    pub fn consent(
        &mut self,
        intent: &mundi_engine::sealing::agent::Intent,
        time: u64,
    ) -> Run<(Did<EntryId>, Vec<EntryId>)> {
        let now = self.now(time);
        self.attempt(|home, room| home.consent(room, intent, now))
    }

    /// Saves the conversation.
    ///
    /// # Errors
    /// The home fails.
    pub fn keep(&mut self) -> Run<Did<()>> {
        Ok(self.attempt(|home, room| home.keep(room))?.0)
    }

    /// Says something: what it may, or, where it blurts, anything. Gives what it tried to say.
    ///
    /// # Errors
    /// The home fails.
    pub fn speak(&mut self, choice: u64, blurt: bool, time: u64) -> Run<Option<Said>> {
        let Some(replica) = self.replica() else { return Ok(None) };
        let mut numbers = Numbers::of(choice, 3);
        let Some(message) = choose(replica, &self.person.print, blurt, &mut numbers) else {
            return Ok(None);
        };
        let text = self.stage.scenario.fields(&message, numbers.next());
        let fields = own_names(read_fields(text)?, replica, &self.person.print);
        let now = self.now(time);
        let (did, fresh) = self.attempt(|home, room| home.say(room, &message, &fields, now))?;
        Ok(Some(Said { message, fields: text, did, fresh }))
    }

    /// Notes what is final here.
    ///
    /// # Errors
    /// What was final is not, or is another, and nobody is named.
    pub fn observe(&mut self) -> Run<()> {
        let Some(replica) = self.replica() else { return Ok(()) };
        match (replica.finality(), self.sealed_for_good) {
            (Finality::Final(one), None) => self.sealed_for_good = Some(one.hash),
            (Finality::Final(one), Some(before)) if one.hash == before => {}
            (Finality::Broken { twice, .. }, _) if !twice.is_empty() => {}
            (_, None) => {}
            (now, Some(before)) => {
                let text = format!("{}: {before:?}, now {now:?}", self.person.name);
                return Err(broken("what is final stays", text));
            }
        }
        Ok(())
    }

    /// The machine stops in good order and starts again.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn reopen(&mut self) -> Run<()> {
        self.disarm();
        self.running = None;
        self.start()
    }
}

/// How far ahead an entry may be dated, in ms.
const AHEAD: u64 = 2 * 60 * 1000;

const LOST: &str = "nothing that was acknowledged is lost";
