//! Adding an entry to the log: what must hold, and what it is told where it does not.

use mundi_identity::{DevicePublic, Fingerprint};
use mundi_lang::rules::MessageId;

use super::rows::NONE;
use super::{FORK, Log};
use crate::code::Code;
use crate::entry::{Entry, EntryId, Verified};
#[cfg(feature = "faults")]
use crate::faults::{Fault, planted};
use crate::rekeying::{self, REKEY};

/// Who wrote an entry, as the certificates in `open` and `join` say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// This person's device.
    Person(Fingerprint),
    /// Nobody's who takes part, or ever will.
    Stranger,
    /// Nobody's yet; a `join` that has not come may make it somebody's.
    Unknown,
}

/// Says whose device wrote an entry: by `open`, or for a `join` by the certificate in the entry
/// itself. It is asked where no chain says it: the answer must not depend on what has arrived.
pub trait Roster {
    /// The author of an entry.
    fn author(&self, entry: &Entry) -> Author;
}

impl<F: Fn(&Entry) -> Author> Roster for F {
    fn author(&self, entry: &Entry) -> Author {
        self(entry)
    }
}

/// What became of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Insertion {
    /// It is in the log.
    Inserted {
        /// Its index.
        index: u32,
        /// Its position in the order: the length before, unless it sorts earlier.
        position: usize,
        /// The entry with the same device and seq that came first: the proof of a fork.
        fork: Option<u32>,
    },
    /// It was in the log already.
    Duplicate {
        /// Its index.
        index: u32,
    },
    /// It waits for what it builds on.
    Waiting {
        /// `gap`: an entry of its own chain is missing; else `missing-parent`.
        code: Code,
        /// What is missing.
        missing: Vec<EntryId>,
    },
    /// It can never be in this log.
    Invalid {
        /// Why.
        code: Code,
        /// Why, for people.
        text: String,
    },
}

fn invalid(code: Code, text: impl Into<String>) -> Insertion {
    Insertion::Invalid { code, text: text.into() }
}

/// An entry's past, found.
struct Past {
    message: MessageId,
    prev: u32,
    parents: Vec<u32>,
}

impl Log {
    /// Adds an entry. Entries that waited for it are added with it: [`Log::take_woken`] says what
    /// became of them.
    pub fn insert(&mut self, entry: Verified, roster: &dyn Roster) -> Insertion {
        let outcome = self.insert_one(entry, roster);
        let Insertion::Inserted { index, .. } = outcome else { return outcome };
        let mut come = vec![self.id(index)];
        while let Some(id) = come.pop() {
            for entry in self.waiting.wake(&id) {
                let id = entry.id();
                let outcome = self.insert_one(entry, roster);
                if matches!(outcome, Insertion::Inserted { .. }) {
                    come.push(id);
                }
                if !matches!(outcome, Insertion::Waiting { .. }) {
                    self.woken.push((id, outcome));
                }
            }
        }
        outcome
    }

    /// What became of entries that had waited, since the last call.
    pub fn take_woken(&mut self) -> Vec<(EntryId, Insertion)> {
        std::mem::take(&mut self.woken)
    }

    fn insert_one(&mut self, entry: Verified, roster: &dyn Roster) -> Insertion {
        if let Some(index) = self.find(&entry.id()) {
            return Insertion::Duplicate { index };
        }
        let under: Vec<(EntryId, Option<u32>)> = entry
            .prev()
            .into_iter()
            .chain(entry.parents())
            .map(|id| (id, self.find(&id)))
            .collect();
        let prev = entry.prev().and_then(|_| under.first()?.1);
        let (message, author) = match self.admit(&entry, prev, roster) {
            Ok(admitted) => admitted,
            Err(refused) => return refused,
        };
        let missing: Vec<EntryId> =
            under.iter().filter(|(_, found)| found.is_none()).map(|(id, _)| *id).collect();
        #[cfg(feature = "faults")]
        let missing = if planted(Fault::WaitingCounted) { Vec::new() } else { missing };
        if !missing.is_empty() {
            let gap = entry.prev().is_some_and(|prev| missing.contains(&prev));
            let code = if gap { Code::Gap } else { Code::MissingParent };
            if !self.waiting.contains(&entry.id()) {
                let payer = author.map(|_| entry.author());
                self.waiting.add(entry, payer, &missing);
            }
            return Insertion::Waiting { code, missing };
        }
        let Some(person) = author else {
            return invalid(Code::NotAMember, "its author does not take part");
        };
        let parents = under.iter().skip(usize::from(entry.prev().is_some()));
        let past = Past {
            message,
            prev: prev.unwrap_or(NONE),
            parents: parents.filter_map(|(_, found)| *found).collect(),
        };
        match self.past_of(&entry, past, person) {
            Ok(past) => self.place(&entry, person, &past),
            Err(refused) => refused,
        }
    }

    /// What an entry shows by itself: its conversation, its message, its author.
    fn admit(
        &self,
        entry: &Entry,
        prev: Option<u32>,
        roster: &dyn Roster,
    ) -> Result<(MessageId, Option<Fingerprint>), Insertion> {
        let open = self.order.get().first().map(|index| self.id(*index));
        let foreign = entry.conversation() != open;
        #[cfg(feature = "faults")]
        let foreign = foreign && !planted(Fault::ForeignTaken);
        if foreign {
            return Err(invalid(Code::Replayed, "it was written for another conversation"));
        }
        let Some(message) = self.number(entry.message()) else {
            let text = format!("the rules have no message `{}`", entry.message());
            return Err(invalid(Code::UnknownMessage, text));
        };
        if let Some(person) = self.of_its_chain(entry, prev) {
            return Ok((message, Some(person)));
        }
        match roster.author(entry) {
            Author::Person(person) => Ok((message, Some(person))),
            Author::Unknown => Ok((message, None)),
            Author::Stranger => Err(invalid(Code::NotAMember, "its author does not take part")),
        }
    }

