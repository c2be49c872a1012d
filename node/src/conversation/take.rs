//! Taking entries in that come from elsewhere: verified on all cores, judged, kept in one go.

use std::collections::{BTreeMap, BTreeSet};

use mundi_engine::entry::{Entry, EntryError, Verified};
use mundi_engine::outcome::seal::SEAL;
use mundi_engine::{Code, EntryId, Taken, Verdict};
use mundi_identity::DevicePublic;

use super::beside::{Beside, beside};
use super::{Room, UNREAD, standing};
use crate::clock::{AHEAD, FAR_AHEAD};
use crate::home::{Home, HomeError};
use crate::pool;
use crate::store::{DeviceState, Pending, Standing};

/// Entries of one transaction. They are written beside the folding of the next ones; the last are written
/// when all is folded, so that a smaller number wastes less of that, and a larger one fewer pages.
const WRITTEN_AT_ONCE: usize = 2 * pool::BATCH;

/// What became of entries that came.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    /// How many are new here.
    pub new: usize,
    /// How many were here already.
    pub known: usize,
    /// How many wait for others that have not come.
    pub waiting: usize,
    /// How many are dated more than two minutes ahead of this clock, and wait for their time.
    pub early: usize,
    /// New ones that the conversation refuses: id, code, reason.
    pub refused: Vec<(EntryId, Code, String)>,
    /// Those that can never be part of it: id where there is one, code, reason.
    pub invalid: Vec<(Option<EntryId>, Code, String)>,
    /// An entry came that a device of this home is said to have written, and it is not here: this
    /// home is an old copy. A new device has begun.
    pub old_copy: bool,
}

impl Intake {
    fn invalid(&mut self, id: Option<EntryId>, code: Code, text: impl Into<String>) {
        self.invalid.push((id, code, text.into()));
    }
}

/// Entries on their way in.
struct Taking {
    now: u64,
    /// The device that writes here: what it has written elsewhere makes this home an old copy.
    own: Option<DevicePublic>,
    intake: Intake,
    /// In the log, and not yet in the store.
    fresh: Vec<(EntryId, Vec<u8>)>,
    /// All that have come into the log.
    inserted: Vec<EntryId>,
    /// Those that wait for others: in the replica only.
    waiting: BTreeMap<EntryId, Vec<u8>>,
    /// Those that have waited until now, for others or for their time, and were not looked at yet.
    waited: BTreeSet<EntryId>,
    /// Those that wait for their time.
    early: Vec<(EntryId, Vec<u8>)>,
}

impl Taking {
    /// One entry: what can be said of it before others have come.
    fn one(&mut self, room: &mut Room, answer: Result<Verified, EntryError>) {
        let entry = match answer {
            Ok(entry) => entry,
            Err(error) => return self.intake.invalid(None, error.code(), error.to_string()),
        };
        let id = entry.id();
        if id == room.row.id {
            self.intake.known += 1;
            return;
        }
        if entry.at() > self.now.saturating_add(FAR_AHEAD) {
            let text =
                "it is dated more than a day ahead of this machine's clock; ask for it again then";
            return self.intake.invalid(Some(id), Code::TooEarly, text);
        }
        let (author, bytes) = (entry.author(), entry.bytes().to_vec());
        let early = entry.at() > self.now.saturating_add(AHEAD);
        #[cfg(feature = "faults")]
        let early = early && !crate::faults::planted(crate::faults::Fault::AheadTaken);
        if early {
            self.early.push((id, bytes));
            return;
        }
        // The replica remembers what waits: one that another has woken just now is there, and not in the
        // store.
        let woken = self.waited.remove(&id);
        match room.replica.insert(entry) {
            Taken::Duplicate if !woken => self.intake.known += 1,
            Taken::Invalid { code, text } => self.intake.invalid(Some(id), code, text),
            Taken::Waiting { .. } => {
                self.waiting.insert(id, bytes);
            }
            Taken::Inserted | Taken::Duplicate => {
                self.intake.old_copy |= self.own == Some(author);
                self.fresh.push((id, bytes));
                self.inserted.push(id);
            }
        }
    }

    /// Gives what is in the log to be written, once it is enough for a transaction.
    fn write_some(&mut self, beside: &Beside) {
        if self.fresh.len() >= WRITTEN_AT_ONCE
            && let Err(unwritten) = beside.write(std::mem::take(&mut self.fresh))
        {
            self.fresh = unwritten;
        }
    }

    /// What has waited, and is in the log now.
    fn wake(&mut self, room: &Room) {
        let woken = std::mem::take(&mut self.waiting);
        for (id, bytes) in woken {
            if room.replica.time_of(&id).is_some() {
                self.intake.old_copy |=
                    Entry::decode(&bytes).is_ok_and(|entry| self.own == Some(entry.author()));
                self.fresh.push((id, bytes));
                self.inserted.push(id);
            } else {
                self.waiting.insert(id, bytes);
            }
        }
    }

