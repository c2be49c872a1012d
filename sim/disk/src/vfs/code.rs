//! What SQLite is told.

use std::ffi::c_int;

use rusqlite::ffi;

use crate::locks::Level;
use crate::state::Refusal;

/// The code of an answer; a failing disk has another one for each thing that was asked.
pub(super) fn of(answer: Result<(), Refusal>, io: c_int) -> c_int {
    match answer {
        Ok(()) => ffi::SQLITE_OK,
        Err(Refusal::Io) => io,
        Err(Refusal::Full) => ffi::SQLITE_FULL,
        Err(Refusal::Missing) => ffi::SQLITE_CANTOPEN,
        Err(Refusal::Busy) => ffi::SQLITE_BUSY,
    }
}

/// The level of a lock.
pub(super) fn level(code: c_int) -> Level {
    match code {
        ffi::SQLITE_LOCK_NONE => Level::None,
        ffi::SQLITE_LOCK_SHARED => Level::Shared,
        ffi::SQLITE_LOCK_RESERVED => Level::Reserved,
        ffi::SQLITE_LOCK_PENDING => Level::Pending,
        _ => Level::Exclusive,
    }
}
