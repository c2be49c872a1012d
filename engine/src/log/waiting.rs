//! Entries whose past is missing. They are verified, and nothing else: never relayed, counted or
//! built on. They are bounded, so that nobody fills a memory with entries whose parents are made
//! up: what is dropped is remembered by its id, to be asked for again.

use std::collections::{BTreeMap, BTreeSet};

use mundi_identity::DevicePublic;

use crate::entry::{Entry, EntryId, Verified};
use crate::limits;

/// Who must pay for a waiting entry: a member's device, or all strangers together.
type Payer = Option<DevicePublic>;

/// What one payer has waiting.
#[derive(Clone, Debug, Default)]
struct Account {
    /// By seq, so that the farthest is the last.
    entries: BTreeSet<(u32, EntryId)>,
    bytes: usize,
}

/// The waiting entries.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waiting {
    entries: BTreeMap<EntryId, (Verified, Payer)>,
    /// By a missing id: who waits for it.
    wanted: BTreeMap<EntryId, BTreeSet<EntryId>>,
    accounts: BTreeMap<Payer, Account>,
    bytes: usize,
    /// Ids of what was dropped, to be asked for again.
    dropped: BTreeSet<EntryId>,
}

impl Waiting {
    pub(crate) fn contains(&self, id: &EntryId) -> bool {
        self.entries.contains_key(id)
    }

    pub(crate) fn get(&self, id: &EntryId) -> Option<&Entry> {
        self.entries.get(id).map(|(entry, _)| &**entry)
    }

    /// All waiting entries' ids.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &EntryId> {
        self.entries.keys()
    }

    /// Ids that somebody must be asked for: what is missing and not itself waiting, then what was
    /// dropped.
    pub(crate) fn wanted(&self) -> impl Iterator<Item = EntryId> + '_ {
        let missing = self.wanted.keys().filter(|id| !self.entries.contains_key(id));
        missing.chain(&self.dropped).copied()
    }

    /// Lets an entry wait for what is missing; drops the farthest of the fullest as needed.
    pub(crate) fn add(&mut self, entry: Verified, payer: Payer, missing: &[EntryId]) {
        let (id, size) = (entry.id(), entry.bytes().len());
        self.dropped.remove(&id);
        let account = self.accounts.entry(payer).or_default();
        account.entries.insert((entry.seq(), id));
        account.bytes = account.bytes.saturating_add(size);
        self.bytes = self.bytes.saturating_add(size);
        for parent in missing {
            self.wanted.entry(*parent).or_default().insert(id);
        }
        self.entries.insert(id, (entry, payer));
        while self.accounts.get(&payer).is_some_and(|account| {
            account.entries.len() > limits::WAITING_PER_DEVICE
                || account.bytes > limits::WAITING_BYTES_PER_DEVICE
        }) {
            self.drop_farthest(payer);
        }
        while self.bytes > limits::WAITING_BYTES {
            let fullest = self.accounts.iter().max_by_key(|(_, account)| account.bytes);
            let Some(payer) = fullest.map(|(payer, _)| *payer) else { return };
            self.drop_farthest(payer);
        }
    }

    fn drop_farthest(&mut self, payer: Payer) {
        let farthest = self.accounts.get(&payer).and_then(|account| account.entries.last());
        let Some((_, id)) = farthest.copied() else {
            self.accounts.remove(&payer);
            return;
        };
        self.take(&id);
        // Who sends nonsense without end is not asked for all of it.
        if self.dropped.len() < limits::DROPPED {
            self.dropped.insert(id);
        }
    }

    /// Takes out who waits for an id that has come.
    pub(crate) fn wake(&mut self, id: &EntryId) -> Vec<Verified> {
        self.dropped.remove(id);
        let waiting = self.wanted.remove(id).unwrap_or_default();
        waiting.iter().filter_map(|id| self.take(id)).collect()
    }

    fn take(&mut self, id: &EntryId) -> Option<Verified> {
        let (entry, payer) = self.entries.remove(id)?;
        let size = entry.bytes().len();
        if let Some(account) = self.accounts.get_mut(&payer) {
            account.entries.remove(&(entry.seq(), *id));
            account.bytes = account.bytes.saturating_sub(size);
            if account.entries.is_empty() {
                self.accounts.remove(&payer);
            }
        }
        self.bytes = self.bytes.saturating_sub(size);
        for parent in entry.parents().chain(entry.prev()) {
            if let Some(waiting) = self.wanted.get_mut(&parent) {
                waiting.remove(id);
                if waiting.is_empty() {
                    self.wanted.remove(&parent);
                }
            }
        }
        Some(entry)
    }
}
