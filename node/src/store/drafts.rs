//! Drafts: what the owner of the home began to write.

use rusqlite::{OptionalExtension, params};

use super::row::{number, short, signed};
use super::{ConversationNo, Reader, StoreError, Tx};

/// Something begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The conversation that it is for; `None`: a private message, or a conversation to open.
    pub conversation: Option<ConversationNo>,
    /// What tells it from the conversation's other drafts: the message's name.
    pub name: String,
    /// When it was last changed, in ms since 1970.
    pub at: u64,
    /// What was written.
    pub bytes: Vec<u8>,
}

impl Reader {
    /// All drafts, the one last changed first.
    ///
    /// # Errors
    /// As all reading.
    pub fn drafts(&self) -> Result<Vec<Draft>, StoreError> {
        let sql = "SELECT conversation, name, at, bytes FROM draft ORDER BY at DESC, number DESC";
        let mut read = self.db.prepare_cached(sql)?;
        let rows = read.query_map([], |row| {
            Ok(Draft {
                conversation: row.get::<_, Option<i64>>("conversation")?.map(ConversationNo),
                name: row.get("name")?,
                at: number(row, "at")?,
                bytes: row.get("bytes")?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One.
    ///
    /// # Errors
    /// As all reading.
    pub fn draft(
        &self,
        conversation: Option<ConversationNo>,
        name: &str,
    ) -> Result<Option<Draft>, StoreError> {
        let mut read = self.db.prepare_cached(
            "SELECT at, bytes FROM draft WHERE ifnull(conversation, 0) = ?1 AND name = ?2",
        )?;
        let found = read.query_row(params![conversation.map_or(0, |c| c.0), name], |row| {
            let (at, bytes) = (number(row, "at")?, row.get("bytes")?);
            Ok(Draft { conversation, name: name.to_owned(), at, bytes })
        });
        Ok(found.optional()?)
    }
}

impl Tx<'_> {
    /// Keeps a draft, in place of the one with the same name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such conversation.
    pub fn set_draft(&self, draft: &Draft) -> Result<(), StoreError> {
        short("draft's name", &draft.name)?;
        let Draft { conversation, name, at, bytes } = draft;
        self.whole(|| {
            self.remove_draft(*conversation, name)?;
            let sql = "INSERT INTO draft (conversation, name, at, bytes) VALUES (?1, ?2, ?3, ?4)";
            let row = params![conversation.map(|c| c.0), name, signed(*at), bytes];
            self.db.prepare_cached(sql)?.execute(row)?;
            Ok(())
        })
    }

    /// Takes a draft away.
    ///
    /// # Errors
    /// Where the disk or the file fails.
    pub fn remove_draft(
        &self,
        conversation: Option<ConversationNo>,
        name: &str,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached("DELETE FROM draft WHERE ifnull(conversation, 0) = ?1 AND name = ?2")?
            .execute(params![conversation.map_or(0, |c| c.0), name])?;
        Ok(())
    }
}
