//! The queue: what is to be sent, and was not yet taken.

use rusqlite::{OptionalExtension, Row, params};

use super::row::{met, number, signed};
use super::{Reader, StoreError, Tx};

/// The number of something in the queue; never given again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueuedNo(pub i64);

/// Something to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewQueued {
    /// What tells it from others: the envelope's hash.
    pub id: [u8; 32],
    /// Where to: a person's fingerprint or a mailbox, in the host's form.
    pub destination: Vec<u8>,
    /// The sealed bytes.
    pub bytes: Vec<u8>,
    /// Since when it waits, in ms since 1970.
    pub created: u64,
    /// When to try, in ms since 1970.
    pub next: u64,
}

/// Something in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    /// Its number here.
    pub number: QueuedNo,
    /// What it is.
    pub queued: NewQueued,
    /// How often it was tried.
    pub tries: u32,
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<Queued> {
    Ok(Queued {
        number: QueuedNo(row.get("number")?),
        queued: NewQueued {
            id: row.get("id")?,
            destination: row.get("destination")?,
            bytes: row.get("bytes")?,
            created: number(row, "created")?,
            next: number(row, "next")?,
        },
        tries: row.get("tries")?,
    })
}

impl Reader {
    /// What is to be tried at a time, the longest due first; at most so many.
    ///
    /// # Errors
    /// As all reading.
    pub fn due(&self, now: u64, most: u32) -> Result<Vec<Queued>, StoreError> {
        let mut read = self.db.prepare_cached(
            "SELECT number, id, destination, bytes, created, tries, next FROM queue
             WHERE next <= ?1 ORDER BY next, number LIMIT ?2",
        )?;
        let rows = read.query_map(params![signed(now), most], of_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One of those that wait.
    ///
    /// # Errors
    /// As all reading.
    pub fn queued_as(&self, number: QueuedNo) -> Result<Option<Queued>, StoreError> {
        let mut read = self.db.prepare_cached(
            "SELECT number, id, destination, bytes, created, tries, next FROM queue WHERE number = ?1",
        )?;
        Ok(read.query_row([number.0], of_row).optional()?)
    }

    /// How many wait.
    ///
    /// # Errors
    /// As all reading.
    pub fn queued(&self) -> Result<u64, StoreError> {
        let mut read = self.db.prepare_cached("SELECT count(*) AS n FROM queue")?;
        Ok(read.query_row([], |row| number(row, "n"))?)
    }
}

impl Tx<'_> {
    /// Adds something to send; the same one again changes nothing.
    ///
    /// # Errors
    /// Where the disk or the file fails.
    pub fn enqueue(&self, new: &NewQueued) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO queue (id, destination, bytes, created, tries, next)
                 VALUES (?1, ?2, ?3, ?4, 0, ?5) ON CONFLICT (id) DO NOTHING",
            )?
            .execute(params![
                new.id,
                new.destination,
                new.bytes,
                signed(new.created),
                signed(new.next)
            ])?;
        Ok(())
    }

    /// It was tried in vain: when to try again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn retry(&self, number: QueuedNo, next: u64) -> Result<(), StoreError> {
        let sql = "UPDATE queue SET tries = tries + 1, next = ?2 WHERE number = ?1";
        met(self.db.execute(sql, params![number.0, signed(next)])?, "message in the queue")
    }

    /// It was taken, or is given up.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn dequeue(&self, number: QueuedNo) -> Result<(), StoreError> {
        let sql = "DELETE FROM queue WHERE number = ?1";
        met(self.db.execute(sql, [number.0])?, "message in the queue")
    }
}
