//! The secrets of conversations, with which their entries are sealed for their members.

use rusqlite::params;
use zeroize::Zeroizing;

use super::row::{exists, number, signed};
use super::{ConversationNo, Reader, StoreError, Tx};

/// One secret of a conversation.
#[derive(Clone, PartialEq, Eq)]
pub struct Epoch {
    /// What names it: the host's choice, distinct within the conversation.
    pub tag: Vec<u8>,
    /// The secret.
    pub secret: Zeroizing<Vec<u8>>,
    /// Since when it is in use, in ms since 1970.
    pub since: u64,
}

impl Reader {
    /// The secrets of a conversation, in the order in which they came.
    ///
    /// # Errors
    /// As all reading.
    pub fn epochs(&self, conversation: ConversationNo) -> Result<Vec<Epoch>, StoreError> {
        let mut read = self.db.prepare_cached(
            "SELECT tag, secret, since FROM epoch WHERE conversation = ?1 ORDER BY number",
        )?;
        let rows = read.query_map([conversation.0], |row| {
            Ok(Epoch {
                tag: row.get("tag")?,
                secret: Zeroizing::new(row.get("secret")?),
                since: number(row, "since")?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Adds a secret.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where the conversation has one of that tag, [`StoreError::NotFound`]
    /// where it is not there.
    pub fn add_epoch(&self, conversation: ConversationNo, epoch: &Epoch) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO epoch (conversation, tag, secret, since) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![
                conversation.0,
                epoch.tag,
                epoch.secret.as_slice(),
                signed(epoch.since)
            ])
            .map_err(exists("conversation secret"))?;
        Ok(())
    }
}
