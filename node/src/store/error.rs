//! What can go wrong with a store, and what to do about it.

use rusqlite::ErrorCode;

/// Why a store was not opened, read or written. Nothing is changed by what failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no file.
    #[error("there is no database here; make a home first")]
    Missing,
    /// There is a file already.
    #[error("there is a database here already; it was left as it is")]
    Present,
    /// SQLCipher cannot tell a wrong key from a file whose first page is damaged.
    #[error(
        "the database does not open: either this is not its key, or its first page is damaged. \
         If the key is right, restore the home from a backup, or recover it from the seed phrase \
         and an export"
    )]
    WrongKey,
    /// The key is right, and a part cannot be read.
    #[error(
        "the database is damaged ({0}). Copy the home as it is, then restore it from a backup, or \
         recover it from the seed phrase and an export; entries can be fetched from others again"
    )]
    Damaged(String),
    /// A later version wrote it.
    #[error(
        "the database has version {found}, this program knows versions up to {known}; use the \
         newer program"
    )]
    Newer {
        /// The version of the file.
        found: u32,
        /// The newest that this program knows.
        known: u32,
    },
    /// Somebody has it open. The number of the process, where the system tells.
    #[error("the home is in use by another process{}; end it, or wait for it", .pid.map(|pid| format!(" (number {pid})")).unwrap_or_default())]
    InUse {
        /// The process that has it open, where the system says.
        pid: Option<u32>,
    },
    /// No room on the disk.
    #[error("the disk is full; nothing was written. Make room, and do it again")]
    Full,
    /// The file, its folder or the disk may only be read.
    #[error(
        "the database can only be read: its file, its folder or the disk is read-only, or belongs \
         to somebody else"
    )]
    ReadOnly,
    /// The system refused to read or write.
    #[error("the disk failed, or a limit of the system was met; nothing was written: {0}")]
    Io(String),
    /// What is to be added is there already.
    #[error("there is such a {0} already")]
    Exists(&'static str),
    /// What is to be changed is not there.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Longer than a store takes.
    #[error("the {what} has {found} bytes, at most {most} are taken")]
    TooLong {
        /// What is too long.
        what: &'static str,
        /// Its bytes.
        found: u64,
        /// The bytes that are taken.
        most: u64,
    },
    /// An attachment is not what its hash says.
    #[error("the attachment is not what its hash says; fetch it again")]
    WrongHash,
    /// What gives or takes an attachment's bytes failed.
    #[error("an attachment's bytes could not be passed on: {0}")]
    Stream(#[from] std::io::Error),
    /// The system gave no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Chance(#[from] getrandom::Error),
    /// A step of a transaction failed before, and its error was not heeded.
    #[error("an earlier step of the same change failed; nothing was written")]
    HalfDone,
    /// An error of this program, not of the home.
    #[error("the database refused a command; this is an error in the program: {0}")]
    Internal(rusqlite::Error),
}

/// SQLite's extended code of a foreign key that leads nowhere.
const FOREIGN_KEY: i32 = rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY;

fn extended(error: &rusqlite::Error) -> i32 {
    error.sqlite_error().map_or(0, |failure| failure.extended_code)
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let Some(code) = error.sqlite_error_code() else {
            return match error {
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::Utf8Error(..) => Self::Damaged("a row does not fit".into()),
                other => Self::Internal(other),
            };
        };
        let text = || match &error {
            rusqlite::Error::SqliteFailure(failure, _) => failure.to_string(),
            other => other.to_string(),
        };
        match code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged(text()),
            // Every foreign key of the schema is a conversation's number.
            ErrorCode::ConstraintViolation if extended(&error) == FOREIGN_KEY => {
                Self::NotFound("conversation")
            }
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::InUse { pid: None },
            ErrorCode::DiskFull => Self::Full,
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::ReadOnly,
            ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => Self::Io(text()),
            _ => Self::Internal(error),
        }
    }
}
