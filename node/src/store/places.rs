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
}

impl Reader {
    /// What is kept in memory of the index does not hold any more.
    pub(super) fn forget_places(&self) {
        self.places.borrow_mut().tail = None;
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
        self.db.execute("DELETE FROM place_tail", [])?;
        places.merged = places.merged.saturating_add(new.len() as u64);
        self.save_merged(places.merged)
    }
}

#[cfg(test)]
mod tests {
    use mundi_engine::EntryId;

    use crate::store::{ConversationNo, DbKey, NewConversation, Store, StoreError};

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
        let place = |store: &Store, n| store.place(&id(n), store.hash(&id(n))).unwrap();
        // As if entries 0 and 1, and an entry that is not there, had the hash of entry 2.
        let hash = store.hash(&id(2));
        for merged in [false, true] {
            store
                .write(|tx| {
                    tx.note_place(hash, first)?;
                    tx.note_place(hash, first + 1)?;
                    tx.note_place(tx.hash(&id(9)), first)?;
                    if merged { tx.merge_places() } else { Ok(()) }
                })
                .unwrap();
            assert_eq!(place(&store, 2), Some(first + 2));
            assert_eq!(place(&store, 9), None);
        }
    }

    #[test]
    fn the_hash_of_an_id_differs_from_store_to_store() {
        let (_a, a, _) = store();
        let (_b, b, _) = store();
        let hash = |store: &Store| store.hash(&id(1));
        assert_ne!(hash(&a), hash(&b));
    }

    #[test]
    fn merged_entries_are_found_deleted_and_counted_like_others() {
        let (_folder, mut store, number) = store();
        let failed: Result<(), _> = store.write(|tx| {
            tx.append(number, &[(id(3), b"3")])?;
            tx.merge_places()?;
            assert!(tx.has_entry(&id(1))? && tx.has_entry(&id(3))?);
            Err(StoreError::NotFound("reason"))
        });
        assert!(failed.is_err());
        let sizes = |store: &Store| {
            let count = |sql| store.reader.db.query_row(sql, [], |row| row.get(0)).unwrap();
            let rows: [i64; 2] = [
                "SELECT coalesce(sum(length(pairs)), 0) / 16 FROM place",
                "SELECT coalesce(sum(length(hashes)), 0) / 8 FROM place_tail",
            ]
            .map(count);
            store.reader.places.borrow_mut().tail(&store.reader.db).unwrap();
            (rows, store.reader.places.borrow().merged)
        };
        assert_eq!(sizes(&store), ([0, 3], 0));
        assert!(store.has_entry(&id(1)).unwrap() && !store.has_entry(&id(3)).unwrap());
        store
            .write(|tx| {
                assert_eq!(tx.count_places()?, 3);
                tx.merge_places()
            })
            .unwrap();
        assert_eq!(sizes(&store), ([3, 0], 3));
        store.write(|tx| tx.append(number, &[(id(1), b"1"), (id(4), b"4")])).unwrap();
        assert_eq!(sizes(&store), ([3, 1], 3));
        store.forget_places();
        assert_eq!(store.entry(&id(2)).unwrap().unwrap().bytes, b"2");
        store.delete_conversation(number).unwrap();
        assert_eq!(sizes(&store), ([0, 0], 0));
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
        assert!(!store.has_entry(&id(5)).unwrap());
        assert_eq!(store.count_places().unwrap(), 3);
    }
}
