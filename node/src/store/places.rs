//! Where an entry is, by its id: an index that costs little to write.
//!
//! Ids are as good as random, so an index by id would change another page with every entry, and a
//! changed page is encrypted anew. Here the index holds 8 bytes of a keyed hash instead of 32 of
//! the id, and the newest entries are not in it at all, but in a tail, in the order of their rows.
//! When the tail has grown, it is merged into the index in the order of the hashes, so that many
//! entries share each page. The tail is also kept in memory, where it is searched.
//!
//! The index is a row of `place` for each [`leaf`]; its key is the lowest hash that belongs to it,
//! and the first leaf's is the lowest number there is.
//!
//! Two entries may have one hash: the full id decides. The hash has a secret key, so that nobody
//! can make entries that have.

use mundi_engine::EntryId;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::filter::Filter;
use super::leaf::{self, Pair};
use super::row::unsigned;
use super::tail::Tail;
use super::{ConversationNo, Reader, StoreError, Tx};
use crate::limits;

/// The name of the setting that holds the key of the hash.
const KEY: &str = "store.places";

/// The name of the setting that holds how many entries the index has.
const MERGED: &str = "store.merged";

/// What finds the leaf of a hash.
const LEAF: &str = "SELECT h8, pairs FROM place WHERE h8 <= ?1 ORDER BY h8 DESC LIMIT 1";

/// What is kept in memory of the index.
pub(super) struct Places {
    key: [u8; 32],
    /// `None` until somebody asks.
    tail: Option<Tail>,
    /// How many are in the index; read with the tail.
    merged: u64,
    /// Made when the index was asked so often that it is worth it.
    filter: Option<Filter>,
    /// How often the index was asked without a filter.
    asked: u64,
}

impl Places {
    /// Reads the key of the hash, or makes it in a new store.
    pub(super) fn open(db: &Connection) -> Result<Self, StoreError> {
        let known = db
            .query_row("SELECT value FROM setting WHERE name = ?1", [KEY], |row| row.get(0))
            .optional()?;
        let key = match known {
            Some(key) => key,
            None => Self::new_key(db)?,
        };
        Ok(Self { key, tail: None, merged: 0, filter: None, asked: 0 })
    }

    fn new_key(db: &Connection) -> Result<[u8; 32], StoreError> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        db.execute("INSERT INTO setting (name, value) VALUES (?1, ?2)", params![KEY, key])?;
        Ok(key)
    }

    /// The keyed hash. Key and id have a fixed length, so SHA-256 over both is enough.
    pub(super) fn hash(&self, id: &EntryId) -> i64 {
        let digest = Sha256::new().chain_update(self.key).chain_update(id.0).finalize();
        let first = digest.first_chunk::<8>().copied().unwrap_or_default();
        i64::from_le_bytes(first)
    }

    /// The tail, read if it was not.
    fn tail(&mut self, db: &Connection) -> Result<&mut Tail, StoreError> {
        if self.tail.is_none() {
            let mut tail = Tail::default();
            let mut read = db.prepare_cached("SELECT row, hashes FROM place_tail")?;
            let mut rows = read.query([])?;
            while let Some(run) = rows.next()? {
                let hashes = run.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
                tail.add_run(run.get(0)?, hashes);
            }
            let merged: Option<i64> = db
                .query_row("SELECT value FROM setting WHERE name = ?1", [MERGED], |row| {
                    row.get::<_, [u8; 8]>(0).map(i64::from_le_bytes)
                })
                .optional()?;
            self.merged = merged.map_or(0, unsigned);
            self.tail = Some(tail);
        }
        Ok(self.tail.get_or_insert_default())
    }

    /// Whether the index may have a hash.
    fn may_have(&mut self, db: &Connection, hash: i64) -> Result<bool, StoreError> {
        if let Some(filter) = &self.filter {
            return Ok(filter.may_have(hash));
        }
        self.asked = self.asked.saturating_add(1);
        if self.merged > 0 && self.asked > self.merged / limits::FILTER_PART {
            self.filter = Some(self.new_filter(db)?);
            self.asked = 0;
        }
        Ok(true)
    }

    fn new_filter(&self, db: &Connection) -> Result<Filter, StoreError> {
        let mut filter = Filter::with_room(usize::try_from(self.merged).unwrap_or(usize::MAX));
        let mut read = db.prepare_cached("SELECT pairs FROM place")?;
        let mut rows = read.query([])?;
        while let Some(row) = rows.next()? {
            let bytes = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
            leaf::pairs(bytes).for_each(|(hash, _)| {
                filter.add(hash);
            });
        }
        Ok(filter)
    }

    /// Pairs have come into the index.
    fn filter_has(&mut self, new: &[Pair]) {
        let Some(filter) = &mut self.filter else { return };
        let mut room = true;
        for (hash, _) in new {
            room = filter.add(*hash);
        }
        if !room {
            // Another is made when there is need.
            self.filter = None;
        }
    }
}

