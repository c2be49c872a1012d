//! The commands by which a store asks what SQLite itself does not ask of a file system: those of
//! `node/src/store/vfs.rs`.

use std::ffi::{CStr, CString, c_char, c_int};

use rusqlite::ffi;

use super::Shared;
use crate::state::{Refusal, State};

/// Answers `PRAGMA disk_…`; other commands are not for us.
///
/// # Safety
/// The name is null or ends with a NUL; the texts are those of `SQLITE_FCNTL_PRAGMA`.
pub(super) unsafe fn command(
    disk: &Shared,
    id: u64,
    name: *const c_char,
    texts: *mut *mut c_char,
) -> Result<c_int, Refusal> {
    // SAFETY: the second text is the command, which ends with a NUL.
    let command = unsafe { CStr::from_ptr(*texts.add(1)) };
    let Some(command) = command.to_str().ok().and_then(|text| text.strip_prefix("disk_")) else {
        return Ok(ffi::SQLITE_NOTFOUND);
    };
    if name.is_null() {
        return Ok(ffi::SQLITE_NOTFOUND);
    }
    // SAFETY: not null, so it ends with a NUL.
    let Ok(name) = unsafe { CStr::from_ptr(name) }.to_str() else {
        return Ok(ffi::SQLITE_NOTFOUND);
    };
    let Some(answer) = answered(&mut disk.state(), id, name, command)? else {
        return Ok(ffi::SQLITE_NOTFOUND);
    };
    // No NUL is in there.
    let answer = CString::new(answer).unwrap_or_default();
    // SAFETY: the format takes one text. SQLite frees what `sqlite3_mprintf` has made.
    unsafe { *texts = ffi::sqlite3_mprintf(c"%s".as_ptr(), answer.as_ptr()) };
    Ok(ffi::SQLITE_OK)
}

fn answered(
    state: &mut State,
    id: u64,
    name: &str,
    command: &str,
) -> Result<Option<String>, Refusal> {
    Ok(Some(match command {
        "length" => state.length(id)?.to_string(),
        "has_log" => u8::from(state.find(&format!("{name}-wal"))?.is_some()).to_string(),
        "sync_folder" => {
            state.sync_folder()?;
            "ok".to_owned()
        }
        "remove" => {
            for end in ["", "-wal", "-shm", "-journal"] {
                match state.delete(&format!("{name}{end}"), false) {
                    Ok(()) | Err(Refusal::Missing) => {}
                    Err(other) => return Err(other),
                }
            }
            "ok".to_owned()
        }
        _ => return Ok(None),
    }))
}