    /// Whose the chain is that an entry continues. The first entry of a chain says itself whose it
    /// is, whatever else has arrived.
    fn of_its_chain(&self, entry: &Entry, prev: Option<u32>) -> Option<Fingerprint> {
        let prev = self.rows.get(prev?)?;
        let same = self.chains.public(prev.device) == Some(entry.author());
        let owner = self.chains.owner(prev.device).filter(|_| same)?;
        self.chains.fingerprint(owner)
    }

    /// What an entry builds on, if it may.
    fn past_of(&self, entry: &Entry, past: Past, person: Fingerprint) -> Result<Past, Insertion> {
        let Past { prev, parents, .. } = &past;
        let prev = *prev;
        if entry.prev().is_none() && parents.is_empty() {
            let text = "it builds on nothing; the first entry of a device names what it has seen";
            return Err(invalid(Code::MissingParent, text));
        }
        if let Some(row) = self.rows.get(prev) {
            let same = self.chains.public(row.device) == Some(entry.author());
            if !same || row.seq.checked_add(1) != Some(entry.seq()) {
                let text = format!("its prev is not entry {} of its device", entry.seq() - 1);
                return Err(invalid(Code::Gap, text));
            }
        }
        let latest = parents.iter().chain([&prev]).filter_map(|i| self.rows.get(*i));
        let latest = latest.map(|row| row.at).max().unwrap_or(0);
        if entry.at() <= latest {
            let text =
                format!("its time {} is not later than {latest}, on which it builds", entry.at());
            return Err(invalid(Code::Backdated, text));
        }
        if entry.message() == FORK {
            if !self.shows_a_fork(prev, parents) {
                let text = "it shows no fork: it names no two entries of a device of which neither follows the other";
                return Err(invalid(Code::BadField, text));
            }
        } else if !self.one_a_device(entry, person, parents) {
            let text = "it names two parents of one device; only `fork` may, as a proof";
            return Err(invalid(Code::BadEncoding, text));
        }
        Ok(past)
    }

    /// Whether two of these are of one device, and neither follows the other.
    fn shows_a_fork(&self, prev: u32, parents: &[u32]) -> bool {
        let all: Vec<u32> = parents.iter().copied().chain([prev]).filter(|i| *i != NONE).collect();
        all.iter()
            .enumerate()
            .any(|(n, one)| all.iter().skip(n + 1).any(|other| self.rivals(*one, *other)))
    }

    /// Whether two entries are of one device, and neither follows the other. Costs their distance.
    fn rivals(&self, one: u32, other: u32) -> bool {
        let (Some(a), Some(b)) = (self.rows.get(one), self.rows.get(other)) else { return false };
        if a.device != b.device {
            return false;
        }
        let (mut later, earlier) = if a.seq >= b.seq { (one, other) } else { (other, one) };
        let seq = a.seq.min(b.seq);
        while self.rows.get(later).is_some_and(|row| row.seq > seq) {
            later = self.rows.get(later).map_or(NONE, |row| row.prev);
        }
        later != earlier
    }

    fn one_a_device(&self, entry: &Entry, person: Fingerprint, parents: &[u32]) -> bool {
        let mut devices: Vec<u32> =
            parents.iter().filter_map(|i| Some(self.rows.get(*i)?.device)).collect();
        devices.extend(self.chains.find(entry.author(), person));
        let all = devices.len();
        devices.sort_unstable();
        devices.dedup();
        devices.len() == all
    }

    fn place(&mut self, entry: &Entry, person: Fingerprint, past: &Past) -> Insertion {
        let device = self.chains.device(entry.author(), person);
        let kept = self.keep(entry, device, past.message, past.prev, &past.parents);
        kept.unwrap_or_else(|| invalid(Code::Oversize, "the log is full"))
    }

    /// Adds an entry of which everything holds.
    pub(super) fn keep(
        &mut self,
        entry: &Entry,
        device: u32,
        message: MessageId,
        prev: u32,
        parents: &[u32],
    ) -> Option<Insertion> {
        let index = self.rows.push(entry, device, message, prev, parents)?;
        let person = self.chains.owner(device)?;
        let position = self.order.insert(&self.rows, index, person);
        for under in parents.iter().chain([&prev]) {
            self.heads.remove(under);
        }
        self.heads.insert(index);
        let fork = self.chains.add(device, entry.seq(), index);
        let lowest = self.forks.add(&self.rows, &self.chains, index, fork);
        if entry.message() == FORK {
            self.forks.show(&self.rows, index);
        }
        let revokes = self.revokes(entry, device);
        let cut = self.revoked.add(&self.rows, &self.chains, index, &revokes);
        for changed in lowest.into_iter().chain(cut) {
            if let Some(position) = self.order.position(&self.rows, changed) {
                self.order.touch(position);
            }
        }
        Some(Insertion::Inserted { index, position, fork })
    }

    /// The devices that an entry revokes: others of its author.
    fn revokes(&self, entry: &Entry, device: u32) -> Vec<(DevicePublic, Fingerprint)> {
        if entry.message() != REKEY {
            return Vec::new();
        }
        let owner = self.chains.owner(device).and_then(|person| self.chains.fingerprint(person));
        let Ok(rekeying) = rekeying::read(entry) else { return Vec::new() };
        let revoked = rekeying.revoked.iter().map(|one| (one.device(), one.person()));
        revoked.filter(|(key, by)| *key != entry.author() && Some(*by) == owner).collect()
    }
}