impl Reader {
    /// What is kept in memory of the index does not hold any more.
    pub(super) fn forget_places(&self) {
        let mut places = self.places.borrow_mut();
        places.tail = None;
        // It may have been made while what is there again was deleted.
        places.filter = None;
    }

    /// The keyed hash of an id.
    pub(super) fn hash(&self, id: &EntryId) -> i64 {
        self.places.borrow().hash(id)
    }

    /// The row of an entry, whose hash is known.
    pub(super) fn place(&self, id: &EntryId, hash: i64) -> Result<Option<i64>, StoreError> {
        let in_tail: Vec<i64> = self.places.borrow_mut().tail(&self.db)?.find(hash).collect();
        for row in in_tail {
            if self.has_id(row, id)? {
                return Ok(Some(row));
            }
        }
        if !self.places.borrow_mut().may_have(&self.db, hash)? {
            return Ok(None);
        }
        let mut find = self.db.prepare_cached(LEAF)?;
        let mut rows = find.query([hash])?;
        let Some(found) = rows.next()? else { return Ok(None) };
        let pairs = found.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        for row in leaf::find(pairs, hash) {
            if self.has_id(row, id)? {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    fn has_id(&self, row: i64, id: &EntryId) -> Result<bool, StoreError> {
        let mut read = self.db.prepare_cached("SELECT id = ?2 FROM entry WHERE row = ?1")?;
        Ok(read.query_row(params![row, id.0], |row| row.get(0)).optional()?.unwrap_or(false))
    }

    /// How many entries the index and the tail have.
    pub(super) fn count_places(&self) -> Result<u64, StoreError> {
        let mut places = self.places.borrow_mut();
        let tail = places.tail(&self.db)?.len() as u64;
        Ok(places.merged.saturating_add(tail))
    }

    /// The leaf to which a hash belongs, and those after it; so many at most.
    fn leaves(&self, hash: i64, most: usize) -> Result<Vec<Leaf>, StoreError> {
        let mut read = self.db.prepare_cached(
            "SELECT h8, pairs FROM place
             WHERE h8 >= (SELECT max(h8) FROM place WHERE h8 <= ?1) ORDER BY h8 LIMIT ?2",
        )?;
        // One more: it says where the last one ends.
        let mut rows = read.query(params![hash, most.saturating_add(1) as i64])?;
        let mut leaves: Vec<Leaf> = Vec::with_capacity(most);
        while let Some(row) = rows.next()? {
            let key = row.get(0)?;
            if let Some(before) = leaves.last_mut() {
                before.next = Some(key);
            }
            if leaves.len() == most {
                break;
            }
            let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            leaves.push(Leaf { key, pairs: leaf::pairs(bytes).collect(), next: None });
        }
        if leaves.is_empty() {
            leaves.push(Leaf { key: i64::MIN, pairs: Vec::new(), next: None });
        }
        Ok(leaves)
    }
}

/// A leaf of the index.
struct Leaf {
    /// The lowest hash that belongs to it.
    key: i64,
    pairs: Vec<Pair>,
    /// The key of the next one.
    next: Option<i64>,
}

/// Those of sorted pairs that belong to a leaf, and the others.
fn part(pairs: &[Pair], next: Option<i64>) -> (&[Pair], &[Pair]) {
    let end = next.map_or(pairs.len(), |next| pairs.partition_point(|(hash, _)| *hash < next));
    pairs.split_at_checked(end).unwrap_or((pairs, &[]))
}

impl Tx<'_> {
    /// Remembers where a new entry is; [`Tx::add_places`] writes it down.
    pub(super) fn note_place(&self, hash: i64, row: i64) -> Result<(), StoreError> {
        self.places.borrow_mut().tail(&self.db)?.add(hash, row);
        Ok(())
    }

    /// Writes down where new entries are, which lie one after another from a row on.
    pub(super) fn add_places(&self, first: i64, hashes: &[u8]) -> Result<(), StoreError> {
        let sql = "INSERT INTO place_tail (row, hashes) VALUES (?1, ?2)";
        self.db.prepare_cached(sql)?.execute(params![first, hashes])?;
        Ok(())
    }

    /// Forgets where the entries of a conversation are.
    pub(super) fn remove_places(
        &self,
        conversation: ConversationNo,
        mut gone: Vec<Pair>,
    ) -> Result<(), StoreError> {
        let (first, end) = conversation.rows();
        self.db.execute("DELETE FROM place_tail WHERE row >= ?1 AND row < ?2", [first, end])?;
        let mut places = self.places.borrow_mut();
        let tail = places.tail(&self.db)?;
        gone.retain(|(hash, row)| !tail.remove(*hash, *row));
        gone.sort_unstable();
        let mut rest = &gone[..];
        while let Some((hash, _)) = rest.first() {
            for mut leaf in self.leaves(*hash, 1)? {
                let (here, others) = part(rest, leaf.next);
                leaf.pairs.retain(|pair| here.binary_search(pair).is_err());
                self.write_leaf(leaf.key, &leaf.pairs)?;
                rest = others;
            }
        }
        places.merged = places.merged.saturating_sub(gone.len() as u64);
        self.save_merged(places.merged)
    }

    /// Writes a leaf; one that has become empty goes, but for the first.
    fn write_leaf(&self, key: i64, pairs: &[Pair]) -> Result<(), StoreError> {
        if pairs.is_empty() && key != i64::MIN {
            self.db.prepare_cached("DELETE FROM place WHERE h8 = ?1")?.execute([key])?;
            return Ok(());
        }
        let sql = "INSERT OR REPLACE INTO place (h8, pairs) VALUES (?1, ?2)";
        self.db.prepare_cached(sql)?.execute(params![key, leaf::bytes(pairs)])?;
        Ok(())
    }

    /// Adds pairs to a leaf, and cuts it if it grows too large.
    fn merge_leaf(&self, mut leaf: Leaf, new: &[Pair]) -> Result<(), StoreError> {
        if new.is_empty() {
            return Ok(());
        }
        leaf.pairs.extend_from_slice(new);
        // Two sorted runs: the stable sort merges them.
        leaf.pairs.sort();
        for (nth, part) in leaf::cut(&leaf.pairs).into_iter().enumerate() {
            let lowest = part.first().map_or(leaf.key, |(hash, _)| *hash);
            self.write_leaf(if nth == 0 { leaf.key } else { lowest }, part)?;
        }
        Ok(())
    }

    fn save_merged(&self, merged: u64) -> Result<(), StoreError> {
        self.set_setting(MERGED, &merged.to_le_bytes())
    }

    /// Merges the tail into the index when it has grown to its share.
    pub(super) fn merge_places_if_due(&self) -> Result<(), StoreError> {
        let places = self.places.borrow();
        let share = usize::try_from(places.merged / limits::TAIL_PART).unwrap_or(usize::MAX);
        let due = share.clamp(limits::TAIL_LEAST, limits::TAIL_MOST);
        let is_due = places.tail.as_ref().is_some_and(|tail| tail.len() >= due);
        drop(places);
        if is_due { self.merge_places() } else { Ok(()) }
    }

    /// Merges the tail into the index.
    fn merge_places(&self) -> Result<(), StoreError> {
        let mut places = self.places.borrow_mut();
        let new = places.tail(&self.db)?.take();
        let mut rest = &new[..];
        while let Some((hash, _)) = rest.first() {
            for leaf in self.leaves(*hash, limits::LEAVES_AT_ONCE)? {
                let (here, others) = part(rest, leaf.next);
                self.merge_leaf(leaf, here)?;
                rest = others;
            }
        }
        places.filter_has(&new);
        self.db.execute("DELETE FROM place_tail", [])?;
        places.merged = places.merged.saturating_add(new.len() as u64);
        self.save_merged(places.merged)
    }
}

#[cfg(test)]
#[path = "places_tests.rs"]
mod tests;
