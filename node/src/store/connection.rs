//! The connection: the lock, the key, and every setting.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::ground::Ground;
use super::started::started;
use super::{DbKey, StoreError};
use crate::limits;

/// Whether a file is expected to hold something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It was made just now, and is empty.
    New,
    /// It is somebody's store.
    Old,
}

/// How pages are encrypted. It is not written in the file, so it is the same for good, on every
/// machine: version 4 of SQLCipher (AES-256-CBC, 4 KiB pages), each page under HMAC-SHA256. A
/// processor with instructions for SHA-256, as nearly all have, does that twice as fast as
/// SQLCipher's own choice, SHA-512; one without is a quarter slower at writing.
const CIPHER: &str = "PRAGMA cipher_compatibility = 4;
    PRAGMA cipher_hmac_algorithm = HMAC_SHA256;";

/// Opens the file, takes the lock, gives the key and reads the first page. Nothing is written to a
/// file that is [`State::Old`], not even when the connection is closed again.
pub(super) fn connect(
    ground: &dyn Ground,
    path: &Path,
    key: Option<&DbKey>,
    state: State,
) -> Result<Connection, StoreError> {
    started()?;
    let length = ground.length(path)?;
    if state == State::Old && length == 0 {
        return Err(StoreError::Damaged("it is empty".into()));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = ground.open(path, flags).map_err(|error| of_opening(error, ground, path))?;
    if db.is_readonly("main")? {
        return Err(StoreError::ReadOnly);
    }
    // What a killed process left in its log is only moved once the store is found good. Without a
    // log, closing has nothing to move, and takes away the empty one that opening makes.
    let left = ground.has_log(path, &db)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, left)?;
    if let Some(key) = key {
        // SQLCipher would print what it meets to standard error.
        db.execute_batch("PRAGMA cipher_log_level = NONE;")?;
        db.execute_batch(&key.command()).map_err(|_| StoreError::WrongKey)?;
        db.execute_batch(CIPHER)?;
    }
    db.busy_timeout(Duration::from_millis(limits::LOCK_WAIT_MS))?;
    db.execute_batch("PRAGMA locking_mode = EXCLUSIVE;")?;
    read_first_page(&db, ground, path)?;
    configure(&db)?;
    Ok(db)
}

/// Whether the key fits, and nobody else has the file.
fn read_first_page(db: &Connection, ground: &dyn Ground, path: &Path) -> Result<(), StoreError> {
    let read = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
    match read {
        Ok(_) => Ok(()),
        Err(error) => Err(of_opening(error, ground, path)),
    }
}

fn of_opening(error: rusqlite::Error, ground: &dyn Ground, path: &Path) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::WrongKey,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::InUse { pid: ground.holder(path) }
        }
        // The file is there, so it may not be read, or its log may not be made beside it.
        Some(ErrorCode::CannotOpen) => StoreError::ReadOnly,
        _ => error.into(),
    }
}

/// The settings of a connection; each says why in `spec/store.md`.
fn configure(db: &Connection) -> Result<(), StoreError> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // Else every statement with a bound LIMIT is prepared anew each time that it is used.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.execute_batch(&format!(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA temp_store = MEMORY;
         PRAGMA secure_delete = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA mmap_size = 0;
         PRAGMA cache_size = -{};
         PRAGMA wal_autocheckpoint = {};",
        limits::CACHE_KIB,
        limits::WAL_PAGES
    ))?;
    db.set_prepared_statement_cache_capacity(128);
    Ok(())
}

/// After a store was opened and found good: its log is moved into the database at the end, and its
/// mode is mended.
pub(super) fn settle(db: &Connection, ground: &dyn Ground, path: &Path) -> Result<(), StoreError> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    ground.mend_modes(path)
}
