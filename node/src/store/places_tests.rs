//! Tests of `places.rs`.

use mundi_engine::EntryId;
use sha2::{Digest, Sha256};

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

/// An id as good as random.
fn scattered(n: u32) -> EntryId {
    EntryId(Sha256::digest(n.to_le_bytes()).into())
}

#[test]
fn with_many_leaves_and_a_filter_every_entry_is_found_and_no_other() {
    let (_folder, mut store, number) = store();
    let other = NewConversation {
        id: id(9),
        open: b"open",
        title: "",
        topic: None,
        opened_at: 0,
        device: None,
    };
    let other = store.write(|tx| tx.add_conversation(&other)).unwrap();
    let mut expected = 4;
    for round in 0..6u32 {
        for to in [number, other] {
            let first = round * 2_000 + if to == other { 1_000 } else { 0 };
            let ids: Vec<EntryId> = (first..first + 1_000).map(scattered).collect();
            let rows: Vec<(EntryId, &[u8])> = ids.iter().map(|id| (*id, &b"x"[..])).collect();
            assert_eq!(store.write(|tx| tx.append(to, &rows)).unwrap(), 1_000);
            // All are known now, in the tail or in the index.
            assert_eq!(store.write(|tx| tx.append(to, &rows)).unwrap(), 0);
            expected += 1_000;
        }
        store
            .write(|tx| {
                assert_eq!(tx.count_places()?, expected);
                tx.merge_places()
            })
            .unwrap();
        store.check().unwrap();
    }
    let known = |store: &Store| {
        (0..13_000).filter(|n| store.has_entry(&scattered(*n)).unwrap()).collect::<Vec<u32>>()
    };
    assert_eq!(known(&store), (0..12_000).collect::<Vec<_>>());
    assert!(store.reader.places.borrow().filter.is_some());
    // A filter that is made while they are deleted, and then they are not.
    let undone: Result<(), _> = store.write(|tx| {
        tx.remove_entries(number)?;
        tx.places.borrow_mut().filter = None;
        (0..2_000).try_for_each(|n| tx.has_entry(&scattered(n)).map(|_| ()))?;
        assert!(tx.places.borrow().filter.is_some());
        Err(StoreError::NotFound("reason"))
    });
    assert!(undone.is_err());
    assert_eq!(known(&store), (0..12_000).collect::<Vec<_>>());
    store.delete_conversation(number).unwrap();
    let left: Vec<u32> = (0..12_000).filter(|n| n / 1_000 % 2 == 1).collect();
    assert_eq!(known(&store), left);
    assert_eq!(store.count_places().unwrap(), 6_001);
    store.check().unwrap();
}
