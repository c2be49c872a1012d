//! What a store says when it cannot be opened or written, and that it changes nothing then.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use mundi_engine::EntryId;
use mundi_node::store::{ConversationNo, DbKey, NewAttachment, NewConversation, Store, StoreError};

fn key() -> DbKey {
    DbKey::new(&[7; 32])
}

/// The store's error, or a failed test.
fn error(opened: Result<Store, StoreError>) -> StoreError {
    match opened {
        Err(error) => error,
        Ok(_) => panic!("it opened"),
    }
}

fn id(n: u32) -> EntryId {
    let mut bytes = [n as u8; 32];
    bytes[..4].copy_from_slice(&n.to_be_bytes());
    EntryId(bytes)
}

fn begin(store: &mut Store) -> ConversationNo {
    let new = NewConversation {
        id: id(0),
        open: b"open",
        title: "t",
        topic: None,
        opened_at: 0,
        device: None,
    };
    store.write(|tx| tx.add_conversation(&new)).unwrap()
}

/// A folder with a store of so many entries, one transaction each, closed.
fn home(entries: u32) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("db");
    let mut store = Store::create(&db, &key()).unwrap();
    let number = begin(&mut store);
    for n in 1..=entries {
        store.write(|tx| tx.append(number, &[(id(n), &[1; 500])])).unwrap();
    }
    store.close().unwrap();
    (folder, db)
}

/// All files of a folder: name, mode, bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.unwrap().path();
        let mode = path.metadata().unwrap().permissions().mode();
        let bytes = std::fs::read(&path).unwrap();
        (path, (mode, bytes))
    };
    std::fs::read_dir(folder).unwrap().map(read).collect()
}

/// A copy of the files as they are while a store is open: what a killed process leaves behind. By
/// another process, as reading them here would drop the lock.
fn snatch(db: &Path) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let copied = std::process::Command::new("cp")
        .args(["-a", db.to_str().unwrap(), &format!("{}-wal", db.display())])
        .arg(folder.path())
        .status();
    assert!(copied.unwrap().success());
    let db = folder.path().join("db");
    (folder, db)
}

#[test]
fn all_files_belong_to_their_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("db");
    let mut store = Store::create(&db, &key()).unwrap();
    begin(&mut store);
    let modes = |folder: &Path| -> Vec<(String, u32)> {
        let mut all: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|e| {
                let mode = e.metadata().unwrap().permissions().mode() & 0o777;
                (e.file_name().into_string().unwrap(), mode)
            })
            .collect();
        all.sort();
        all
    };
    assert_eq!(modes(folder.path()), [("db".into(), 0o600), ("db-wal".into(), 0o600)]);
    store.close().unwrap();
    assert_eq!(modes(folder.path()), [("db".into(), 0o600)]);
    // Somebody made it readable for all: opening mends it.
    std::fs::set_permissions(&db, std::fs::Permissions::from_mode(0o644)).unwrap();
    let mut store = Store::open(&db, &key()).unwrap();
    store.write(|tx| tx.set_setting("a", b"b")).unwrap();
    assert!(modes(folder.path()).iter().all(|(_, mode)| *mode == 0o600));
}

#[test]
fn a_store_that_is_there_is_not_made_again_and_one_that_is_not_is_not_opened() {
    let (folder, db) = home(1);
    let before = files(folder.path());
    assert!(matches!(error(Store::create(&db, &key())), StoreError::Present));
    let other = folder.path().join("other");
    assert!(matches!(error(Store::open(&other, &key())), StoreError::Missing));
    let nowhere = folder.path().join("no/folder/db");
    assert!(matches!(error(Store::create(&nowhere, &key())), StoreError::Missing));
    assert!(files(folder.path()) == before);
}

#[test]
fn a_wrong_key_opens_nothing_and_changes_nothing() {
    let (folder, db) = home(3);
    let before = files(folder.path());
    for wrong in [[0; 32], [8; 32]] {
        let refused = error(Store::open(&db, &DbKey::new(&wrong)));
        assert!(matches!(refused, StoreError::WrongKey), "{refused}");
    }
    assert!(files(folder.path()) == before);
    assert!(Store::open(&db, &key()).is_ok());
}

