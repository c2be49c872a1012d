//! The versions of the schema, and how an older one becomes the newest.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::StoreError;

/// What makes each version out of the one before; the first out of an empty file. A version that
/// was released is never changed here: what it lacks is a new one.
pub(super) const MIGRATIONS: &[&str] =
    &[include_str!("schema/1.sql"), include_str!("schema/2.sql"), include_str!("schema/3.sql")];

/// The newest version.
pub const VERSION: u32 = 3;

/// What tells this program's files from others: "mndi".
const APPLICATION: i32 = 0x6d6e_6469;

/// The version of a file: 0 where it is empty.
fn version(db: &Connection) -> Result<u32, StoreError> {
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    u32::try_from(version).map_err(|_| StoreError::Damaged("its version is negative".into()))
}

/// Brings a file up to the newest version, in one transaction.
pub(super) fn migrate(db: &Connection, migrations: &[&str]) -> Result<(), StoreError> {
    let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    let found = version(db)?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    let application: i32 = db.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if found > 0 && application != APPLICATION {
        return Err(StoreError::Damaged("another program wrote it".into()));
    }
    if found == known {
        return Ok(());
    }
    let tx = Transaction::new_unchecked(db, TransactionBehavior::Immediate)?;
    for step in migrations.iter().skip(usize::try_from(found).unwrap_or(usize::MAX)) {
        tx.execute_batch(step)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION)?;
    tx.pragma_update(None, "user_version", known)?;
    tx.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{MIGRATIONS, VERSION, migrate};
    use crate::store::connection::{State, connect};
    use crate::store::ground::{Folder, Ground};
    use crate::store::{DbKey, Store, StoreError};

    fn key() -> DbKey {
        DbKey::new(&[5; 32])
    }

    fn new() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("db");
        (folder, path)
    }

    #[test]
    fn the_newest_version_is_the_number_of_migrations() {
        assert_eq!(VERSION as usize, MIGRATIONS.len());
    }

    #[test]
    fn an_older_version_becomes_the_newest_and_keeps_its_rows() {
        let (_folder, path) = new();
        Folder.make_file(&path).unwrap();
        let first = "CREATE TABLE a (n INTEGER); INSERT INTO a VALUES (7)";
        let second = "CREATE TABLE b (n INTEGER); INSERT INTO b SELECT n + 1 FROM a";
        let db = connect(&Folder, &path, Some(&key()), State::New).unwrap();
        migrate(&db, &[first]).unwrap();
        drop(db);
        for _ in 0..2 {
            let db = connect(&Folder, &path, Some(&key()), State::Old).unwrap();
            migrate(&db, &[first, second]).unwrap();
            let found: Vec<i64> = ["SELECT n FROM a", "SELECT n FROM b", "PRAGMA user_version"]
                .map(|sql| db.query_row(sql, [], |row| row.get(0)).unwrap())
                .into();
            assert_eq!(found, [7, 8, 2]);
        }
    }

    #[test]
    fn a_migration_that_fails_leaves_the_older_version() {
        let (folder, path) = new();
        Folder.make_file(&path).unwrap();
        let first = "CREATE TABLE a (n INTEGER)";
        let db = connect(&Folder, &path, Some(&key()), State::New).unwrap();
        migrate(&db, &[first]).unwrap();
        drop(db);
        let before = std::fs::read(&path).unwrap();
        let db = connect(&Folder, &path, Some(&key()), State::Old).unwrap();
        let bad = ["CREATE TABLE b (n INTEGER)", "CREATE TABLE a (n INTEGER)"];
        assert!(migrate(&db, &[first, bad[0], bad[1]]).is_err());
        drop(db);
        assert!(std::fs::read(&path).unwrap() == before);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_newer_version_is_refused_and_left_as_it_is() {
        let (folder, path) = new();
        drop(Store::create(&path, &key()).unwrap());
        let db = connect(&Folder, &path, Some(&key()), State::Old).unwrap();
        db.pragma_update(None, "user_version", VERSION + 3).unwrap();
        drop(db);
        let before = std::fs::read(&path).unwrap();
        let refused = Store::open(&path, &key());
        let newer = StoreError::Newer { found: VERSION + 3, known: VERSION };
        assert_eq!(refused.err().unwrap().to_string(), newer.to_string());
        assert!(std::fs::read(&path).unwrap() == before);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_of_another_program_is_refused() {
        let (_folder, path) = new();
        drop(Store::create(&path, &key()).unwrap());
        let db = connect(&Folder, &path, Some(&key()), State::Old).unwrap();
        db.pragma_update(None, "application_id", 1).unwrap();
        drop(db);
        assert!(matches!(Store::open(&path, &key()), Err(StoreError::Damaged(_))));
    }

    #[test]
    fn the_schema_is_sound_after_it_was_made() {
        let (_folder, path) = new();
        let store = Store::create(&path, &key()).unwrap();
        for sql in ["PRAGMA integrity_check", "PRAGMA quick_check"] {
            let said: String = store.reader.db.query_row(sql, [], |row| row.get(0)).unwrap();
            assert_eq!(said, "ok");
        }
        let wrong: i64 = store
            .reader
            .db
            .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(wrong, 0);
    }
}
