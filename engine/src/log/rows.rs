//! Where a log's entries lie: their bytes in large chunks, the rest in rows of 80 bytes, found by
//! index or by id. Nothing is ever removed. Of a log that was resumed, the host keeps the bytes of the
//! entries that were there, and is asked for them.

use std::borrow::Cow;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::index::Index;
use crate::entry::{Entry, EntryId};
use crate::saved::Bodies;

/// No entry.
pub(crate) const NONE: u32 = u32::MAX;

/// Bytes of a chunk: at most one entry's worth of them is left over.
const CHUNK: usize = 1024 * 1024;
/// Rows of a chunk: growing never copies what is there.
const ROWS: usize = 1024;
/// Bytes after the body: the signature and the two bytes of its length.
const AFTER_BODY: usize = 66;

/// What is known of an entry beside its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: EntryId,
    pub(crate) at: u64,
    pub(crate) device: u32,
    pub(crate) seq: u32,
    /// The entry before it in its chain, or [`NONE`].
    pub(crate) prev: u32,
    pub(crate) message: u16,
    parent_count: u8,
    parents: u32,
    chunk: u32,
    offset: u32,
    length: u32,
    body: u32,
}

/// What a saved log says of an entry.
pub(crate) struct Old {
    pub(crate) id: EntryId,
    pub(crate) at: u64,
    pub(crate) device: u32,
    pub(crate) seq: u32,
    pub(crate) prev: u32,
    pub(crate) message: u16,
}

/// The host's store of entries, if the log was resumed.
#[derive(Clone, Default)]
struct Elsewhere(Option<Arc<dyn Bodies>>);

impl std::fmt::Debug for Elsewhere {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Elsewhere" } else { "Nowhere" })
    }
}

/// The entries, by their index in order of arrival.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    rows: Vec<Vec<Row>>,
    bytes: Vec<Vec<u8>>,
    elsewhere: Elsewhere,
    /// The parents of all, one entry's after another's.
    links: Vec<u32>,
    index: Index,
}

impl Rows {
    pub(crate) fn len(&self) -> u32 {
        let last = self.rows.last().map_or(0, Vec::len);
        let full = self.rows.len().saturating_sub(1).saturating_mul(ROWS);
        u32::try_from(full.saturating_add(last)).unwrap_or(NONE)
    }

    pub(crate) fn get(&self, index: u32) -> Option<&Row> {
        let index = index as usize;
        self.rows.get(index / ROWS)?.get(index % ROWS)
    }

    pub(crate) fn find(&self, id: &EntryId) -> Option<u32> {
        let mut same = self.index.find(id);
        same.find(|index| self.get(*index).is_some_and(|row| row.id == *id))
    }

    /// What an entry builds on, without the entry before it in its chain.
    pub(crate) fn parents(&self, index: u32) -> &[u32] {
        self.get(index)
            .and_then(|row| {
                let start = row.parents as usize;
                self.links.get(start..start + usize::from(row.parent_count))
            })
            .unwrap_or_default()
    }

