//! What the owner's agent does unasked: it shows forks to all, and seals outcomes (`spec/outcome.md`,
//! "What an agent does").

use std::sync::Arc;

use mundi_engine::draft::Draft;
use mundi_engine::sealing::agent::Intent;
use mundi_engine::sealing::{Clocks, Next, Waits};
use mundi_engine::{Ending, EntryId};

use super::Room;
use crate::home::{Home, HomeError, OwnDevice};
use crate::store::DeviceState;

/// Steps at most in one go: some acknowledgements, a seal, and the rounds that it opens.
const STEPS: usize = 64;

/// What the agent has done, and what it waits for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attended {
    /// The rounds that it has sealed.
    pub sealed: Vec<u32>,
    /// All entries that it has written.
    pub written: Vec<EntryId>,
    /// When it will do more, in ms since 1970, if nothing comes before.
    pub until: Option<u64>,
    /// What it does not seal without being told to: an outcome that leaves out these entries of the
    /// owner's.
    pub ask: Option<(Intent, Vec<EntryId>)>,
}

impl Home {
    /// Lets the agent do what is due in a conversation. All that it writes is on the disk when this
    /// returns, before anybody else can get it.
    ///
    /// # Errors
    /// As [`Home::say`].
    pub fn attend(
        &mut self,
        room: &mut Room,
        now: u64,
        waits: &Waits,
    ) -> Result<Attended, HomeError> {
        let mut attended = Attended::default();
        self.show_forks(room, now, &mut attended)?;
        let Some(device) = self.sealing_device(room)? else { return Ok(attended) };
        for _ in 0..STEPS {
            match room.replica.next_seal(&device.public(), &clocks(room, now), waits) {
                Next::Nothing => break,
                Next::Wait(until) => {
                    attended.until = Some(until);
                    break;
                }
                Next::Ask(intent, omitted) => {
                    attended.ask = Some((intent, omitted));
                    break;
                }
                Next::Acknowledge => {
                    let draft = room.replica.acknowledge(device.public(), now);
                    attended.written.push(self.write_down_own(room, &device, &draft)?);
                }
                Next::Seal(intent) => {
                    attended.written.push(self.seal(room, &device, &intent, now)?);
                    attended.sealed.push(intent.round);
                }
            }
        }
        Ok(attended)
    }

    /// Seals what the owner has been asked about.
    ///
    /// # Errors
    /// As [`Home::say`]; this home does not have the sealing key.
    pub fn consent(
        &mut self,
        room: &mut Room,
        intent: &Intent,
        now: u64,
    ) -> Result<EntryId, HomeError> {
        let device = self.sealing_device(room)?.ok_or(HomeError::NoOwnDevice)?;
        self.seal(room, &device, intent, now)
    }

    fn seal(
        &mut self,
        room: &mut Room,
        device: &OwnDevice,
        intent: &Intent,
        now: u64,
    ) -> Result<EntryId, HomeError> {
        let draft = room.replica.seal(intent, &device.key, now);
        self.write_down_own(room, device, &draft)
    }

    fn write_down_own(
        &mut self,
        room: &mut Room,
        device: &OwnDevice,
        draft: &Draft,
    ) -> Result<EntryId, HomeError> {
        self.put(room, device, draft, &[], None)
    }

    /// The device of this home whose seal counts in a conversation, unless it may have sealed what is
    /// not here: one that has forked seals no more.
    fn sealing_device(&self, room: &Room) -> Result<Option<Arc<OwnDevice>>, HomeError> {
        let sealers = room.replica.sealers();
        let Some(key) = sealers.of(&self.me()).and_then(|n| sealers.persons().get(n as usize))
        else {
            return Ok(None);
        };
        let rows = self.store().devices()?;
        for row in rows {
            let fit = matches!(row.state, DeviceState::Current | DeviceState::Retired);
            #[cfg(feature = "faults")]
            let fit = fit || crate::faults::planted(crate::faults::Fault::RestoredSeals);
            let Some(device) = self.own_device(&row)?.filter(|one| fit && one.public() == key.1)
            else {
                continue;
            };
            return Ok(Some(device));
        }
        Ok(None)
    }

    /// Shows a fork that nobody has shown.
    fn show_forks(
        &mut self,
        room: &mut Room,
        now: u64,
        attended: &mut Attended,
    ) -> Result<(), HomeError> {
        let device = self.device()?;
        let known = room.row.device == Some(device.public());
        if !known || !room.replica.present().contains(&self.me()) {
            return Ok(());
        }
        for _ in 0..STEPS {
            let Some(draft) = room.replica.show_fork(&device.public(), now) else { break };
            attended.written.push(self.write_down_own(room, &device, &draft)?);
        }
        Ok(())
    }
}

/// Since when things are as they are: by the entries' own times, and since when this process knows of
/// something new.
fn clocks(room: &Room, now: u64) -> Clocks {
    let decisive = match room.replica.ending() {
        Some(Ending::Consensus { entry, .. }) => room.replica.time_of(&entry),
        _ => None,
    };
    let sealed = room.replica.last_sealed_at();
    Clocks {
        now,
        outcome: decisive.unwrap_or(0).max(room.arrived).min(now),
        seal: sealed.unwrap_or(0).max(room.sealed).min(now),
    }
}
