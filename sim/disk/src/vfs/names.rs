//! What SQLite asks of a file system: names, time and chance.
//!
//! Every function here is called by SQLite alone, with the table that `slot` registered.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::Arc;

use rusqlite::ffi;

use super::open::{METHODS, RawFile};
use super::slot::Slot;
use super::{Shared, code};
use crate::state::{Opening, Refusal};

/// Days from the beginning of the Julian calendar to 1970, in ms.
const JULIAN_MS: i64 = 210_866_760_000_000;

/// The disk that a file system leads to; none, once it was dropped.
///
/// # Safety
/// The table is one that [`Slot`] registered.
unsafe fn disk(vfs: *mut ffi::sqlite3_vfs) -> Option<Arc<Shared>> {
    // SAFETY: the table lives for good, and its data is a slot, which does too.
    let slot = unsafe { &*(*vfs).pAppData.cast::<Slot>() };
    slot.disk()
}

/// A name as text; none where it is no UTF-8.
///
/// # Safety
/// The name is null, or ends with a NUL and outlives the answer.
unsafe fn text<'a>(name: *const c_char) -> Option<&'a str> {
    if name.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(name) }.to_str().ok()
}

fn opening(flags: c_int) -> Opening {
    let has = |flag| flags & flag != 0;
    let logs =
        ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_SUPER_JOURNAL | ffi::SQLITE_OPEN_WAL;
    Opening {
        create: has(ffi::SQLITE_OPEN_CREATE),
        exclusive: has(ffi::SQLITE_OPEN_EXCLUSIVE),
        write: has(ffi::SQLITE_OPEN_READWRITE),
        name_too: has(logs),
        delete_on_close: has(ffi::SQLITE_OPEN_DELETEONCLOSE),
    }
}

/// `xOpen`.
pub(super) unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives room for `szOsFile` bytes, which is the size of a `RawFile`. Without
    // methods, it is not closed.
    unsafe { (*file).pMethods = std::ptr::null() };
    // SAFETY: SQLite hands back the table, and a name that lives as long as the file is open.
    let (found, path) = unsafe { (disk(vfs), text(name)) };
    let Some(disk) = found else { return ffi::SQLITE_CANTOPEN };
    if path.is_none() && !name.is_null() {
        return ffi::SQLITE_CANTOPEN;
    }
    let opened = disk.state().open(path, opening(flags));
    let (id, write) = match opened {
        Ok(opened) => opened,
        Err(refusal) => return code::of(Err(refusal), ffi::SQLITE_IOERR),
    };
    let raw = RawFile {
        base: ffi::sqlite3_file { pMethods: &raw const METHODS },
        disk: Arc::into_raw(disk),
        id,
        name,
    };
    // SAFETY: as above: there is room for it, aligned to 8 bytes as SQLite promises.
    unsafe { file.cast::<RawFile>().write(raw) };
    if !out_flags.is_null() {
        let read_only = (flags & !ffi::SQLITE_OPEN_READWRITE) | ffi::SQLITE_OPEN_READONLY;
        // SAFETY: not null, so SQLite wants to be told.
        unsafe { *out_flags = if write { flags } else { read_only } };
    }
    ffi::SQLITE_OK
}

/// `xDelete`.
pub(super) unsafe extern "C" fn delete(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    sync: c_int,
) -> c_int {
    // SAFETY: SQLite hands back the table, and a name that ends with a NUL.
    let (Some(disk), Some(name)) = (unsafe { (disk(vfs), text(name)) }) else {
        return ffi::SQLITE_IOERR_DELETE;
    };
    match disk.state().delete(name, sync != 0) {
        Err(Refusal::Missing) => ffi::SQLITE_IOERR_DELETE_NOENT,
        answer => code::of(answer, ffi::SQLITE_IOERR_DELETE),
    }
}

