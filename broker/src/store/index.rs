//! What is in the store, in memory: built from it at the start, and kept up to date.
//!
//! Invariant: of all numbers up to the frontier it is known what is there. Acknowledgements come in any
//! order; those beyond a gap wait, so that nobody moves a cursor past a parcel that is still on its way.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};

use mundi_identity::inbox::Policy;
use mundi_transport::wire::{Kind, Mailbox, Want};

use super::row::Row;
use super::waiters::{Fresh, Waiters};
use crate::limits;

/// The index of a store.
#[derive(Default)]
pub struct Index {
    rows: BTreeMap<u64, Row>,
    places: BTreeMap<([u8; 32], Mailbox), u64>,
    mailboxes: HashMap<Mailbox, BTreeSet<u64>>,
    used: HashMap<Mailbox, (usize, u64)>,
    ends: BTreeSet<(u64, u64)>,
    policies: HashMap<[u8; 16], (Policy, u64)>,
    ahead: BTreeMap<u64, (Row, Option<Fresh>)>,
    frontier: u64,
    bytes: u64,
    /// Who waits for what comes.
    pub waiters: Waiters,
}

/// Whether there is a place for a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// There is, and it is kept free until the parcel is [placed](Index::place) or
    /// [given up](Index::give_up).
    Free,
    /// It is there already.
    Known,
    /// The mailbox is full.
    Full,
}

/// What a `get` finds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Numbers, rising, each with the index of the mailbox among those asked for.
    pub letters: Vec<(u64, u64)>,
    /// The last position that was looked at.
    pub last: u64,
    /// Whether there is more.
    pub more: bool,
}

impl Index {
    /// Of the numbers up to this one everything is known.
    #[must_use]
    pub fn frontier(&self) -> u64 {
        self.frontier
    }

    /// The frontier, if something beyond it waits for a number that is missing.
    #[must_use]
    pub fn gap(&self) -> Option<u64> {
        (!self.ahead.is_empty()).then_some(self.frontier)
    }

    /// How many parcels, and how many bytes of envelopes.
    #[must_use]
    pub fn size(&self) -> (usize, u64) {
        (self.rows.len(), self.bytes)
    }

    /// Whether an envelope is on the disk, in any mailbox.
    #[must_use]
    pub fn has(&self, hash: &[u8; 32]) -> bool {
        let first = (*hash, Mailbox { kind: Kind::Tag, name: [0; 16] });
        self.places.range(first..).next().is_some_and(|((found, _), _)| found == hash)
    }

    /// Whether an envelope is in a mailbox.
    #[must_use]
    pub fn known(&self, mailbox: &Mailbox, hash: &[u8; 32]) -> bool {
        self.places.contains_key(&(*hash, *mailbox))
    }

    /// Keeps a place free.
    pub fn reserve(&mut self, row: &Row) -> Room {
        if self.known(&row.mailbox, &row.hash) {
            return Room::Known;
        }
        let (parcels, bytes) = match row.mailbox.kind {
            Kind::Tag => (limits::MAILBOX_PARCELS, limits::MAILBOX_BYTES),
            Kind::Inbox => (limits::INBOX_PARCELS, limits::INBOX_BYTES),
            // The one that counts, and those that are about to replace it.
            Kind::Policy => (8, limits::INBOX_BYTES),
        };
        let used = self.used.entry(row.mailbox).or_default();
        if used.0 >= parcels || used.1.saturating_add(row.size) > bytes {
            return Room::Full;
        }
        used.0 += 1;
        used.1 += row.size;
        Room::Free
    }

    /// A parcel that did not come to the disk after all.
    pub fn give_up(&mut self, row: &Row) {
        self.release(&row.mailbox, row.size);
    }

    /// A parcel that is on the disk, for which a place was kept free.
    pub fn place(&mut self, number: u64, row: Row, fresh: Option<Fresh>) {
        if number <= self.frontier || self.ahead.contains_key(&number) {
            self.release(&row.mailbox, row.size);
            return;
        }
        self.places.insert((row.hash, row.mailbox), number);
        self.ahead.insert(number, (row, fresh));
        while let Some((row, fresh)) = self.ahead.remove(&(self.frontier + 1)) {
            self.frontier += 1;
            self.show(self.frontier, row, fresh.as_ref());
        }
    }

    /// Takes in what was read from the store, in order, up to a number.
    pub fn read(&mut self, number: u64, row: Row) {
        if number <= self.frontier {
            return;
        }
        self.pass(number - 1);
        if self.ahead.remove(&number).is_none() {
            let used = self.used.entry(row.mailbox).or_default();
            used.0 += 1;
            used.1 += row.size;
        }
        self.places.insert((row.hash, row.mailbox), number);
        self.frontier = number;
        self.show(number, row, None);
    }

