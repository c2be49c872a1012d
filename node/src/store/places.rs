//! Where an entry is, by its id: an index that costs little to write.
//!
//! Ids are as good as random, so an index by id would change another page with every entry, and a
//! changed page is encrypted anew. Here the index holds 8 bytes of a keyed hash instead of 32 of
//! the id, and the newest entries are not in it at all, but in a tail in the order of their rows.
//! When the tail has grown, it is merged into the index in the order of the hashes, so that many
//! entries share each page. The tail is also kept in memory, where it is searched.
//!
//! Two entries may have one hash: the full id decides. The hash has a secret key, so that nobody
//! can make entries that have.

use std::collections::BTreeSet;

use mundi_engine::EntryId;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::row::unsigned;
use super::{Reader, StoreError, Tx};
use crate::limits;

/// The name of the setting that holds the key of the hash.
const KEY: &str = "store.places";

/// The index, as far as it is in memory.
pub(super) struct Places {
    key: [u8; 32],
    /// (hash, row) of the entries in the tail; `None` until somebody asks.
    tail: Option<BTreeSet<(i64, i64)>>,
    /// How many are in the index; counted with the tail.
    merged: u64,
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
        Ok(Self { key, tail: None, merged: 0 })
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
    fn tail(&mut self, db: &Connection) -> Result<&mut BTreeSet<(i64, i64)>, StoreError> {
        if self.tail.is_none() {
            let mut read = db.prepare_cached("SELECT h8, row FROM place_tail")?;
            let rows = read.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            self.tail = Some(rows.collect::<Result<_, _>>()?);
            let merged: Option<i64> = db
                .query_row("SELECT value FROM setting WHERE name = ?1", [MERGED], |row| {
                    row.get::<_, [u8; 8]>(0).map(i64::from_le_bytes)
                })
                .optional()?;
            self.merged = merged.map_or(0, unsigned);
        }
        Ok(self.tail.get_or_insert_default())
    }
}

/// The name of the setting that holds how many entries the index has.
const MERGED: &str = "store.merged";

impl Reader {
    /// What is kept in memory of the index does not hold any more.
    pub(super) fn forget_places(&self) {
        self.places.borrow_mut().tail = None;
    }

    /// The row of an entry.
    pub(super) fn place(&self, id: &EntryId) -> Result<Option<i64>, StoreError> {
        let mut places = self.places.borrow_mut();
        let hash = places.hash(id);
        let tail = places.tail(&self.db)?;
        for (_, row) in tail.range((hash, i64::MIN)..=(hash, i64::MAX)) {
            if self.has_id(*row, id)? {
                return Ok(Some(*row));
            }
        }
        let mut find = self.db.prepare_cached("SELECT row FROM place WHERE h8 = ?1")?;
        let mut rows = find.query([hash])?;
        while let Some(found) = rows.next()? {
            let row = found.get(0)?;
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
}

impl Tx<'_> {
    /// Writes down where a new entry is.
    pub(super) fn add_place(&self, id: &EntryId, row: i64) -> Result<(), StoreError> {
        let mut places = self.places.borrow_mut();
        let hash = places.hash(id);
        let mut add = self.db.prepare_cached("INSERT INTO place_tail (row, h8) VALUES (?1, ?2)")?;
        add.execute([row, hash])?;
        places.tail(&self.db)?.insert((hash, row));
        Ok(())
    }

    /// Entries that are going: rows with their hashes.
    pub(super) fn remove_places(&self, mut gone: Vec<(i64, i64)>) -> Result<(), StoreError> {
        if gone.is_empty() {
            return Ok(());
        }
        gone.sort_unstable();
        let mut places = self.places.borrow_mut();
        let mut tail = self.db.prepare_cached("DELETE FROM place_tail WHERE row = ?1")?;
        let mut index = self.db.prepare_cached("DELETE FROM place WHERE h8 = ?1 AND row = ?2")?;
        let mut merged = 0;
        for (hash, row) in gone {
            if places.tail(&self.db)?.remove(&(hash, row)) {
                tail.execute([row])?;
            } else {
                index.execute([hash, row])?;
                merged += 1;
            }
        }
        places.merged = places.merged.saturating_sub(merged);
        self.save_merged(places.merged)
    }

    fn save_merged(&self, merged: u64) -> Result<(), StoreError> {
        self.db.execute(
            "INSERT INTO setting (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            params![MERGED, merged.to_le_bytes()],
        )?;
        Ok(())
    }

    /// Merges the tail into the index when it has grown to its share.
    pub(super) fn merge_places_if_due(&self) -> Result<(), StoreError> {
        let mut places = self.places.borrow_mut();
        let share = usize::try_from(places.merged / limits::TAIL_PART).unwrap_or(usize::MAX);
        let due = share.clamp(limits::TAIL_LEAST, limits::TAIL_MOST);
        let Some(tail) = places.tail.as_mut().filter(|tail| tail.len() >= due) else {
            return Ok(());
        };
        let mut add = self.db.prepare_cached("INSERT INTO place (h8, row) VALUES (?1, ?2)")?;
        for (hash, row) in tail.iter() {
            add.execute([hash, row])?;
        }
        let count = tail.len() as u64;
        tail.clear();
        self.db.execute("DELETE FROM place_tail", [])?;
        places.merged = places.merged.saturating_add(count);
        self.save_merged(places.merged)
    }
}

#[cfg(test)]
mod tests {
    use mundi_engine::EntryId;

