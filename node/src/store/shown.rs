//! What people have been shown of conversations.

use mundi_engine::EntryId;
use mundi_identity::Fingerprint;
use rusqlite::{Row, params};

use super::row::{Print, number, signed};
use super::{ConversationNo, Reader, StoreError, Tx};

/// What a person has been shown of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Who.
    pub person: Fingerprint,
    /// When, in ms since 1970.
    pub at: u64,
    /// The heads of their log then.
    pub heads: Vec<EntryId>,
    /// Whether the others were told of it.
    pub told: bool,
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<Shown> {
    let heads: Vec<u8> = row.get("heads")?;
    Ok(Shown {
        person: row.get::<_, Print>("person")?.0,
        at: number(row, "at")?,
        heads: heads.as_chunks::<32>().0.iter().map(|id| EntryId(*id)).collect(),
        told: row.get("told")?,
    })
}

impl Reader {
    /// What is known of it, of each person the last.
    ///
    /// # Errors
    /// As all reading.
    pub fn shown(&self, conversation: ConversationNo) -> Result<Vec<Shown>, StoreError> {
        let sql =
            "SELECT person, at, heads, told FROM shown WHERE conversation = ?1 ORDER BY person";
        let mut read = self.db.prepare_cached(sql)?;
        let rows = read.query_map([conversation.0], of_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What a person has been shown and the others were not told of.
    ///
    /// # Errors
    /// As all reading.
    pub fn untold(&self, person: &Fingerprint) -> Result<Vec<(ConversationNo, Shown)>, StoreError> {
        let mut read = self.db.prepare_cached(
            "SELECT conversation, person, at, heads, told FROM shown WHERE person = ?1 AND told = 0",
        )?;
        let rows = read.query_map([person.as_bytes()], |row| {
            Ok((ConversationNo(row.get("conversation")?), of_row(row)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Notes it, unless something later is known.
    ///
    /// # Errors
    /// There is no such conversation.
    pub fn set_shown(&self, conversation: ConversationNo, new: &Shown) -> Result<(), StoreError> {
        let heads: Vec<u8> = new.heads.iter().flat_map(|id| id.0).collect();
        self.db
            .prepare_cached(
                "INSERT INTO shown (conversation, person, at, heads, told)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (conversation, person) DO UPDATE
                 SET at = excluded.at, heads = excluded.heads, told = excluded.told
                 WHERE excluded.at >= at",
            )?
            .execute(params![
                conversation.0,
                new.person.as_bytes(),
                signed(new.at),
                heads,
                new.told
            ])?;
        Ok(())
    }
}
