//! Saved replicas: what makes a long conversation open at once.

use rusqlite::{OptionalExtension, params};

use super::row::{signed, unsigned};
use super::{ConversationNo, Reader, StoreError, Tx};
use crate::limits;

/// A saved replica of a conversation. A cache: who cannot use it replays the entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// How many entries of the order of arrival it holds: those from this position on are to be
    /// inserted after resuming ([`Reader::entries_from`]).
    pub entries: u64,
    /// The saved bytes.
    pub bytes: Vec<u8>,
}

impl Reader {
    /// How many entries the saved replica of a conversation holds; `None` where none is saved.
    ///
    /// # Errors
    /// As all reading.
    pub fn checkpoint_at(&self, conversation: ConversationNo) -> Result<Option<u64>, StoreError> {
        let mut read =
            self.db.prepare_cached("SELECT entries FROM checkpoint WHERE conversation = ?1")?;
        let found = read.query_row([conversation.0], |row| row.get::<_, i64>(0)).optional()?;
        Ok(found.map(unsigned))
    }

    /// The saved replica of a conversation. Pieces that are missing or too many are an error.
    ///
    /// # Errors
    /// As all reading.
    pub fn checkpoint(
        &self,
        conversation: ConversationNo,
    ) -> Result<Option<Checkpoint>, StoreError> {
        let mut head = self
            .db
            .prepare_cached("SELECT entries, size FROM checkpoint WHERE conversation = ?1")?;
        let found = head
            .query_row([conversation.0], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))
            .optional()?;
        let Some((entries, size)) = found else { return Ok(None) };
        let size = usize::try_from(size).unwrap_or(0);
        let mut bytes = Vec::with_capacity(size);
        let mut read = self.db.prepare_cached(
            "SELECT bytes FROM checkpoint_chunk WHERE row >= ?1 AND row < ?2 ORDER BY row",
        )?;
        let (first, end) = conversation.rows();
        let mut rows = read.query([first, end])?;
        while let Some(row) = rows.next()? {
            let chunk = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
            bytes.extend_from_slice(chunk);
        }
        if bytes.len() != size {
            return Err(StoreError::Damaged("a saved replica has lost a part".into()));
        }
        Ok(Some(Checkpoint { entries: unsigned(entries), bytes }))
    }
}

impl Tx<'_> {
    /// Saves a replica of a conversation, in place of the one before.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such conversation.
    pub fn set_checkpoint(
        &self,
        conversation: ConversationNo,
        entries: u64,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        self.whole(|| {
            self.remove_checkpoint(conversation)?;
            self.db
                .prepare_cached(
                    "INSERT INTO checkpoint (conversation, entries, size) VALUES (?1, ?2, ?3)",
                )?
                .execute([conversation.0, signed(entries), signed(bytes.len() as u64)])?;
            let sql = "INSERT INTO checkpoint_chunk (row, bytes) VALUES (?1, ?2)";
            let mut add = self.db.prepare_cached(sql)?;
            let chunks = bytes.chunks(limits::CHECKPOINT_CHUNK);
            for (row, chunk) in (conversation.rows().0..).zip(chunks) {
                add.execute(params![row, chunk])?;
            }
            Ok(())
        })
    }

    /// Drops the saved replica of a conversation.
    ///
    /// # Errors
    /// Where the disk or the file fails.
    pub fn remove_checkpoint(&self, conversation: ConversationNo) -> Result<(), StoreError> {
        let (first, end) = conversation.rows();
        self.db
            .prepare_cached("DELETE FROM checkpoint_chunk WHERE row >= ?1 AND row < ?2")?
            .execute([first, end])?;
        self.db
            .prepare_cached("DELETE FROM checkpoint WHERE conversation = ?1")?
            .execute([conversation.0])?;
        Ok(())
    }
}
