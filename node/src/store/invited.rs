//! Who was invited to what, and invitations that came before their conversation.

use mundi_engine::EntryId;
use mundi_identity::Fingerprint;
use rusqlite::params;

use super::row::{Print, number, signed};
use super::{ConversationNo, Reader, StoreError, Tx};
use crate::limits;

/// An invitation whose conversation has not come yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awaited {
    /// SHA-256 of its bytes.
    pub id: [u8; 32],
    /// When it came, in ms since 1970.
    pub arrived: u64,
    /// The OpenPGP message.
    pub bytes: Vec<u8>,
}

impl Reader {
    /// Who was invited to an epoch of a conversation from here.
    ///
    /// # Errors
    /// As all reading.
    pub fn invited(
        &self,
        conversation: ConversationNo,
        epoch: &EntryId,
    ) -> Result<Vec<Fingerprint>, StoreError> {
        let mut read = self
            .db
            .prepare_cached("SELECT person FROM invited WHERE conversation = ?1 AND epoch = ?2")?;
        let rows =
            read.query_map(params![conversation.0, epoch.0], |row| Ok(row.get::<_, Print>(0)?.0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Invitations that wait, the first that came at the front.
    ///
    /// # Errors
    /// As all reading.
    pub fn awaited(&self) -> Result<Vec<Awaited>, StoreError> {
        let mut read = self
            .db
            .prepare_cached("SELECT id, arrived, bytes FROM awaited ORDER BY arrived, id")?;
        let rows = read.query_map([], |row| {
            Ok(Awaited {
                id: row.get("id")?,
                arrived: number(row, "arrived")?,
                bytes: row.get("bytes")?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Notes that somebody was invited.
    ///
    /// # Errors
    /// There is no such conversation.
    pub fn set_invited(
        &self,
        conversation: ConversationNo,
        epoch: &EntryId,
        person: &Fingerprint,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT OR IGNORE INTO invited (conversation, epoch, person) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![conversation.0, epoch.0, person.as_bytes()])?;
        Ok(())
    }

    /// Keeps an invitation; the same one again changes nothing, and of too many the oldest go.
    ///
    /// # Errors
    /// Where the disk or the file fails.
    pub fn add_awaited(&self, awaited: &Awaited) -> Result<(), StoreError> {
        self.db.execute(
            "INSERT OR IGNORE INTO awaited (id, arrived, bytes) VALUES (?1, ?2, ?3)",
            params![awaited.id, signed(awaited.arrived), awaited.bytes],
        )?;
        self.db.execute(
            "DELETE FROM awaited WHERE id NOT IN
                 (SELECT id FROM awaited ORDER BY arrived DESC LIMIT ?1)",
            [limits::AWAITED],
        )?;
        Ok(())
    }

    /// Forgets an invitation.
    ///
    /// # Errors
    /// Where the disk or the file fails.
    pub fn remove_awaited(&self, id: &[u8; 32]) -> Result<(), StoreError> {
        self.db.execute("DELETE FROM awaited WHERE id = ?1", [id])?;
        Ok(())
    }
}
