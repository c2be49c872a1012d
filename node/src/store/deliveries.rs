//! What became of what was sent.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{OptionalExtension, Row, params};

use super::row::{number, signed};
use super::{ConversationNo, Reader, StoreError, Tx};

/// How far something that was sent has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Delivered {
    /// It waits here.
    Queued = 0,
    /// It is on the disk of at least one broker.
    Stored = 1,
    /// No broker takes it.
    Failed = 2,
}

impl FromSql for Delivered {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_i64()? {
            0 => Ok(Self::Queued),
            1 => Ok(Self::Stored),
            2 => Ok(Self::Failed),
            other => Err(FromSqlError::OutOfRange(other)),
        }
    }
}

/// One thing that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// What: an entry's id, or the number of a private message in a hash.
    pub id: [u8; 32],
    /// In which conversation, if in one.
    pub conversation: Option<ConversationNo>,
    /// The hash of its envelope.
    pub envelope: [u8; 32],
    /// How far it has come.
    pub state: Delivered,
    /// The keys of the brokers that have it, 32 bytes each.
    pub brokers: Vec<[u8; 32]>,
    /// Since when, in ms since 1970.
    pub at: u64,
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    let brokers: Vec<u8> = row.get("brokers")?;
    let (brokers, _) = brokers.as_chunks::<32>();
    Ok(Delivery {
        id: row.get("id")?,
        conversation: row.get::<_, Option<i64>>("conversation")?.map(ConversationNo),
        envelope: row.get("envelope")?,
        state: row.get("state")?,
        brokers: brokers.to_vec(),
        at: number(row, "at")?,
    })
}

const COLUMNS: &str = "SELECT id, conversation, envelope, state, brokers, at FROM delivery";

impl Reader {
    /// What became of an entry or message.
    ///
    /// # Errors
    /// As all reading.
    pub fn delivery(&self, id: &[u8; 32]) -> Result<Option<Delivery>, StoreError> {
        let mut read = self.db.prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?;
        Ok(read.query_row([id], of_row).optional()?)
    }

    /// What has the envelope of a hash.
    ///
    /// # Errors
    /// As all reading.
    pub fn delivery_by(&self, envelope: &[u8; 32]) -> Result<Option<Delivery>, StoreError> {
        let mut read = self.db.prepare_cached(&format!("{COLUMNS} WHERE envelope = ?1 LIMIT 1"))?;
        Ok(read.query_row([envelope], of_row).optional()?)
    }
}

impl Tx<'_> {
    /// Notes it; the same one again replaces it.
    ///
    /// # Errors
    /// Where the disk or the file fails.
    pub fn set_delivery(&self, delivery: &Delivery) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO delivery (id, conversation, envelope, state, brokers, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                delivery.id,
                delivery.conversation.map(|number| number.0),
                delivery.envelope,
                delivery.state as i64,
                delivery.brokers.concat(),
                signed(delivery.at)
            ])?;
        Ok(())
    }
}