    /// The sum of it.
    fn sum(&mut self, room: &Room) {
        for id in &self.inserted {
            if let Some(Verdict::Refused(code)) = room.replica.verdict(id) {
                let text = room.replica.reason(id).unwrap_or_default();
                self.intake.refused.push((*id, code, text));
            }
        }
        self.intake.new = self.inserted.len();
        self.intake.waiting = self.waiting.len();
        self.intake.early = self.early.len();
    }
}

/// Notes when something new has come, for the agent, who lets things settle.
fn note_arrivals(room: &mut Room, taking: &Taking) {
    let seal = |id: &EntryId| room.replica.said(id).is_some_and(|(_, message)| message == SEAL);
    let (seals, others): (Vec<&EntryId>, Vec<&EntryId>) =
        taking.inserted.iter().partition(|id| seal(id));
    if !seals.is_empty() {
        room.sealed = taking.now;
    }
    if !others.is_empty() {
        room.arrived = taking.now;
    }
}

impl Home {
    /// Takes entries in, in whatever order they stand, with those that have waited.
    ///
    /// What is in the log is written down as it comes, so that a stop in the middle loses only what
    /// was not reached; the same file can be taken in again.
    ///
    /// # Errors
    /// The disk fails.
    pub fn take(
        &mut self,
        room: &mut Room,
        entries: &[Vec<u8>],
        now: u64,
    ) -> Result<Intake, HomeError> {
        let waited = self.store().pending(room.row.number)?;
        let old = waited.iter().map(|one| one.bytes.as_slice());
        let all: Vec<&[u8]> = old.chain(entries.iter().map(Vec::as_slice)).collect();
        let mut taking = Taking {
            now,
            own: self.device().ok().map(|device| device.public()),
            intake: Intake::default(),
            fresh: Vec::new(),
            inserted: Vec::new(),
            waiting: BTreeMap::new(),
            waited: waited.iter().map(|one| one.id).collect(),
            early: Vec::new(),
        };
        let much = all.len() > WRITTEN_AT_ONCE;
        beside(&self.shared_store(), room.row.number, much, |beside| {
            pool::verified(&all, pool::cores(), &[0; 32], |n, answer| {
                taking.one(room, answer);
                if n % pool::BATCH == pool::BATCH - 1 {
                    room.replica.advance();
                    taking.write_some(beside);
                }
            });
        })?;
        room.replica.advance();
        taking.wake(room);
        taking.sum(room);
        note_arrivals(room, &taking);
        self.settle(room, &mut taking, &waited)?;
        Ok(taking.intake)
    }

    /// Puts the rest into the store, with what waits, and how the conversation stands now.
    fn settle(
        &mut self,
        room: &mut Room,
        taking: &mut Taking,
        waited: &[Pending],
    ) -> Result<(), HomeError> {
        let (text, mut flags) = standing::of(&room.replica, &self.me(), &|p| self.name_of(p));
        let nothing = taking.inserted.is_empty();
        flags |= if nothing { room.row.flags & UNREAD } else { UNREAD };
        let latest = room.replica.heads().iter().filter_map(|id| room.replica.time_of(id)).max();
        let last_at = latest.unwrap_or(taking.now);
        let number = room.row.number;
        let fresh = std::mem::take(&mut taking.fresh);
        let views: Vec<(EntryId, &[u8])> =
            fresh.iter().map(|(id, bytes)| (*id, bytes.as_slice())).collect();
        let row = self.write(|tx| {
            tx.append(number, &views)?;
            waited.iter().try_for_each(|one| tx.remove_pending(&one.id))?;
            for (id, bytes) in taking.waiting.iter().chain(taking.early.iter().map(|(i, b)| (i, b)))
            {
                let pending = Pending { id: *id, arrived: taking.now, bytes: bytes.clone() };
                tx.add_pending(number, &pending)?;
            }
            tx.set_standing(number, &Standing { last_at, text: &text, flags })?;
            tx.conversation(number)
        })?;
        room.row = row.ok_or_else(|| HomeError::NoSuchConversation(number.to_string()))?;
        if taking.intake.old_copy {
            self.begin_device_after_copy(taking.now)?;
        }
        self.save(room)
    }

    /// An old copy goes on with a new device: the old one's chain has an end that is not here.
    pub(crate) fn begin_device_after_copy(&mut self, now: u64) -> Result<(), HomeError> {
        let old = self.device()?;
        self.begin_device(now)?;
        Ok(self.write(|tx| tx.set_device_state(old.number, DeviceState::Forked))?)
    }
}
