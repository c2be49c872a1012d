//! Letters to inboxes that are on a broker's disk: kept here too, until they expire there.

use rusqlite::params;

use super::row::{number, signed};
use super::{NewQueued, QueuedNo, Reader, StoreError, Tx};

impl Reader {
    /// The hashes of the newest such letters' envelopes, at most so many.
    ///
    /// # Errors
    /// As all reading.
    pub fn sent(&self, most: u32) -> Result<Vec<[u8; 32]>, StoreError> {
        let sql = "SELECT envelope FROM sent ORDER BY created DESC LIMIT ?1";
        let mut read = self.db.prepare_cached(sql)?;
        let rows = read.query_map([most], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Something in the queue is on a broker's disk: it leaves the queue, and is kept here. `envelope` is
    /// the hash of its bytes.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn keep_sent(&self, number: QueuedNo, envelope: &[u8; 32]) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT OR IGNORE INTO sent (id, destination, bytes, envelope, created)
                 SELECT id, destination, bytes, ?2, created FROM queue WHERE number = ?1",
            )?
            .execute(params![number.0, envelope])?;
        self.dequeue(number)
    }

    /// Brokers do not have these any more: they are to be sent again now.
    ///
    /// # Errors
    /// Where the disk or the file fails.
    pub fn send_again(&self, envelopes: &[[u8; 32]], now: u64) -> Result<(), StoreError> {
        let sql = "DELETE FROM sent WHERE envelope = ?1 RETURNING id, destination, bytes, created";
        let mut take = self.db.prepare_cached(sql)?;
        for envelope in envelopes {
            let rows = take.query_map([envelope], |row| {
                Ok(NewQueued {
                    id: row.get("id")?,
                    destination: row.get("destination")?,
                    bytes: row.get("bytes")?,
                    created: number(row, "created")?,
                    next: now,
                })
            })?;
            let lost: Vec<NewQueued> = rows.collect::<Result<_, _>>()?;
            lost.iter().try_for_each(|one| self.enqueue(one))?;
        }
        Ok(())
    }

    /// Forgets those that were written before a time: no broker keeps them.
    ///
    /// # Errors
    /// Where the disk or the file fails.
    pub fn forget_sent(&self, before: u64) -> Result<(), StoreError> {
        self.db.prepare_cached("DELETE FROM sent WHERE created < ?1")?.execute([signed(before)])?;
        Ok(())
    }
}
