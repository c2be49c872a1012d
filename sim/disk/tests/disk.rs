//! The disk, as the real store meets it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::path::Path;

use common::{DB, Write, create, disk, fresh, key, open};
use mundi_disk::{Disk, Fault};
use mundi_node::store::{ConversationNo, DbKey, Store, StoreError};

const LOG: &str = "home/db-wal";

fn number(store: &Store) -> ConversationNo {
    store.conversations().unwrap()[0].number
}

/// Makes writes, from the n-th on.
fn write(store: &mut Store, writes: std::ops::Range<u64>) -> Result<(), StoreError> {
    let to = number(store);
    writes.into_iter().try_for_each(|nth| Write { nth, attempt: 0 }.make(store, to))
}

/// How many entries there are, besides `open`.
fn count(store: &Store) -> usize {
    store.entries(number(store)).map(Result::unwrap).count() - 1
}

fn expected(writes: std::ops::Range<u64>) -> usize {
    writes.map(|nth| Write { nth, attempt: 0 }.entries().len()).sum()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_write_goes_into_the_log_and_is_synced_before_it_is_acknowledged() {
    let disk = disk(1);
    let mut store = open(&disk).unwrap();
    let before = disk.bytes(DB).unwrap();
    write(&mut store, 1..4).unwrap();
    assert!(disk.bytes(LOG).unwrap().len() > 4_096);
    assert!(disk.bytes(DB).unwrap() == before);
    assert_eq!(disk.pending(), 0);
    store.close().unwrap();
    assert_eq!(disk.files(), [DB]);
    assert!(disk.bytes(DB).unwrap() != before);
}

#[test]
fn only_a_store_without_a_key_can_be_read_on_the_disk() {
    for (key, readable) in [(None, true), (Some(key()), false)] {
        let disk = Disk::new(1);
        let path = Path::new(DB);
        let mut store = Store::create_on(disk.vfs(), path, key.as_ref()).unwrap();
        store.write(|tx| tx.set_setting("name", b"a text to be found")).unwrap();
        drop(store);
        assert_eq!(contains(&disk.bytes(DB).unwrap(), b"a text to be found"), readable);
        let store = Store::open_on(disk.vfs(), path, key.as_ref()).unwrap();
        assert_eq!(store.setting("name").unwrap().unwrap(), b"a text to be found");
    }
}

#[test]
fn a_store_on_a_disk_is_refused_as_one_in_a_folder() {
    let disk = disk(1);
    let path = Path::new(DB);
    assert!(matches!(create(&disk), Err(StoreError::Present)));
    let elsewhere = Store::open_on(disk.vfs(), Path::new("db"), Some(&key()));
    assert!(matches!(elsewhere, Err(StoreError::Missing)));
    let other = Store::open_on(disk.vfs(), path, Some(&DbKey::new(&[8; 32])));
    assert!(matches!(other, Err(StoreError::WrongKey)));
    let mut image = fresh().clone();
    image.set(DB, Vec::new());
    let store = open(&disk).unwrap();
    assert!(matches!(open(&disk), Err(StoreError::InUse { pid: None })));
    drop(store);
    open(&disk).unwrap();
    disk.restore(&image);
    assert!(matches!(open(&disk), Err(StoreError::Damaged(_))));
    // The refused left everything as it was.
    assert!(disk.snapshot() == image);
}

#[test]
fn a_full_disk_loses_nothing_and_is_said() {
    let disk = disk(1);
    let mut store = open(&disk).unwrap();
    write(&mut store, 1..3).unwrap();
    disk.set_room(Some(
        disk.files().iter().map(|name| disk.bytes(name).unwrap().len()).sum::<usize>() as u64,
    ));
    for _ in 0..2 {
        assert!(matches!(write(&mut store, 3..4), Err(StoreError::Full)));
        assert_eq!(count(&store), expected(1..3));
    }
    disk.set_room(None);
    write(&mut store, 3..5).unwrap();
    disk.crash(1);
    drop(store);
    let mut store = open(&disk).unwrap();
    assert_eq!(count(&store), expected(1..5));
    store.check().unwrap();
}

#[test]
fn nothing_is_left_of_a_store_for_which_there_is_no_room() {
    for nth in 1..60 {
        for fault in [Fault::Full, Fault::Io] {
            let disk = Disk::new(nth);
            disk.fail_after(nth, fault);
            match create(&disk) {
                Ok(_) => continue,
                Err(StoreError::Full) => assert_eq!(fault, Fault::Full),
                Err(StoreError::Io(_)) => assert_eq!(fault, Fault::Io),
                Err(other) => panic!("step {nth}: {other}"),
            }
            assert!(disk.files().is_empty(), "step {nth}");
            create(&disk).unwrap();
        }
    }
}

#[test]
fn a_disk_that_can_only_be_read_loses_nothing_and_is_said() {
    let disk = disk(1);
    let mut store = open(&disk).unwrap();
    write(&mut store, 1..3).unwrap();
    disk.read_only(true);
    assert!(matches!(write(&mut store, 3..4), Err(StoreError::Io(_) | StoreError::ReadOnly)));
    assert_eq!(count(&store), expected(1..3));
    drop(store);
    let before = disk.snapshot();
    assert!(matches!(open(&disk), Err(StoreError::ReadOnly)));
    let new = Store::create_on(disk.vfs(), Path::new("new"), Some(&key()));
    assert!(matches!(new, Err(StoreError::ReadOnly)));
    assert!(disk.snapshot() == before);
    disk.read_only(false);
    let mut store = open(&disk).unwrap();
    assert_eq!(count(&store), expected(1..3));
    store.check().unwrap();
}

#[test]
fn a_backup_that_is_put_back_is_what_was_there() {
    let disk = disk(1);
    let mut store = open(&disk).unwrap();
    write(&mut store, 1..5).unwrap();
    // While the store is open: its log is part of the backup.
    let backup = disk.snapshot();
    assert!(backup.files().eq([DB, LOG]));
    write(&mut store, 5..9).unwrap();
    disk.restore(&backup);
    assert!(disk.snapshot() == backup);
    // Who had it open has it no more, and closing it changes nothing.
    assert!(matches!(write(&mut store, 9..10), Err(StoreError::Io(_))));
    drop(store);
    assert!(disk.snapshot() == backup);
    disk.crash(3);
    assert!(disk.snapshot() == backup);
    let mut store = open(&disk).unwrap();
    assert_eq!(count(&store), expected(1..5));
    store.check().unwrap();
}

#[test]
fn a_backup_of_one_disk_can_be_put_into_another() {
    let (here, there) = (disk(1), disk(2));
    let mut store = open(&here).unwrap();
    write(&mut store, 1..5).unwrap();
    there.restore(&here.snapshot());
    let mut copy = open(&there).unwrap();
    write(&mut copy, 5..7).unwrap();
    assert_eq!((count(&store), count(&copy)), (expected(1..5), expected(1..7)));
}

#[test]
fn what_is_open_is_dead_after_a_crash_and_its_closing_changes_nothing() {
    let disk = disk(1);
    let mut store = open(&disk).unwrap();
    write(&mut store, 1..3).unwrap();
    disk.crash(1);
    let before = disk.snapshot();
    assert!(matches!(write(&mut store, 3..4), Err(StoreError::Io(_))));
    let mut new = open(&disk).unwrap();
    drop(store);
    write(&mut new, 3..4).unwrap();
    assert_eq!(count(&new), expected(1..4));
    assert!(disk.files().len() == 2 && before.files().count() == 2);
}

#[test]
fn a_disk_outlives_its_holder_while_a_store_is_open_on_it() {
    let first = disk(1);
    let mut store = open(&first).unwrap();
    drop(first);
    let others: Vec<Disk> = (0..4).map(disk).collect();
    write(&mut store, 1..3).unwrap();
    assert_eq!(count(&store), expected(1..3));
    for other in &others {
        assert_eq!(count(&open(other).unwrap()), 0);
    }
    store.close().unwrap();
}

#[test]
fn the_time_is_what_the_disk_is_told() {
    let disk = Disk::new(1);
    disk.set_time(1_700_000_000_123);
    let db = rusqlite::Connection::open_with_flags_and_vfs(
        "x",
        rusqlite::OpenFlags::default(),
        disk.vfs(),
    )
    .unwrap();
    let sql = "SELECT strftime('%s', 'now')";
    let said: String = db.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(said, "1700000000");
}