    use crate::store::{ConversationNo, DbKey, NewConversation, Store};

    fn id(n: u8) -> EntryId {
        EntryId([n; 32])
    }

    fn store() -> (tempfile::TempDir, Store, ConversationNo) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("db");
        let mut store = Store::create(&path, &DbKey::new(&[1; 32])).unwrap();
        let new = NewConversation {
            id: id(0),
            open: b"open",
            title: "",
            topic: None,
            opened_at: 0,
            device: None,
        };
        let number = store.write(|tx| tx.add_conversation(&new)).unwrap();
        store.write(|tx| tx.append(number, &[(id(1), b"1"), (id(2), b"2")])).unwrap();
        (folder, store, number)
    }

    #[test]
    fn of_two_entries_with_one_hash_the_full_id_decides() {
        let (_folder, mut store, number) = store();
        let first = number.rows().0;
        let hash = store.reader.places.borrow().hash(&id(2));
        // As if entries 0 and 1 had the hash of entry 2: one in the tail, one in the index.
        store
            .write(|tx| {
                let sql = "UPDATE place_tail SET h8 = ?1 WHERE row = ?2";
                tx.db.execute(sql, [hash, first + 1])?;
                tx.db.execute("INSERT INTO place (h8, row) VALUES (?1, ?2)", [hash, first])?;
                Ok(())
            })
            .unwrap();
        store.forget_places();
        assert_eq!(store.place(&id(2)).unwrap(), Some(first + 2));
        // And an id that has the hash, but is not there, is not found.
        let other = store.reader.places.borrow().hash(&id(9));
        store
            .write(|tx| {
                tx.db.execute("INSERT INTO place (h8, row) VALUES (?1, ?2)", [other, first])?;
                Ok(())
            })
            .unwrap();
        assert_eq!(store.place(&id(9)).unwrap(), None);
    }

    #[test]
    fn the_hash_of_an_id_differs_from_store_to_store() {
        let (_a, a, _) = store();
        let (_b, b, _) = store();
        let hash = |store: &Store| store.reader.places.borrow().hash(&id(1));
        assert_ne!(hash(&a), hash(&b));
    }

    #[test]
    fn work_that_fails_or_panics_leaves_no_place_in_memory() {
        let (_folder, mut store, number) = store();
        let thrown = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            store.write(|tx| {
                tx.append(number, &[(id(5), b"5")])?;
                assert!(tx.has_entry(&id(5))?);
                panic!("thrown")
            })
        }));
        assert!(thrown.map(|_: Result<(), _>| ()).is_err());
        assert_eq!(store.place(&id(5)).unwrap(), None);
        let tail = store.reader.places.borrow().tail.clone().unwrap();
        assert_eq!(tail.len(), 3);
    }
}