#[test]
fn a_wrong_key_leaves_the_log_of_a_killed_process_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("db");
    let mut store = Store::create(&db, &key()).unwrap();
    let number = begin(&mut store);
    store.write(|tx| tx.append(number, &[(id(1), &[1; 500])])).unwrap();
    let (copy, db) = snatch(&db);
    let before = files(copy.path());
    assert_eq!(before.len(), 2);
    assert!(matches!(error(Store::open(&db, &DbKey::new(&[8; 32]))), StoreError::WrongKey));
    assert!(files(copy.path()) == before);
    assert!(Store::open(&db, &key()).unwrap().has_entry(&id(1)).unwrap());
}

#[test]
fn a_damaged_first_page_is_told_as_a_wrong_key_and_others_as_damage() {
    let (folder, db) = home(200);
    let whole = std::fs::read(&db).unwrap();
    assert!(whole.len() > 20 * 4096);
    let mut first = whole.clone();
    first[100] ^= 1;
    std::fs::write(&db, &first).unwrap();
    let before = files(folder.path());
    assert!(matches!(error(Store::open(&db, &key())), StoreError::WrongKey));
    assert!(files(folder.path()) == before);

    // A flipped bit in any other page is met when the page is read.
    let mut met = 0;
    for page in (1..whole.len() / 4096).step_by(3) {
        let mut damaged = whole.clone();
        damaged[page * 4096 + 1_000] ^= 1;
        std::fs::write(&db, &damaged).unwrap();
        let found = Store::open(&db, &key()).and_then(|store| {
            for n in 1..=200 {
                let kept = store.entry(&id(n))?;
                assert_eq!(kept.unwrap().bytes, [1; 500]);
            }
            store.conversations()
        });
        match found {
            Err(StoreError::Damaged(_)) => met += 1,
            Err(other) => panic!("page {page}: {other}"),
            Ok(_) => {}
        }
    }
    assert!(met >= 5, "{met}");
}

#[test]
fn what_is_no_store_is_refused_and_left_as_it_is() {
    let (folder, db) = home(1);
    let whole = std::fs::read(&db).unwrap();
    let clear = [&b"SQLite format 3\0"[..], &[0; 8176]].concat();
    let cases: [(&str, &[u8]); 4] =
        [("empty", b""), ("short", &whole[..100]), ("text", &[b'x'; 5000]), ("clear", &clear)];
    for (name, bytes) in cases {
        std::fs::write(&db, bytes).unwrap();
        let before = files(folder.path());
        let refused = error(Store::open(&db, &key()));
        let said = matches!(refused, StoreError::WrongKey | StoreError::Damaged(_));
        assert!(said, "{name}: {refused:?}");
        assert!(files(folder.path()) == before, "{name}");
    }
}

#[test]
fn a_cut_file_is_damaged_and_left_as_it_is() {
    let (folder, db) = home(200);
    let whole = std::fs::read(&db).unwrap();
    let keep = whole.len() / 4096 / 2;
    std::fs::write(&db, &whole[..keep * 4096]).unwrap();
    let before = files(folder.path());
    let met = Store::open(&db, &key())
        .and_then(|store| (0..200).try_for_each(|n| store.entry(&id(n)).map(|_| ())));
    assert!(matches!(met, Err(StoreError::Damaged(_))), "{met:?}");
    assert!(files(folder.path()) == before);
}

#[test]
fn a_second_opening_says_that_the_home_is_in_use() {
    let (_folder, db) = home(1);
    let first = Store::open(&db, &key()).unwrap();
    let refused = error(Store::open(&db, &key()));
    assert!(matches!(refused, StoreError::InUse { .. }), "{refused}");
    assert!(first.has_entry(&id(1)).unwrap());
    drop(first);
    assert!(Store::open(&db, &key()).is_ok());
}

#[test]
fn an_error_says_what_to_do() {
    let all = [
        StoreError::Missing,
        StoreError::Present,
        StoreError::WrongKey,
        StoreError::Damaged("a row does not fit".into()),
        StoreError::Newer { found: 9, known: 1 },
        StoreError::InUse { pid: Some(12) },
        StoreError::InUse { pid: None },
        StoreError::Full,
        StoreError::ReadOnly,
        StoreError::Io("disk I/O error".into()),
    ];
    let texts: Vec<String> = all.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(texts.join("\n"));
}