    /// An entry's whole signed bytes.
    pub(crate) fn bytes(&self, index: u32) -> Option<Cow<'_, [u8]>> {
        let row = self.get(index)?;
        if row.chunk != NONE {
            return self.here(row).map(Cow::Borrowed);
        }
        let bytes = self.elsewhere.0.as_ref()?.bytes(&row.id)?;
        (Sha256::digest(&bytes)[..] == row.id.0).then_some(Cow::Owned(bytes))
    }

    /// The bytes of an entry that came since the log was opened or resumed.
    fn here(&self, row: &Row) -> Option<&[u8]> {
        let start = row.offset as usize;
        self.bytes.get(row.chunk as usize)?.get(start..start + row.length as usize)
    }

    /// An entry's body.
    pub(crate) fn body(&self, index: u32) -> Option<Cow<'_, [u8]>> {
        let row = self.get(index)?;
        if row.chunk != NONE {
            let bytes = self.here(row)?;
            let end = bytes.len().saturating_sub(AFTER_BODY);
            return bytes.get(row.body as usize..end).map(Cow::Borrowed);
        }
        let bytes = self.elsewhere.0.as_ref()?.bytes(&row.id)?;
        let entry = Entry::decode(&bytes).ok().filter(|entry| entry.id() == row.id)?;
        Some(Cow::Owned(entry.body().to_vec()))
    }

    /// No rows yet; the bytes of those that will be there are elsewhere.
    pub(crate) fn of_old(bodies: Arc<dyn Bodies>, count: usize) -> Self {
        let links = Vec::with_capacity(count);
        Self { elsewhere: Elsewhere(Some(bodies)), links, ..Self::default() }
    }

    /// Adds an entry whose bytes are elsewhere. [`Self::index_all`] is to follow.
    pub(crate) fn push_old(&mut self, old: &Old, parents: &[u32]) -> Option<()> {
        let row = Row {
            id: old.id,
            at: old.at,
            device: old.device,
            seq: old.seq,
            prev: old.prev,
            message: old.message,
            parent_count: u8::try_from(parents.len()).ok()?,
            parents: u32::try_from(self.links.len()).ok()?,
            chunk: NONE,
            offset: 0,
            length: 0,
            body: 0,
        };
        self.links.extend(parents);
        self.push_row(row);
        Some(())
    }

    /// Keeps the bytes of the first entry here: the host has it at hand in any case.
    pub(crate) fn keep_open(&mut self, open: &Entry) -> Option<()> {
        let (chunk, offset) = self.keep(open.bytes())?;
        let row = self.rows.first_mut()?.first_mut()?;
        (row.chunk, row.offset) = (chunk, offset);
        row.length = u32::try_from(open.bytes().len()).ok()?;
        row.body = u32::try_from(open.body_range().start).ok()?;
        Some(())
    }

    /// Finds ids anew from the rows.
    pub(crate) fn index_all(&mut self) {
        self.index = Index::of(self.rows.iter().flatten().map(|row| &row.id));
    }

    fn push_row(&mut self, row: Row) {
        match self.rows.last_mut() {
            Some(rows) if rows.len() < ROWS => rows.push(row),
            _ => {
                let mut rows = Vec::with_capacity(ROWS);
                rows.push(row);
                self.rows.push(rows);
            }
        }
    }

    /// Adds an entry; `None` where four billion are there already.
    pub(crate) fn push(
        &mut self,
        entry: &Entry,
        device: u32,
        message: u16,
        prev: u32,
        parents: &[u32],
    ) -> Option<u32> {
        let index = self.len();
        if index == NONE {
            return None;
        }
        let (chunk, offset) = self.keep(entry.bytes())?;
        let row = Row {
            id: entry.id(),
            at: entry.at(),
            device,
            seq: entry.seq(),
            prev,
            message,
            parent_count: u8::try_from(parents.len()).ok()?,
            parents: u32::try_from(self.links.len()).ok()?,
            chunk,
            offset,
            length: u32::try_from(entry.bytes().len()).ok()?,
            body: u32::try_from(entry.body_range().start).ok()?,
        };
        self.links.extend(parents);
        self.push_row(row);
        self.index.add(&entry.id(), index);
        Some(index)
    }

    fn keep(&mut self, bytes: &[u8]) -> Option<(u32, u32)> {
        if self.bytes.last().is_none_or(|chunk| chunk.len() + bytes.len() > CHUNK) {
            self.bytes.push(Vec::with_capacity(CHUNK));
        }
        let chunk = u32::try_from(self.bytes.len().checked_sub(1)?).ok()?;
        let last = self.bytes.last_mut()?;
        let offset = u32::try_from(last.len()).ok()?;
        last.extend_from_slice(bytes);
        Some((chunk, offset))
    }
}