/// `xAccess`. As in SQLite's own file system, an empty file is as good as none.
pub(super) unsafe extern "C" fn access(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite hands back the table, and a name that ends with a NUL.
    let (Some(disk), Some(name)) = (unsafe { (disk(vfs), text(name)) }) else {
        return ffi::SQLITE_IOERR_ACCESS;
    };
    let state = disk.state();
    let Ok(found) = state.find(name) else { return ffi::SQLITE_IOERR_ACCESS };
    let yes = match flags {
        ffi::SQLITE_ACCESS_EXISTS => found.is_some_and(|length| length > 0),
        ffi::SQLITE_ACCESS_READWRITE => found.is_some() && !state.faults.read_only,
        _ => found.is_some(),
    };
    // SAFETY: SQLite gives a place for the answer.
    unsafe { *out = c_int::from(yes) };
    ffi::SQLITE_OK
}

/// `xFullPathname`: names are taken as they are.
pub(super) unsafe extern "C" fn full_path(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    room: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: the name ends with a NUL.
    let name = unsafe { CStr::from_ptr(name) }.to_bytes_with_nul();
    if usize::try_from(room).is_ok_and(|room| name.len() <= room) {
        // SAFETY: SQLite gives so much room; it does not overlap with the name.
        unsafe { std::ptr::copy_nonoverlapping(name.as_ptr().cast(), out, name.len()) };
        ffi::SQLITE_OK
    } else {
        ffi::SQLITE_CANTOPEN
    }
}

/// `xRandomness`.
pub(super) unsafe extern "C" fn randomness(
    vfs: *mut ffi::sqlite3_vfs,
    length: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: SQLite hands back the table.
    let Some(disk) = (unsafe { disk(vfs) }) else { return 0 };
    let Ok(count) = usize::try_from(length) else { return 0 };
    // SAFETY: SQLite gives so much room, which is initialised.
    let bytes = unsafe { std::slice::from_raw_parts_mut(out.cast::<u8>(), count) };
    disk.state().random(bytes);
    length
}

/// `xSleep`: no time passes.
pub(super) unsafe extern "C" fn sleep(_: *mut ffi::sqlite3_vfs, microseconds: c_int) -> c_int {
    microseconds
}

/// `xCurrentTimeInt64`.
pub(super) unsafe extern "C" fn current_time_ms(
    vfs: *mut ffi::sqlite3_vfs,
    out: *mut ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: SQLite hands back the table.
    let Some(disk) = (unsafe { disk(vfs) }) else { return ffi::SQLITE_ERROR };
    let time = i64::try_from(disk.state().time).unwrap_or(i64::MAX);
    // SAFETY: SQLite gives a place for the answer.
    unsafe { *out = JULIAN_MS.saturating_add(time) };
    ffi::SQLITE_OK
}

/// `xCurrentTime`, of version 1, in days.
#[allow(clippy::float_arithmetic, reason = "SQLite's interface has a float here")]
pub(super) unsafe extern "C" fn current_time(vfs: *mut ffi::sqlite3_vfs, out: *mut f64) -> c_int {
    let mut ms = 0;
    // SAFETY: the table is SQLite's, and the place is ours.
    let said = unsafe { current_time_ms(vfs, &raw mut ms) };
    // SAFETY: SQLite gives a place for the answer.
    unsafe { *out = ms as f64 / 86_400_000.0 };
    said
}

/// `xGetLastError`: there is no more to be said.
pub(super) unsafe extern "C" fn last_error(
    _: *mut ffi::sqlite3_vfs,
    _: c_int,
    _: *mut c_char,
) -> c_int {
    0
}

/// `xDlOpen`: there is nothing to be loaded.
pub(super) unsafe extern "C" fn load(_: *mut ffi::sqlite3_vfs, _: *const c_char) -> *mut c_void {
    std::ptr::null_mut()
}

/// `xDlError`.
pub(super) unsafe extern "C" fn load_error(
    _: *mut ffi::sqlite3_vfs,
    room: c_int,
    out: *mut c_char,
) {
    if room > 0 {
        // SAFETY: SQLite gives so much room.
        unsafe { *out = 0 };
    }
}

/// `xDlSym`.
pub(super) unsafe extern "C" fn load_symbol(
    _: *mut ffi::sqlite3_vfs,
    _: *mut c_void,
    _: *const c_char,
) -> Option<unsafe extern "C" fn(*mut ffi::sqlite3_vfs, *mut c_void, *const c_char)> {
    None
}

/// `xDlClose`.
pub(super) unsafe extern "C" fn unload(_: *mut ffi::sqlite3_vfs, _: *mut c_void) {}
