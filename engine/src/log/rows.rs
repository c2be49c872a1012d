//! Where a log's entries lie: their bytes in large chunks, the rest in rows of 80 bytes, found by
//! index or by id. Nothing is ever removed.

use std::collections::BTreeSet;

use crate::entry::{Entry, EntryId};

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

/// The entries, by their index in order of arrival.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    rows: Vec<Vec<Row>>,
    bytes: Vec<Vec<u8>>,
    /// The parents of all, one entry's after another's.
    links: Vec<u32>,
    /// The first 8 bytes of each id, and its index: a third of the memory of whole ids. Ids that
    /// agree in them (2^64 hashes to make one on purpose) are told apart by their rows.
    index: BTreeSet<(u64, u32)>,
}

fn start(id: &EntryId) -> u64 {
    id.0.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

impl Rows {
    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.index.len()).unwrap_or(NONE)
    }

    pub(crate) fn get(&self, index: u32) -> Option<&Row> {
        let index = index as usize;
        self.rows.get(index / ROWS)?.get(index % ROWS)
    }

    pub(crate) fn find(&self, id: &EntryId) -> Option<u32> {
        let start = start(id);
        let mut same = self.index.range((start, 0)..=(start, NONE)).map(|(_, index)| *index);
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
    pub(crate) fn bytes(&self, index: u32) -> &[u8] {
        self.get(index)
            .and_then(|row| {
                let start = row.offset as usize;
                self.bytes.get(row.chunk as usize)?.get(start..start + row.length as usize)
            })
            .unwrap_or_default()
    }

    /// An entry's body.
    pub(crate) fn body(&self, index: u32) -> &[u8] {
        let bytes = self.bytes(index);
        let body = self.get(index).map_or(0, |row| row.body as usize);
        bytes.get(body..bytes.len().saturating_sub(AFTER_BODY)).unwrap_or_default()
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
        match self.rows.last_mut() {
            Some(rows) if rows.len() < ROWS => rows.push(row),
            _ => {
                let mut rows = Vec::with_capacity(ROWS);
                rows.push(row);
                self.rows.push(rows);
            }
        }
        self.index.insert((start(&entry.id()), index));
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
