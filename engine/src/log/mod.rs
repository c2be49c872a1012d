//! The set of entries of one conversation, and their order.
//!
//! Verified entries in, in whatever order they come; out, for every entry, an index that it keeps
//! (in order of arrival, so never to be hashed or shown) and a position in the order (which is a
//! function of the set). Invariant: all that an entry builds on is in the log, so a prefix of the
//! order is causally closed. Section "Order" of `spec/entry.md`.

mod chains;
mod closure;
mod forks;
mod index;
mod insertion;
mod order;
mod revoked;
mod rows;
mod saved;
mod sequence;
mod supposed;
mod waiting;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mundi_identity::{DevicePublic, Fingerprint};
use mundi_lang::rules::MessageId;

pub use self::closure::Closure;
pub use self::forks::Standing;
pub use self::insertion::{Author, Insertion, Roster};
pub use self::sequence::split;
pub use self::supposed::{Supposed, supposed_id};

use self::chains::Chains;
use self::forks::Forks;
use self::order::Order;
use self::revoked::Revoked;
use self::rows::{NONE, Rows};
use self::waiting::Waiting;
use crate::entry::{Entry, EntryId, OPEN, Verified};

/// The entry that carries the proof that a device wrote two entries with one seq.
pub const FORK: &str = "fork";

/// Messages that every conversation has, beside those of its rules.
pub const SYSTEM: [&str; 4] = [OPEN, "seal", FORK, "rekey"];

/// The entries of one conversation.
#[derive(Clone, Debug)]
pub struct Log {
    /// The names of messages: those of the rules, then those of the system.
    names: Vec<String>,
    numbers: BTreeMap<String, MessageId>,
    rows: Rows,
    order: Order,
    chains: Chains,
    heads: BTreeSet<u32>,
    waiting: Waiting,
    woken: Vec<(EntryId, Insertion)>,
    forks: Forks,
    revoked: Revoked,
    /// What is supposed to follow, while somebody asks what would be.
    supposed: Vec<Arc<Supposed>>,
}

impl Log {
    /// A log that begins with an `open` entry, by a person, of rules with these messages; the
    /// members are those that `open` lists. `None` where the entry is no `open`.
    #[must_use]
    pub fn new(
        open: &Verified,
        opener: Fingerprint,
        messages: &[String],
        members: &[Fingerprint],
    ) -> Option<Self> {
        let mut names = messages.to_vec();
        names.extend(
            SYSTEM.iter().filter(|n| !messages.iter().any(|m| m == *n)).map(|n| (*n).into()),
        );
        let numbers = names.iter().zip(0..).map(|(name, n)| (name.clone(), n)).collect();
        let mut log = Self {
            names,
            numbers,
            rows: Rows::default(),
            order: Order::default(),
            chains: Chains::default(),
            heads: BTreeSet::new(),
            waiting: Waiting::default(),
            woken: Vec::new(),
            forks: Forks::default(),
            revoked: Revoked::default(),
            supposed: Vec::new(),
        };
        let message = *log.numbers.get(OPEN).filter(|_| open.conversation().is_none())?;
        members.iter().for_each(|person| log.enrol(person));
        let device = log.chains.device(open.author(), opener);
        log.keep(open, device, message, NONE, &[])?;
        Some(log)
    }

    /// A person has a number here, and is waited for by nobody: somebody of whom the terms tell.
    pub(crate) fn know(&mut self, person: Fingerprint) {
        self.chains.person(person);
    }

    /// A person is waited for before anything counts as settled: they have joined.
    pub fn enrol(&mut self, person: &Fingerprint) {
        let person = self.chains.person(*person);
        self.order.enrol(person);
    }

    /// A person is not waited for any more: they have left.
    pub fn dismiss(&mut self, person: &Fingerprint) {
        let person = self.chains.person(*person);
        self.order.dismiss(person);
    }

    /// Only these persons are waited for, as after going back to before a join or leave.
    pub fn enrol_only(&mut self, persons: &[Fingerprint]) {
        self.order.dismiss_all();
        persons.iter().for_each(|person| self.enrol(person));
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.get().len()
    }

