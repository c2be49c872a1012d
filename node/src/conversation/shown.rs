//! What the owner and others have been shown of a conversation.

use std::collections::BTreeSet;

use mundi_engine::EntryId;
use mundi_identity::{DevicePublic, Fingerprint};

use super::{Room, UNREAD};
use crate::home::{Home, HomeError};
use crate::store::{ConversationNo, Shown, Standing};

/// Heads that can be told: as many as an entry may have parents.
const HEADS: usize = 64;

impl Home {
    /// The owner has been shown all of a conversation: nothing in it is new any more. The others are told
    /// of it, with the next exchange, where the owner allows that.
    ///
    /// # Errors
    /// The disk fails.
    pub fn shown(&mut self, room: &mut Room, now: u64) -> Result<(), HomeError> {
        let (number, heads) = (room.row.number, room.replica.heads());
        let shown = Shown { person: self.me(), at: now, heads, told: false };
        let known = self.store().shown(number)?;
        let news = !known.iter().any(|one| one.person == shown.person && one.heads == shown.heads);
        let allowed = news && shown.heads.len() <= HEADS && self.network()?.receipts;
        if room.row.flags & UNREAD == 0 && !allowed {
            return Ok(());
        }
        let flags = room.row.flags & !UNREAD;
        let (last_at, text) = (room.row.last_at, room.row.standing.clone());
        self.write(|tx| {
            if allowed {
                tx.set_shown(number, &shown)?;
            }
            tx.set_standing(number, &Standing { last_at, text: &text, flags })
        })?;
        room.row.flags = flags;
        Ok(())
    }

    /// What each of the others has been shown, as far as they tell: all but these entries.
    ///
    /// # Errors
    /// As all reading.
    pub fn not_shown(
        &self,
        room: &Room,
    ) -> Result<Vec<(Fingerprint, BTreeSet<EntryId>)>, HomeError> {
        let mut all = self.store().shown(room.row.number)?;
        all.retain(|one| one.person != self.me());
        let beyond = |one: Shown| {
            let others = room.replica.beyond(&one.heads, usize::MAX).into_iter().collect();
            (one.person, others)
        };
        Ok(all.into_iter().map(beyond).collect())
    }

    /// Somebody else has been shown something.
    pub(crate) fn hear_shown(
        &mut self,
        room: &Room,
        device: &DevicePublic,
        (at, heads): (u64, Vec<EntryId>),
    ) -> Result<(), HomeError> {
        let Some(person) = person_of(room, device).filter(|person| *person != self.me()) else {
            return Ok(());
        };
        let shown = Shown { person, at, heads, told: true };
        Ok(self.write(|tx| tx.set_shown(room.row.number, &shown))?)
    }

    /// What the owner has been shown and the others were not told of; it counts as told then.
    pub(crate) fn take_untold(&mut self) -> Result<Vec<(ConversationNo, Shown)>, HomeError> {
        let untold = self.store().untold(&self.me())?;
        if untold.is_empty() || !self.network()?.receipts {
            return Ok(Vec::new());
        }
        self.write(|tx| {
            untold.iter().try_for_each(|(number, shown)| {
                tx.set_shown(*number, &Shown { told: true, ..shown.clone() })
            })
        })?;
        Ok(untold)
    }
}

/// Whose device it is.
fn person_of(room: &Room, device: &DevicePublic) -> Option<Fingerprint> {
    if let Some((_, last)) = room.replica.tip(device) {
        return room.replica.said(&last).map(|(person, _)| person);
    }
    let members = &room.replica.opening().members;
    let own = |one: &mundi_identity::Certificate| one.device() == *device;
    members.iter().find(|member| member.devices.iter().any(own))?.person()
}