/// A database and the log of a killed process beside it: so many writes of two entries each.
struct Killed {
    number: ConversationNo,
    data: Vec<u8>,
    log: Vec<u8>,
    folder: tempfile::TempDir,
}

const WRITES: u32 = 12;

impl Killed {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("db");
        let mut store = Store::create(&db, &key()).unwrap();
        let number = begin(&mut store);
        store.cut_log().unwrap();
        for n in 1..=WRITES {
            let pair = [(id(2 * n), &[1; 3_000][..]), (id(2 * n + 1), &[2; 3_000][..])];
            store.write(|tx| tx.append(number, &pair)).unwrap();
        }
        let (folder, db) = snatch(&db);
        let log = std::fs::read(folder.path().join("db-wal")).unwrap();
        Self { number, data: std::fs::read(db).unwrap(), log, folder }
    }

    /// Opens it with another log, and says how many writes are there, all of them whole, and none
    /// without the earlier ones.
    fn writes(&self, log: &[u8]) -> u32 {
        let db = self.folder.path().join("db");
        std::fs::write(&db, &self.data).unwrap();
        std::fs::write(self.folder.path().join("db-wal"), log).unwrap();
        let mut store = Store::open(&db, &key()).unwrap();
        let ids: Vec<EntryId> = store.entries(self.number).map(|e| e.unwrap().0).collect();
        let count = u32::try_from(ids.len()).unwrap();
        assert_eq!(count % 2, 1, "half a transaction");
        let expected: Vec<EntryId> = std::iter::once(id(0)).chain((2..=count).map(id)).collect();
        assert_eq!(ids, expected);
        assert!(ids.iter().all(|id| store.has_entry(id).unwrap()));
        let row = store.conversation(self.number).unwrap().unwrap();
        assert_eq!(row.entries, u64::from(count));
        store.check().unwrap();
        count / 2
    }
}

#[test]
fn a_cut_log_loses_the_last_writes_only() {
    let killed = Killed::new();
    let mut most = 0;
    for cut in (0..=killed.log.len()).step_by(1_999).chain([killed.log.len()]) {
        let writes = killed.writes(&killed.log[..cut]);
        assert!(writes >= most, "{cut}");
        most = writes;
    }
    assert_eq!(most, WRITES);
}

#[test]
fn a_damaged_log_loses_the_writes_from_there_on_only() {
    let killed = Killed::new();
    let mut least = WRITES;
    for place in (0..killed.log.len()).step_by(2_477).collect::<Vec<_>>().into_iter().rev() {
        let mut log = killed.log.clone();
        log[place] ^= 4;
        let writes = killed.writes(&log);
        assert!(writes <= least, "{place}");
        least = writes;
    }
    assert_eq!(least, 0);
}

#[test]
fn a_change_of_which_a_step_failed_is_not_committed_even_if_the_error_is_hidden() {
    let (_folder, db) = home(1);
    let mut store = Store::open(&db, &key()).unwrap();
    let wrong = NewAttachment { hash: Some([0; 32]), conversation: None, name: "f", at: 0 };
    let hidden = store.write(|tx| {
        tx.set_setting("a", b"b")?;
        Ok(tx.add_attachment(&wrong, &mut &b"bytes"[..]).is_ok())
    });
    assert!(matches!(hidden, Err(StoreError::HalfDone)));
    assert_eq!(store.setting("a").unwrap(), None);
    assert!(store.attachments().unwrap().is_empty());
    // A step that fails before it has changed anything spoils nothing.
    let number = store.conversations().unwrap()[0].number;
    store.delete_conversation(number).unwrap();
    let kept = store.write(|tx| {
        tx.set_setting("a", b"b")?;
        Ok(tx.append(number, &[(id(7), b"x")]).is_ok())
    });
    assert!(!kept.unwrap());
    assert_eq!(store.setting("a").unwrap().unwrap(), b"b");
}