    /// Never: a log has its `open`.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.get().is_empty()
    }

    /// The entries' indices in order: by `at`, then by id.
    #[must_use]
    pub fn order(&self) -> &[u32] {
        self.order.get()
    }

    /// The position of an entry in the order.
    #[must_use]
    pub fn position(&self, index: u32) -> Option<usize> {
        self.order.position(&self.rows, index)
    }

    /// The lowest position at which the order, or the standing of an entry there, has changed
    /// since the last call; the length where nothing has.
    pub fn take_changed(&mut self) -> usize {
        self.order.take_changed()
    }

    /// How many entries are settled: every member has a later one, so nothing can come to stand
    /// before them without a fork.
    #[must_use]
    pub fn settled(&self) -> usize {
        self.order.settled(&self.rows)
    }

    /// The index of an id.
    #[must_use]
    pub fn find(&self, id: &EntryId) -> Option<u32> {
        self.rows.find(id).or_else(|| self.find_supposed(id))
    }

    /// An entry's id. An index that the log has not given has an id of zeros.
    #[must_use]
    pub fn id(&self, index: u32) -> EntryId {
        match self.rows.get(index) {
            Some(row) => row.id,
            None => self.supposed(index).map_or(EntryId([0; 32]), |(n, _)| supposed_id(n)),
        }
    }

    /// An entry's time, in ms since 1970.
    #[must_use]
    pub fn at(&self, index: u32) -> u64 {
        match self.rows.get(index) {
            Some(row) => row.at,
            None => self.supposed(index).map_or(0, |(_, s)| u64::try_from(s.at).unwrap_or(0)),
        }
    }

    /// An entry's place in its chain.
    #[must_use]
    pub fn seq(&self, index: u32) -> u32 {
        self.rows.get(index).map_or(0, |row| row.seq)
    }

    /// The number of an entry's message: as in the rules, then as in [`SYSTEM`].
    #[must_use]
    pub fn message(&self, index: u32) -> MessageId {
        match self.rows.get(index) {
            Some(row) => row.message,
            None => self.supposed(index).map_or(MessageId::MAX, |(_, s)| s.message),
        }
    }

    /// The name of an entry's message.
    #[must_use]
    pub fn message_name(&self, index: u32) -> &str {
        self.names.get(usize::from(self.message(index))).map_or("", String::as_str)
    }

    /// The number of a message's name.
    #[must_use]
    pub fn number(&self, message: &str) -> Option<MessageId> {
        self.numbers.get(message).copied()
    }

    /// The key of the device that wrote an entry.
    #[must_use]
    pub fn device(&self, index: u32) -> DevicePublic {
        if let Some((_, supposed)) = self.supposed(index) {
            return supposed.device;
        }
        let device = self.rows.get(index).and_then(|row| self.chains.public(row.device));
        device.unwrap_or(DevicePublic([0; 32]))
    }

    /// The person who wrote an entry.
    #[must_use]
    pub fn person(&self, index: u32) -> Fingerprint {
        if let Some((_, supposed)) = self.supposed(index) {
            return supposed.person;
        }
        let person = self.chains.person_of(&self.rows, index);
        let person = person.and_then(|person| self.chains.fingerprint(person));
        person.unwrap_or(Fingerprint::from([0; 32]))
    }

    /// The entry before an entry in its chain.
    #[must_use]
    pub fn prev(&self, index: u32) -> Option<u32> {
        self.rows.get(index).map(|row| row.prev).filter(|prev| *prev != NONE)
    }

    /// What else an entry builds on.
    #[must_use]
    pub fn parents(&self, index: u32) -> &[u32] {
        self.rows.parents(index)
    }

    /// An entry's body, in deterministic CBOR. `None` where the log has no such entry, or was
    /// resumed and its host cannot give the entry's bytes.
    #[must_use]
    pub fn body(&self, index: u32) -> Option<Cow<'_, [u8]>> {
        self.rows.body(index)
    }

    /// An entry's whole signed bytes; `None` as with [`Self::body`].
    #[must_use]
    pub fn bytes(&self, index: u32) -> Option<Cow<'_, [u8]>> {
        self.rows.bytes(index)
    }

    /// Entries on which nothing builds yet, by index. Of a forked device there may be several,
    /// of which an entry other than `fork` may name one.
    pub fn heads(&self) -> impl Iterator<Item = u32> + '_ {
        self.heads.iter().copied()
    }

    /// The latest entry of a device on the branch that came first.
    #[must_use]
    pub fn tip(&self, device: &DevicePublic) -> Option<u32> {
        self.chains.tip(device)
    }

    /// Whether a fork or a revocation concerns an entry, and how it fares.
    #[must_use]
    pub fn standing(&self, index: u32) -> Standing {
        if self.supposed(index).is_some() {
            return Standing::Unforked;
        }
        match self.forks.standing(index) {
            Standing::Unforked | Standing::Stands
                if self.revoked.refuses(&self.rows, &self.chains, index) =>
            {
                Standing::Revoked
            }
            standing => standing,
        }
    }

    /// Whether an entry has a revocation of its author's device in its causal past.
    #[must_use]
    pub fn knows_of_revocation(&self, index: u32) -> bool {
        self.revoked.knows(&self.rows, &self.chains, index)
    }

    /// Whether no device has forked or was revoked: then what a closed part of the log comes to is what
    /// the whole comes to, as far as that part goes.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.forks.devices().next().is_none() && self.revoked.said().is_empty()
    }

    /// Devices that have forked, each with the seq from which on.
    pub fn forked(&self) -> impl Iterator<Item = (DevicePublic, u32)> + '_ {
        let public = |device| self.chains.public(device);
        self.forks.devices().filter_map(move |(device, seq)| Some((public(device)?, seq)))
    }

    /// Two entries of a device that has forked, neither of which follows the other, as far as no `fork`
    /// entry shows that yet: the last of each branch.
    #[must_use]
    pub fn unshown_fork(&self) -> Option<(u32, u32)> {
        self.forks.unshown(&self.rows)
    }

    /// The ids to ask others for: what waiting entries build on, and what was dropped.
    pub fn wanted(&self) -> impl Iterator<Item = EntryId> + '_ {
        self.waiting.wanted()
    }

    /// The ids of the entries that wait.
    pub fn waiting(&self) -> impl Iterator<Item = &EntryId> {
        self.waiting.ids()
    }

    /// A waiting entry.
    #[must_use]
    pub fn waiting_entry(&self, id: &EntryId) -> Option<&Entry> {
        self.waiting.get(id)
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
