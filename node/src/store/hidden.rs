//! One's own hidden fields: what an entry only promises, and is revealed later.

use mundi_engine::EntryId;
use rusqlite::params;
use zeroize::Zeroizing;

use super::row::Id;
use super::{ConversationNo, Reader, StoreError, Tx};

/// A hidden field of an entry of one's own.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden {
    /// The entry that promises it.
    pub entry: EntryId,
    /// The field's name.
    pub field: String,
    /// The salt of the promise.
    pub salt: Zeroizing<Vec<u8>>,
    /// The field's value, encoded.
    pub value: Zeroizing<Vec<u8>>,
}

impl Reader {
    /// One's own hidden fields of a conversation.
    ///
    /// # Errors
    /// As all reading.
    pub fn hidden(&self, conversation: ConversationNo) -> Result<Vec<Hidden>, StoreError> {
        let mut read = self.db.prepare_cached(
            "SELECT entry, field, salt, value FROM hidden WHERE conversation = ?1
             ORDER BY entry, field",
        )?;
        let rows = read.query_map([conversation.0], |row| {
            Ok(Hidden {
                entry: row.get::<_, Id>("entry")?.0,
                field: row.get("field")?,
                salt: Zeroizing::new(row.get("salt")?),
                value: Zeroizing::new(row.get("value")?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Keeps a hidden field; the same one again replaces it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such conversation.
    pub fn set_hidden(
        &self,
        conversation: ConversationNo,
        hidden: &Hidden,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO hidden (conversation, entry, field, salt, value)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                conversation.0,
                hidden.entry.0,
                hidden.field,
                hidden.salt.as_slice(),
                hidden.value.as_slice()
            ])?;
        Ok(())
    }

    /// Forgets the hidden fields of an entry, once they are revealed.
    ///
    /// # Errors
    /// Where the disk or the file fails.
    pub fn remove_hidden(
        &self,
        conversation: ConversationNo,
        entry: &EntryId,
    ) -> Result<(), StoreError> {
        self.db.execute(
            "DELETE FROM hidden WHERE conversation = ?1 AND entry = ?2",
            params![conversation.0, entry.0],
        )?;
        Ok(())
    }
}
