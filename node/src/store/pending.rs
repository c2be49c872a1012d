//! Entries whose parents are missing: they wait, and are neither shown nor passed on.

use mundi_engine::EntryId;
use rusqlite::params;

use super::row::{Id, number, signed, unsigned};
use super::{ConversationNo, Reader, StoreError, Tx};
use crate::limits;

/// An entry that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Its id.
    pub id: EntryId,
    /// When it arrived, in ms since 1970.
    pub arrived: u64,
    /// Its signed bytes.
    pub bytes: Vec<u8>,
}

impl Reader {
    /// The waiting entries of a conversation, those that arrived first at the front.
    ///
    /// # Errors
    /// As all reading.
    pub fn pending(&self, conversation: ConversationNo) -> Result<Vec<Pending>, StoreError> {
        let mut read = self.db.prepare_cached(
            "SELECT id, arrived, bytes FROM pending WHERE conversation = ?1 ORDER BY arrived, id",
        )?;
        let rows = read.query_map([conversation.0], |row| {
            Ok(Pending {
                id: row.get::<_, Id>("id")?.0,
                arrived: number(row, "arrived")?,
                bytes: row.get("bytes")?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Keeps an entry that waits; the same one again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::TooLong`] where the conversation has as many waiting bytes as it may.
    pub fn add_pending(
        &self,
        conversation: ConversationNo,
        pending: &Pending,
    ) -> Result<(), StoreError> {
        let mut sum = self.db.prepare_cached(
            "SELECT coalesce(sum(length(bytes)), 0) FROM pending WHERE conversation = ?1",
        )?;
        let waiting: i64 = sum.query_row([conversation.0], |row| row.get(0))?;
        let found = unsigned(waiting).saturating_add(pending.bytes.len() as u64);
        if found > limits::PENDING_BYTES {
            let most = limits::PENDING_BYTES;
            return Err(StoreError::TooLong { what: "list of waiting entries", found, most });
        }
        self.db
            .prepare_cached(
                "INSERT INTO pending (id, conversation, arrived, bytes) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (id) DO NOTHING",
            )?
            .execute(params![
                pending.id.0,
                conversation.0,
                signed(pending.arrived),
                pending.bytes
            ])?;
        Ok(())
    }

    /// Takes away an entry that waits no longer.
    ///
    /// # Errors
    /// Where the disk or the file fails.
    pub fn remove_pending(&self, id: &EntryId) -> Result<(), StoreError> {
        self.db.prepare_cached("DELETE FROM pending WHERE id = ?1")?.execute([id.0])?;
        Ok(())
    }
}
