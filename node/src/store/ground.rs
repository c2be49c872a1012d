//! Where a store lies: all that is done to its files besides SQLite's own reading and writing.
//!
//! [`Folder`] is the real one. The other one (`vfs.rs`) is for tests only, and lies on a file
//! system that a test has given to SQLite.

use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::{StoreError, holder};

/// What holds the files of stores.
pub(super) trait Ground {
    /// Makes the file, empty. [`StoreError::Present`] where there is one.
    fn make_file(&self, path: &Path) -> Result<(), StoreError>;

    /// The bytes of the file. [`StoreError::Missing`] where there is none.
    fn length(&self, path: &Path) -> Result<u64, StoreError>;

    /// A connection to the file, of which nothing was read.
    fn open(&self, path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection>;

    /// Whether a write-ahead log lies beside the file, which the connection has not read yet.
    fn has_log(&self, path: &Path, db: &Connection) -> Result<bool, StoreError>;

    /// Makes sure that the folder knows of the new file after a loss of power.
    fn sync_folder(&self, path: &Path, db: &Connection) -> Result<(), StoreError>;

    /// Gives the files the mode that they should have.
    fn mend_modes(&self, path: &Path) -> Result<(), StoreError>;

    /// Takes away what a failed [`super::Store::create`] has made.
    fn remove_files(&self, path: &Path);

    /// The process that has a lock on the file, where the system tells.
    fn holder(&self, path: &Path) -> Option<u32>;
}

/// A folder of the system.
pub(super) struct Folder;

/// Read and written by its owner only. SQLite gives its other files the same mode.
const MODE: u32 = 0o600;

impl Ground for Folder {
    /// So that nobody else can ever read it, not even for a moment.
    fn make_file(&self, path: &Path) -> Result<(), StoreError> {
        let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(MODE).open(path);
        match made {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.kind() {
                std::io::ErrorKind::AlreadyExists => StoreError::Present,
                kind => of_file(kind, &error),
            }),
        }
    }

    fn length(&self, path: &Path) -> Result<u64, StoreError> {
        let found = std::fs::metadata(path).map_err(|error| of_file(error.kind(), &error))?;
        Ok(found.len())
    }

    fn open(&self, path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
        Connection::open_with_flags(path, flags)
    }

    fn has_log(&self, path: &Path, _: &Connection) -> Result<bool, StoreError> {
        Ok(files(path).get(1).is_some_and(|log| log.exists()))
    }

    fn sync_folder(&self, path: &Path, _: &Connection) -> Result<(), StoreError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        std::fs::File::open(folder.unwrap_or(Path::new(".")))
            .and_then(|folder| folder.sync_all())
            .map_err(|error| of_file(error.kind(), &error))
    }

    fn mend_modes(&self, path: &Path) -> Result<(), StoreError> {
        for file in files(path) {
            let Ok(found) = std::fs::metadata(&file) else { continue };
            if found.permissions().mode() & 0o777 != MODE {
                std::fs::set_permissions(&file, std::fs::Permissions::from_mode(MODE))
                    .map_err(|error| of_file(error.kind(), &error))?;
            }
        }
        Ok(())
    }

    fn remove_files(&self, path: &Path) {
        for file in files(path) {
            // What is not there needs no removing, and what stays is an empty file.
            let _gone = std::fs::remove_file(file);
        }
    }

    fn holder(&self, path: &Path) -> Option<u32> {
        holder::of(path)
    }
}

fn of_file(kind: std::io::ErrorKind, error: &std::io::Error) -> StoreError {
    match kind {
        std::io::ErrorKind::NotFound => StoreError::Missing,
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
            StoreError::ReadOnly
        }
        std::io::ErrorKind::StorageFull => StoreError::Full,
        _ => StoreError::Io(error.to_string()),
    }
}

/// The database's file and those that SQLite lays beside it.
fn files(path: &Path) -> [PathBuf; 4] {
    ["", "-wal", "-shm", "-journal"].map(|end| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        name.into()
    })
}
