//! Entries that nobody has written, after those that somebody has: what a log would hold if they were
//! said. They are no part of the set, of the order or of anything that is saved.

use std::sync::Arc;

use mundi_identity::{DevicePublic, Fingerprint};
use mundi_lang::rules::MessageId;

use super::Log;
use crate::entry::EntryId;
use crate::value::Value;

/// An entry that nobody has written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supposed {
    /// The number of its message in the rules.
    pub message: MessageId,
    /// Who would say it.
    pub person: Fingerprint,
    /// From which device: commitments are bound to it.
    pub device: DevicePublic,
    /// When, in ms since 1970.
    pub at: i64,
    /// Its fields in schema order, `()` where left out; of a `join`, the name of the role.
    pub fields: Arc<Vec<Value>>,
    /// By index of the field: what it commits to.
    pub hidden: Vec<(u16, Value)>,
}

/// Marks the ids of entries that nobody has written.
const MARK: u8 = 0xEE;

/// The id of the n-th supposed entry of a history. It is no hash: nothing was written.
#[must_use]
pub fn supposed_id(n: u32) -> EntryId {
    let mut id = [MARK; 32];
    if let Some(first) = id.first_chunk_mut::<4>() {
        *first = n.to_be_bytes();
    }
    EntryId(id)
}

impl Log {
    /// The log goes on with these, instead of those supposed before.
    pub(crate) fn suppose(&mut self, entries: &[Arc<Supposed>]) {
        self.supposed.clear();
        self.supposed.extend_from_slice(entries);
    }

    /// One more; gives its index.
    pub(crate) fn suppose_next(&mut self, entry: Arc<Supposed>) -> u32 {
        let index = self.supposed_index(u32::try_from(self.supposed.len()).unwrap_or(u32::MAX));
        self.supposed.push(entry);
        index
    }

    /// The last one is not supposed any more.
    pub(crate) fn forget_last(&mut self) {
        self.supposed.pop();
    }

    /// The index in the log of the n-th supposed entry.
    pub(crate) fn supposed_index(&self, n: u32) -> u32 {
        self.rows.len().saturating_add(n)
    }

    /// The supposed entry of an index, and its number.
    pub(crate) fn supposed(&self, index: u32) -> Option<(u32, &Supposed)> {
        let n = index.checked_sub(self.rows.len())?;
        Some((n, self.supposed.get(n as usize)?))
    }

    /// The index of a supposed entry's id.
    pub(super) fn find_supposed(&self, id: &EntryId) -> Option<u32> {
        if self.supposed.is_empty() {
            return None;
        }
        let n = u32::from_be_bytes(*id.0.first_chunk::<4>()?);
        let there = (n as usize) < self.supposed.len() && *id == supposed_id(n);
        there.then(|| self.supposed_index(n))
    }
}
