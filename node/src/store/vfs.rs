//! A store on a file system that a test has given to SQLite. Not part of the program.
//!
//! What SQLite does not ask of a file system, the store asks of this one by commands, which the file
//! system answers before anything is read (`SQLITE_FCNTL_PRAGMA`), each with one text:
//!
//! | command | does | answer |
//! |---|---|---|
//! | `PRAGMA disk_length` | | bytes of the file |
//! | `PRAGMA disk_has_log` | | `1` where a file of its name and `-wal` is there, or `0` |
//! | `PRAGMA disk_sync_folder` | what was made and deleted is durable | `ok` |
//! | `PRAGMA disk_remove` | deletes the file and those that SQLite lays beside it | `ok` |

use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::ground::Ground;
use super::{DbKey, Store, StoreError};

/// The file system of a name, which is registered with SQLite.
struct Vfs<'a>(&'a str);

const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

fn ask(db: &Connection, command: &str) -> Result<String, StoreError> {
    Ok(db.query_row(&format!("PRAGMA {command}"), [], |row| row.get(0))?)
}

impl Vfs<'_> {
    /// A connection to a file that is there.
    fn look(&self, path: &Path) -> Result<Connection, StoreError> {
        self.open(path, FLAGS).map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::CannotOpen) => StoreError::Missing,
            _ => error.into(),
        })
    }
}

impl Ground for Vfs<'_> {
    fn make_file(&self, path: &Path) -> Result<(), StoreError> {
        match self.look(path) {
            Ok(_) => return Err(StoreError::Present),
            Err(StoreError::Missing) => {}
            Err(other) => return Err(other),
        }
        let made = self.open(path, FLAGS | OpenFlags::SQLITE_OPEN_CREATE);
        match made {
            Ok(_) => Ok(()),
            // The name is free, so nothing may be made there.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::CannotOpen) => {
                Err(StoreError::ReadOnly)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn length(&self, path: &Path) -> Result<u64, StoreError> {
        let said = ask(&self.look(path)?, "disk_length")?;
        said.parse().map_err(|_| StoreError::Io(format!("a file of {said} bytes")))
    }

    fn open(&self, path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
        Connection::open_with_flags_and_vfs(path, flags, self.0)
    }

    fn has_log(&self, _: &Path, db: &Connection) -> Result<bool, StoreError> {
        Ok(ask(db, "disk_has_log")? == "1")
    }

    fn sync_folder(&self, _: &Path, db: &Connection) -> Result<(), StoreError> {
        ask(db, "disk_sync_folder").map(drop)
    }

    fn mend_modes(&self, _: &Path) -> Result<(), StoreError> {
        Ok(())
    }

    fn remove_files(&self, path: &Path) {
        if let Ok(db) = self.look(path) {
            // Where the disk has failed, what it holds stays.
            let _gone = ask(&db, "disk_remove");
        }
    }

    fn holder(&self, _: &Path) -> Option<u32> {
        None
    }
}

impl Store {
    /// [`Store::create`] on a file system of this name; without a key, one without encryption.
    ///
    /// # Errors
    /// As [`Store::create`].
    pub fn create_on(vfs: &str, path: &Path, key: Option<&DbKey>) -> Result<Self, StoreError> {
        Self::create_as(&Vfs(vfs), path, key)
    }

    /// [`Store::open`] on a file system of this name.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_on(vfs: &str, path: &Path, key: Option<&DbKey>) -> Result<Self, StoreError> {
        Self::open_as(&Vfs(vfs), path, key)
    }
}
