//! How far mailboxes at brokers have been read, and how far conversations have been posted.

use rusqlite::{OptionalExtension, params};

use super::row::{signed, unsigned};
use super::{ConversationNo, Reader, StoreError, Tx};

impl Reader {
    /// The last position that was taken in of a mailbox (kind and name, 17 bytes) at a broker's store
    /// (8 bytes); 0 where none was.
    ///
    /// # Errors
    /// As all reading.
    pub fn mailbox_cursor(&self, store: &[u8; 8], mailbox: &[u8; 17]) -> Result<u64, StoreError> {
        let mut read = self
            .db
            .prepare_cached("SELECT after FROM mailbox_cursor WHERE store = ?1 AND mailbox = ?2")?;
        let found: Option<i64> =
            read.query_row(params![store, mailbox], |row| row.get(0)).optional()?;
        Ok(found.map_or(0, unsigned))
    }

    /// The conversations that have entries beyond those that were posted, and up to where they were.
    ///
    /// # Errors
    /// As all reading.
    pub fn unposted(&self) -> Result<Vec<(ConversationNo, u64)>, StoreError> {
        let mut read = self.db.prepare_cached(
            "SELECT c.number, coalesce(p.entries, 0)
             FROM conversation c LEFT JOIN posted p ON p.conversation = c.number
             WHERE c.entries > coalesce(p.entries, 0) ORDER BY c.number",
        )?;
        let rows = read.query_map([], |row| {
            Ok((ConversationNo(row.get(0)?), unsigned(row.get::<_, i64>(1)?)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Notes how far a mailbox was read, and when (ms since 1970).
    ///
    /// # Errors
    /// Where the disk or the file fails.
    pub fn set_mailbox_cursor(
        &self,
        store: &[u8; 8],
        mailbox: &[u8; 17],
        after: u64,
        at: u64,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO mailbox_cursor (store, mailbox, after, at)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![store, mailbox, signed(after), signed(at)])?;
        Ok(())
    }

    /// Notes how far a conversation was posted.
    ///
    /// # Errors
    /// There is no such conversation.
    pub fn set_posted(&self, conversation: ConversationNo, entries: u64) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO posted (conversation, entries) VALUES (?1, ?2)",
            )?
            .execute(params![conversation.0, signed(entries)])?;
        Ok(())
    }
}
