//! The entries of conversations, in the order in which they arrived here.

use std::collections::VecDeque;

use mundi_engine::EntryId;
use rusqlite::{OptionalExtension, params};

use super::row::{Id, signed, unsigned};
use super::{ConversationNo, Reader, StoreError, Tx};
use crate::limits;

/// An entry as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The conversation that it is in.
    pub conversation: ConversationNo,
    /// Its place in the order of arrival, from 0, which is `open`.
    pub position: u64,
    /// Its signed bytes.
    pub bytes: Vec<u8>,
}

/// The entries of a conversation, in the order of their arrival. A few hundred are read at a time.
pub struct Entries<'a> {
    reader: &'a Reader,
    /// The row to read next.
    next: i64,
    end: i64,
    read: VecDeque<(EntryId, Vec<u8>)>,
}

impl Iterator for Entries<'_> {
    type Item = Result<(EntryId, Vec<u8>), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.read.is_empty()
            && self.next < self.end
            && let Err(error) = self.fetch()
        {
            self.next = self.end;
            return Some(Err(error));
        }
        self.read.pop_front().map(Ok)
    }
}

impl Entries<'_> {
    fn fetch(&mut self) -> Result<(), StoreError> {
        let mut read = self.reader.db.prepare_cached(
            "SELECT row, id, bytes FROM entry WHERE row >= ?1 AND row < ?2 ORDER BY row LIMIT ?3",
        )?;
        let mut rows = read.query(params![self.next, self.end, limits::ENTRIES_AT_ONCE as i64])?;
        let mut last = None;
        while let Some(row) = rows.next()? {
            last = Some(row.get::<_, i64>(0)?);
            self.read.push_back((row.get::<_, Id>(1)?.0, row.get(2)?));
        }
        self.next = last.map_or(self.end, |last| last.saturating_add(1));
        Ok(())
    }
}

impl Reader {
    /// The entries of a conversation, `open` first, in the order of their arrival.
    #[must_use]
    pub fn entries(&self, conversation: ConversationNo) -> Entries<'_> {
        self.entries_from(conversation, 0)
    }

    /// Those from a position on: what arrived after a checkpoint was saved.
    #[must_use]
    pub fn entries_from(&self, conversation: ConversationNo, position: u64) -> Entries<'_> {
        let (first, end) = conversation.rows();
        let next = first.saturating_add(signed(position)).min(end);
        Entries { reader: self, next, end, read: VecDeque::new() }
    }

    /// The signed bytes of a conversation's `open`.
    ///
    /// # Errors
    /// As all reading.
    pub fn opening(&self, conversation: ConversationNo) -> Result<Option<Vec<u8>>, StoreError> {
        self.bytes_at(conversation.rows().0)
    }

    /// An entry of any conversation, `open` included.
    ///
    /// # Errors
    /// As all reading.
    pub fn entry(&self, id: &EntryId) -> Result<Option<Kept>, StoreError> {
        let Some(row) = self.place(id, self.hash(id))? else { return Ok(None) };
        let bytes = self.bytes_at(row)?;
        let kept = |bytes| Kept {
            conversation: ConversationNo(row >> 32),
            position: unsigned(row & 0xffff_ffff),
            bytes,
        };
        Ok(bytes.map(kept))
    }

    /// Whether there is such an entry.
    ///
    /// # Errors
    /// As all reading.
    pub fn has_entry(&self, id: &EntryId) -> Result<bool, StoreError> {
        Ok(self.place(id, self.hash(id))?.is_some())
    }

    fn bytes_at(&self, row: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let mut read = self.db.prepare_cached("SELECT bytes FROM entry WHERE row = ?1")?;
        Ok(read.query_row([row], |row| row.get(0)).optional()?)
    }

    /// How many entries a conversation has: the position of the next.
    fn count(&self, conversation: ConversationNo) -> Result<i64, StoreError> {
        let mut read =
            self.db.prepare_cached("SELECT entries FROM conversation WHERE number = ?1")?;
        read.query_row([conversation.0], |row| row.get(0))
            .optional()?
            .ok_or(StoreError::NotFound("conversation"))
    }
}

impl Tx<'_> {
    /// Adds entries at the end of a conversation, and says how many were new. Those that are here
    /// already, in any conversation, are left as they are.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such conversation.
    pub fn append(
        &self,
        conversation: ConversationNo,
        entries: &[(EntryId, &[u8])],
    ) -> Result<usize, StoreError> {
        let (first, _) = conversation.rows();
        let start = first.saturating_add(self.count(conversation)?);
        self.whole(|| {
            let hashes = self.append_rows(conversation, start, entries)?;
            let new = hashes.len() / 8;
            if new > 0 {
                self.add_places(start, &hashes)?;
                let count = start.saturating_sub(first).saturating_add(signed(new as u64));
                let sql = "UPDATE conversation SET entries = ?2 WHERE number = ?1";
                self.db.prepare_cached(sql)?.execute([conversation.0, count])?;
            }
            Ok(new)
        })
    }

    /// Adds the rows of new entries, from a row on; gives their hashes.
    fn append_rows(
        &self,
        conversation: ConversationNo,
        start: i64,
        entries: &[(EntryId, &[u8])],
    ) -> Result<Vec<u8>, StoreError> {
        let end = conversation.rows().1;
        let mut add =
            self.db.prepare_cached("INSERT INTO entry (row, id, bytes) VALUES (?1, ?2, ?3)")?;
        let mut hashes = Vec::with_capacity(entries.len().saturating_mul(8));
        let mut row = start;
        for (id, bytes) in entries {
            let hash = self.hash(id);
            if self.place(id, hash)?.is_some() {
                continue;
            }
            if row >= end {
                let most = u64::from(u32::MAX);
                return Err(StoreError::TooLong { what: "conversation", found: most + 1, most });
            }
            add.execute(params![row, id.0, bytes])?;
            self.note_place(hash, row)?;
            hashes.extend_from_slice(&hash.to_le_bytes());
            row = row.saturating_add(1);
        }
        Ok(hashes)
    }

    /// Removes all entries of a conversation that is going.
    pub(super) fn remove_entries(&self, conversation: ConversationNo) -> Result<(), StoreError> {
        let (first, end) = conversation.rows();
        let gone: Vec<(i64, i64)> = {
            let mut read =
                self.db.prepare_cached("SELECT row, id FROM entry WHERE row >= ?1 AND row < ?2")?;
            let places = self.places.borrow();
            let rows = read.query_map([first, end], |row| {
                Ok((places.hash(&row.get::<_, Id>(1)?.0), row.get(0)?))
            })?;
            rows.collect::<Result<_, _>>()?
        };
        self.remove_places(conversation, gone)?;
        self.db.execute("DELETE FROM entry WHERE row >= ?1 AND row < ?2", [first, end])?;
        Ok(())
    }
}
