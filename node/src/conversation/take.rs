//! Taking entries in that come from elsewhere: verified on all cores, judged, kept in one go.

use std::collections::BTreeMap;

use mundi_engine::entry::{Entry, EntryError, Verified};
use mundi_engine::{Code, EntryId, Taken, Verdict};

use super::{Room, UNREAD, standing};
use crate::clock::{AHEAD, FAR_AHEAD};
use crate::home::{Home, HomeError};
use crate::pool;
use crate::store::{DeviceState, Pending, Standing};

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

impl Home {
    /// Takes entries in, in whatever order they stand, with those that have waited.
    ///
    /// # Errors
    /// The disk fails; nothing is kept then.
    pub fn take(
        &mut self,
        room: &mut Room,
        entries: &[Vec<u8>],
        now: u64,
    ) -> Result<Intake, HomeError> {
        let waited = self.store().pending(room.row.number)?;
        let all: Vec<&[u8]> = waited
            .iter()
            .map(|one| one.bytes.as_slice())
            .chain(entries.iter().map(Vec::as_slice))
            .collect();
        let mut intake = Intake::default();
        let mut came: BTreeMap<EntryId, Vec<u8>> = BTreeMap::new();
        let mut keep: Vec<(EntryId, Vec<u8>)> = Vec::new();
        pool::verified(&all, pool::cores(), &[0; 32], |n, answer| {
            self.one(room, answer, now, &mut intake, &mut came, &mut keep);
            if n.is_multiple_of(pool::BATCH) {
                room.replica.advance();
            }
        });
        room.replica.advance();
        self.settle(room, &mut intake, came, keep, &waited, now)?;
        Ok(intake)
    }

    /// One entry: what can be said of it before others have come.
    fn one(
        &self,
        room: &mut Room,
        answer: Result<Verified, EntryError>,
        now: u64,
        intake: &mut Intake,
        came: &mut BTreeMap<EntryId, Vec<u8>>,
        keep: &mut Vec<(EntryId, Vec<u8>)>,
    ) {
        let entry = match answer {
            Ok(entry) => entry,
            Err(error) => return intake.invalid(None, error.code(), error.to_string()),
        };
        let (id, bytes) = (entry.id(), entry.bytes().to_vec());
        if id == room.row.id {
            intake.known += 1;
            return;
        }
        if entry.at() > now.saturating_add(FAR_AHEAD) {
            let text =
                "it is dated more than a day ahead of this machine's clock; ask for it again then";
            return intake.invalid(Some(id), Code::TooEarly, text);
        }
        if entry.at() > now.saturating_add(AHEAD) {
            intake.early += 1;
            keep.push((id, bytes));
            return;
        }
        match room.replica.insert(entry) {
            Taken::Duplicate => intake.known += 1,
            Taken::Invalid { code, text } => intake.invalid(Some(id), code, text),
            Taken::Inserted | Taken::Waiting { .. } => {
                came.insert(id, bytes);
            }
        }
    }

    /// Keeps what is in the log now, and what waits.
    fn settle(
        &mut self,
        room: &mut Room,
        intake: &mut Intake,
        came: BTreeMap<EntryId, Vec<u8>>,
        mut keep: Vec<(EntryId, Vec<u8>)>,
        waited: &[Pending],
        now: u64,
    ) -> Result<(), HomeError> {
        let mut new: Vec<(EntryId, Vec<u8>)> = Vec::new();
        for (id, bytes) in came {
            match room.replica.verdict(&id) {
                None => keep.push((id, bytes)),
                Some(Verdict::Accepted) => new.push((id, bytes)),
                Some(Verdict::Refused(code)) => {
                    let text = room.replica.reason(&id).unwrap_or_default();
                    intake.refused.push((id, code, text));
                    new.push((id, bytes));
                }
            }
        }
        intake.new = new.len();
        intake.waiting = keep.len().saturating_sub(intake.early);
        intake.old_copy = self.unseen(&new)?;
        let (text, mut flags) = standing::of(&room.replica, &self.me(), &|p| self.name_of(p));
        flags |= if new.is_empty() { room.row.flags & UNREAD } else { UNREAD };
        let latest = room.replica.heads().iter().filter_map(|id| room.replica.time_of(id)).max();
        let last_at = latest.unwrap_or(now);
        let number = room.row.number;
        let row = self.write(|tx| {
            waited.iter().try_for_each(|one| tx.remove_pending(&one.id))?;
            let views: Vec<(EntryId, &[u8])> =
                new.iter().map(|(id, bytes)| (*id, bytes.as_slice())).collect();
            tx.append(number, &views)?;
            for (id, bytes) in &keep {
                let bytes = bytes.clone();
                tx.add_pending(number, &Pending { id: *id, arrived: now, bytes })?;
            }
            tx.set_standing(number, &Standing { last_at, text: &text, flags })?;
            tx.conversation(number)
        })?;
        room.row = row.ok_or_else(|| HomeError::NoSuchConversation(number.to_string()))?;
        if intake.old_copy {
            self.begin_device_after_copy(now)?;
        }
        self.save(room)
    }

    /// Whether a device of this home that still writes has written something that is not here.
    fn unseen(&self, new: &[(EntryId, Vec<u8>)]) -> Result<bool, HomeError> {
        let Ok(device) = self.device() else { return Ok(false) };
        let by = |bytes: &[u8]| Entry::decode(bytes).map(|entry| entry.author()).ok();
        Ok(new.iter().any(|(_, bytes)| by(bytes) == Some(device.public())))
    }

    /// An old copy goes on with a new device: the old one's chain has an end that is not here.
    pub(crate) fn begin_device_after_copy(&mut self, now: u64) -> Result<(), HomeError> {
        let old = self.device()?;
        self.begin_device(now)?;
        Ok(self.write(|tx| tx.set_device_state(old.number, DeviceState::Forked))?)
    }
}