    /// Everything up to a number was read from the store.
    pub fn pass(&mut self, number: u64) {
        while let Some((next, (row, fresh))) = self.ahead.pop_first() {
            if next > number {
                self.ahead.insert(next, (row, fresh));
                break;
            }
            self.frontier = next;
            self.show(next, row, fresh.as_ref());
        }
        self.frontier = self.frontier.max(number);
    }

    fn show(&mut self, number: u64, row: Row, fresh: Option<&Fresh>) {
        self.ends.insert((row.expires, number));
        self.mailboxes.entry(row.mailbox).or_default().insert(number);
        self.bytes += row.size;
        self.rows.insert(number, row);
        self.waiters.tell(&row.mailbox, number, fresh);
    }

    fn release(&mut self, mailbox: &Mailbox, size: u64) {
        if let Some(used) = self.used.get_mut(mailbox) {
            used.0 = used.0.saturating_sub(1);
            used.1 = used.1.saturating_sub(size);
            if used.0 == 0 {
                self.used.remove(mailbox);
            }
        }
    }

    /// Forgets one.
    pub fn forget(&mut self, number: u64) {
        let Some(row) = self.rows.remove(&number) else { return };
        self.release(&row.mailbox, row.size);
        self.bytes = self.bytes.saturating_sub(row.size);
        self.ends.remove(&(row.expires, number));
        self.places.remove(&(row.hash, row.mailbox));
        if let Some(numbers) = self.mailboxes.get_mut(&row.mailbox) {
            numbers.remove(&number);
            if numbers.is_empty() {
                self.mailboxes.remove(&row.mailbox);
            }
        }
        if self.policies.get(&row.mailbox.name).is_some_and(|(_, at)| *at == number) {
            self.policies.remove(&row.mailbox.name);
        }
    }

    /// Forgets what has expired.
    pub fn sweep(&mut self, now: u64) {
        while let Some((end, number)) = self.ends.first().copied() {
            if end > now {
                break;
            }
            self.ends.remove(&(end, number));
            self.forget(number);
        }
    }

    /// The policy of an inbox.
    #[must_use]
    pub fn policy(&self, inbox: &[u8; 16]) -> Option<&Policy> {
        self.policies.get(inbox).map(|(policy, _)| policy)
    }

    /// A policy that is in the store. Gives the number of the one that does not count any more.
    pub fn set_policy(&mut self, number: u64, policy: Policy) -> Option<u64> {
        let inbox = policy.inbox();
        match self.policies.get(&inbox) {
            Some((older, at)) if older.at < policy.at => {
                let at = *at;
                self.policies.insert(inbox, (policy, number));
                Some(at)
            }
            Some((_, at)) => (*at != number).then_some(number),
            None => {
                self.policies.insert(inbox, (policy, number));
                None
            }
        }
    }

    /// What is in mailboxes: the smallest numbers of all, at most [`limits::GET_LETTERS`].
    #[must_use]
    pub fn find(&self, wants: &[Want]) -> Found {
        let mut heap: BinaryHeap<(u64, u64)> = BinaryHeap::new();
        let mut more = false;
        for (index, want) in (0..).zip(wants) {
            let Some(numbers) = self.mailboxes.get(&want.mailbox()) else { continue };
            for number in numbers.range(want.after.saturating_add(1)..) {
                let full = heap.len() >= limits::GET_LETTERS;
                if full && heap.peek().is_some_and(|last| (*number, index) > *last) {
                    more = true;
                    break;
                }
                heap.push((*number, index));
                if full {
                    more = true;
                    heap.pop();
                }
            }
        }
        let letters = heap.into_sorted_vec();
        let last = letters.last().map_or(0, |(number, _)| *number);
        Found { letters, last: if more { last } else { self.frontier }, more }
    }

    /// What has come after a number, without what came from `asker`; and the last that was looked at.
    #[must_use]
    pub fn list(&self, after: u64, asker: &[u8; 32], most: usize) -> (Vec<(u64, Row)>, u64) {
        let mut found = Vec::new();
        for (number, row) in self.rows.range(after.saturating_add(1)..) {
            if row.origin == *asker {
                continue;
            }
            if found.len() == most {
                return (found, *number - 1);
            }
            found.push((*number, *row));
        }
        (found, self.frontier)
    }

    /// The numbers of all parcels, rising.
    #[must_use]
    pub fn numbers(&self) -> Vec<u64> {
        self.rows.keys().copied().collect()
    }

    /// A row.
    #[must_use]
    pub fn row(&self, number: u64) -> Option<&Row> {
        self.rows.get(&number)
    }

    /// All policies' numbers that were read but not yet verified.
    #[must_use]
    pub fn policy_rows(&self, after: u64) -> Vec<u64> {
        let rows = self.rows.range(after.saturating_add(1)..);
        rows.filter(|(_, row)| row.mailbox.kind == Kind::Policy).map(|(n, _)| *n).collect()
    }
}

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
