//! The secrets of a conversation: which one is the newest, and when a new one must begin.

use mundi_engine::rekeying::REKEY;
use mundi_engine::{EntryId, Verdict};
use mundi_identity::envelope::EpochSecret;

use super::Room;
use crate::home::{Home, HomeError};

impl Home {
    /// The secrets of a conversation that are known here, by epoch.
    ///
    /// # Errors
    /// As all reading.
    pub fn secrets_of(&self, room: &Room) -> Result<Vec<(EntryId, EpochSecret)>, HomeError> {
        let rows = self.store().epochs(room.row.number)?;
        let epoch = |row: &crate::store::Epoch| {
            let id: [u8; 32] = row.tag.as_slice().try_into().ok()?;
            let secret: &[u8; 32] = row.secret.as_slice().try_into().ok()?;
            Some((EntryId(id), EpochSecret::new(secret)))
        };
        Ok(rows.iter().filter_map(epoch).collect())
    }

    /// The epoch in which one writes: the last in the order of the log whose secret is known.
    ///
    /// # Errors
    /// [`HomeError::NoSecret`]
    pub fn newest_epoch(&self, room: &Room) -> Result<(EntryId, EpochSecret), HomeError> {
        let known = self.secrets_of(room)?;
        let order = room.replica.order();
        let newest = order.iter().rev().find_map(|id| known.iter().find(|(epoch, _)| epoch == id));
        newest.cloned().ok_or(HomeError::NoSecret)
    }

    /// Begins a new epoch if somebody has left since the newest one began, or has lost a device.
    /// Says whether it did.
    ///
    /// # Errors
    /// As [`Home::say`].
    pub fn renew_epoch(&mut self, room: &mut Room, now: u64) -> Result<bool, HomeError> {
        let (newest, _) = self.newest_epoch(room)?;
        let order = room.replica.order();
        let since = order.iter().rev().take_while(|id| **id != newest);
        let left = since.into_iter().any(|id| {
            let said = room.replica.said(id).map(|(_, message)| message);
            let accepted = room.replica.verdict(id) == Some(Verdict::Accepted);
            accepted && matches!(said.as_deref(), Some("leave" | REKEY))
        });
        if !left || !room.replica.present().contains(&self.me()) {
            return Ok(false);
        }
        self.begin_epoch(room, now)?;
        Ok(true)
    }

    /// Begins a new epoch: who is not invited to it reads no further.
    ///
    /// # Errors
    /// As [`Home::say`].
    pub fn begin_epoch(&mut self, room: &mut Room, now: u64) -> Result<EntryId, HomeError> {
        let device = self.writer(room, now)?;
        self.rekey(room, &device, Vec::new(), now)
    }
}
