//! What SQLite asks of an open file.
//!
//! The methods are those of version 1: without shared memory, and without mapping files into
//! memory. SQLite keeps a write-ahead log all the same, where a connection has the file for itself
//! (`locking_mode = EXCLUSIVE`), as stores have.

use std::ffi::{c_char, c_int, c_void};
use std::sync::Arc;

use rusqlite::ffi;

use super::{Shared, ask, code};
use crate::limits::SECTOR_BYTES;
use crate::state::Refusal;

/// An open file, as SQLite keeps it: the beginning is SQLite's, the rest is ours.
#[repr(C)]
pub(super) struct RawFile {
    pub(super) base: ffi::sqlite3_file,
    /// From an [`Arc`], which `xClose` gives back.
    pub(super) disk: *const Shared,
    pub(super) id: u64,
    /// SQLite keeps it for as long as the file is open; null for one without a name.
    pub(super) name: *const c_char,
}

/// The methods of every open file.
pub(super) static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 1,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: None,
    xShmLock: None,
    xShmBarrier: None,
    xShmUnmap: None,
    xFetch: None,
    xUnfetch: None,
};

/// The disk of an open file, and its handle there.
///
/// # Safety
/// The file was opened by `names::open` and is not closed yet; the answer does not outlive that.
unsafe fn opened<'a>(file: *mut ffi::sqlite3_file) -> (&'a Shared, u64) {
    // SAFETY: only `names::open` sets these methods, and it writes a whole `RawFile`, whose disk
    // is kept until `close`.
    unsafe {
        let raw = &*file.cast::<RawFile>();
        (&*raw.disk, raw.id)
    }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: SQLite closes a file once, and asks nothing of it afterwards. The pointer is that of
    // `Arc::into_raw` in `names::open`.
    let (disk, id) = unsafe {
        let raw = &*file.cast::<RawFile>();
        (Arc::from_raw(raw.disk), raw.id)
    };
    disk.state().close(id);
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    out: *mut c_void,
    length: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: SQLite calls this for an open file only.
    let (disk, id) = unsafe { opened(file) };
    let (Ok(count), Ok(at)) = (usize::try_from(length), u64::try_from(at)) else {
        return ffi::SQLITE_IOERR_READ;
    };
    // SAFETY: SQLite gives so much room, and nobody else touches it meanwhile. It may not be
    // initialised, so it is before it is seen as bytes.
    let into = unsafe {
        std::ptr::write_bytes(out.cast::<u8>(), 0, count);
        std::slice::from_raw_parts_mut(out.cast::<u8>(), count)
    };
    match disk.state().read(id, at, into) {
        Ok(found) if found == count => ffi::SQLITE_OK,
        // The rest is to be zeros, and it is.
        Ok(_) => ffi::SQLITE_IOERR_SHORT_READ,
        Err(refusal) => code::of(Err(refusal), ffi::SQLITE_IOERR_READ),
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    length: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: SQLite calls this for an open file only.
    let (disk, id) = unsafe { opened(file) };
    let (Ok(count), Ok(at)) = (usize::try_from(length), u64::try_from(at)) else {
        return ffi::SQLITE_IOERR_WRITE;
    };
    // SAFETY: SQLite gives so many bytes.
    let bytes = unsafe { std::slice::from_raw_parts(bytes.cast::<u8>(), count) };
    code::of(disk.state().write(id, at, bytes), ffi::SQLITE_IOERR_WRITE)
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, to: ffi::sqlite3_int64) -> c_int {
    // SAFETY: SQLite calls this for an open file only.
    let (disk, id) = unsafe { opened(file) };
    let Ok(to) = u64::try_from(to) else { return ffi::SQLITE_IOERR_TRUNCATE };
    code::of(disk.state().set_length(id, to), ffi::SQLITE_IOERR_TRUNCATE)
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: SQLite calls this for an open file only.
    let (disk, id) = unsafe { opened(file) };
    code::of(disk.state().sync(id), ffi::SQLITE_IOERR_FSYNC)
}

unsafe extern "C" fn file_size(
    file: *mut ffi::sqlite3_file,
    out: *mut ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: SQLite calls this for an open file only.
    let (disk, id) = unsafe { opened(file) };
    let found = disk.state().length(id).map(|length| i64::try_from(length).unwrap_or(i64::MAX));
    // SAFETY: SQLite gives a place for the answer.
    let told = found.map(|length| unsafe { *out = length });
    code::of(told, ffi::SQLITE_IOERR_FSTAT)
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, to: c_int) -> c_int {
    // SAFETY: SQLite calls this for an open file only.
    let (disk, id) = unsafe { opened(file) };
    code::of(disk.state().lock(id, code::level(to)), ffi::SQLITE_IOERR_LOCK)
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, to: c_int) -> c_int {
    // SAFETY: SQLite calls this for an open file only.
    let (disk, id) = unsafe { opened(file) };
    code::of(disk.state().unlock(id, code::level(to)), ffi::SQLITE_IOERR_UNLOCK)
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: SQLite calls this for an open file only.
    let (disk, id) = unsafe { opened(file) };
    let found = disk.state().is_reserved(id);
    // SAFETY: SQLite gives a place for the answer.
    let told = found.map(|yes| unsafe { *out = c_int::from(yes) });
    code::of(told, ffi::SQLITE_IOERR_CHECKRESERVEDLOCK)
}

unsafe extern "C" fn file_control(
    file: *mut ffi::sqlite3_file,
    what: c_int,
    data: *mut c_void,
) -> c_int {
    if what != ffi::SQLITE_FCNTL_PRAGMA {
        return ffi::SQLITE_NOTFOUND;
    }
    // SAFETY: SQLite calls this for an open file only, and keeps its name.
    let ((disk, id), name) = unsafe { (opened(file), (*file.cast::<RawFile>()).name) };
    // SAFETY: what comes with this control is an array of texts: a place for the answer, the
    // command, and what follows it.
    let answer = unsafe { ask::command(disk, id, name, data.cast()) };
    answer.unwrap_or_else(|refusal: Refusal| code::of(Err(refusal), ffi::SQLITE_IOERR))
}

unsafe extern "C" fn sector_size(_: *mut ffi::sqlite3_file) -> c_int {
    c_int::try_from(SECTOR_BYTES).unwrap_or(c_int::MAX)
}

/// As SQLite takes every disk of today: what lies beside a write is not touched by it.
unsafe extern "C" fn device_characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}
