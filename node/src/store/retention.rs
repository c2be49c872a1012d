//! Deleting for good.
//!
//! What is deleted is overwritten in the database (`secure_delete`), and the write-ahead log, which
//! still holds it, is moved into the database and cut to nothing before these return. The system
//! may keep blocks that a file gave back, and a disk its worn ones: all of them are encrypted.

use super::{ConversationNo, MailNo, Store, StoreError, Tx};

impl Store {
    /// Deletes the private messages that expire at or before a time and are not kept; says how
    /// many.
    ///
    /// # Errors
    /// Where the disk or the file fails.
    pub fn purge_mail(&mut self, before: u64) -> Result<usize, StoreError> {
        let count = self.write(|tx| tx.remove_expired_mail(before))?;
        self.cut_log()?;
        Ok(count)
    }

    /// Deletes one private message.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn delete_mail(&mut self, number: MailNo) -> Result<(), StoreError> {
        self.write(|tx| tx.remove_mail(number))?;
        self.cut_log()
    }

    /// Deletes a file.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn delete_attachment(&mut self, hash: &[u8; 32]) -> Result<(), StoreError> {
        self.write(|tx| tx.remove_attachment(hash))?;
        self.cut_log()
    }

    /// Deletes a conversation and all that belongs to it: entries, secrets, drafts, attachments.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn delete_conversation(&mut self, number: ConversationNo) -> Result<(), StoreError> {
        self.write(|tx| tx.remove_conversation(number))?;
        self.cut_log()
    }

    /// Deletes everything that was said: all conversations, private messages, drafts, attachments
    /// and what waits to be sent, kept or not. One's own devices, settings and contacts stay.
    ///
    /// # Errors
    /// Where the disk or the file fails.
    pub fn purge_all(&mut self) -> Result<(), StoreError> {
        self.write(|tx| {
            for conversation in tx.conversations()? {
                tx.remove_conversation(conversation.number)?;
            }
            Ok(tx.db.execute_batch(
                "DELETE FROM mail; DELETE FROM draft; DELETE FROM queue;
                 DELETE FROM attachment_chunk; DELETE FROM attachment;",
            )?)
        })?;
        // Gives the room back to the disk.
        self.reader.db.execute_batch("VACUUM")?;
        self.cut_log()
    }

    /// Moves the write-ahead log into the database, and cuts it to nothing.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn cut_log(&mut self) -> Result<(), StoreError> {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy: i64 = self.reader.db.query_row(sql, [], |row| row.get(0))?;
        if busy == 0 { Ok(()) } else { Err(StoreError::InUse { pid: None }) }
    }
}

impl Tx<'_> {
    fn remove_conversation(&self, number: ConversationNo) -> Result<(), StoreError> {
        self.remove_entries(number)?;
        self.remove_checkpoint(number)?;
        self.remove_attachments(number)?;
        // The rest goes with it, by the schema.
        let sql = "DELETE FROM conversation WHERE number = ?1";
        super::row::met(self.db.execute(sql, [number.0])?, "conversation")
    }
}
