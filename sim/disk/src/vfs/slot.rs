//! A name in SQLite's list of file systems, and the disk that it leads to.

use std::ffi::{CString, c_int};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use rusqlite::ffi;

use super::open::RawFile;
use super::{Shared, names};
use crate::limits::NAME_BYTES;

/// A name, and what it leads to. Never freed, as SQLite may find it at any time.
pub(super) struct Slot {
    name: String,
    disk: Mutex<Weak<Shared>>,
}

/// Those that no disk has.
static FREE: Mutex<Vec<&'static Slot>> = Mutex::new(Vec::new());

/// How many were made.
static MADE: AtomicU64 = AtomicU64::new(0);

fn free() -> MutexGuard<'static, Vec<&'static Slot>> {
    FREE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Slot {
    /// One that no other disk has.
    pub(super) fn take() -> &'static Self {
        let free = free().pop();
        free.unwrap_or_else(Self::register)
    }

    pub(super) fn give_back(&'static self) {
        free().push(self);
    }

    pub(super) fn lead_to(&self, disk: &Arc<Shared>) {
        *self.disk.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(disk);
    }

    /// The disk that has it.
    pub(super) fn disk(&self) -> Option<Arc<Shared>> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner).upgrade()
    }

    pub(super) fn name(&'static self) -> &'static str {
        &self.name
    }

    fn register() -> &'static Self {
        let name = format!("mundi-disk-{}", MADE.fetch_add(1, Ordering::Relaxed));
        // No NUL is in there.
        let c_name = CString::new(name.as_str()).unwrap_or_default();
        let slot: &'static Self = Box::leak(Box::new(Self { name, disk: Mutex::new(Weak::new()) }));
        let vfs = Box::leak(Box::new(table(slot, c_name)));
        // SAFETY: the table, its name and its slot live for good, and nobody else writes to the
        // table; its functions keep to what SQLite asks of a file system of version 2. The file
        // system is not the default one, so other connections do not meet it. Registering fails
        // only where SQLite could not start; then the name is not found when a file is opened.
        let _registered = unsafe { ffi::sqlite3_vfs_register(vfs, 0) };
        slot
    }
}

fn size<T>(n: T) -> c_int
where
    c_int: TryFrom<T>,
{
    c_int::try_from(n).unwrap_or(c_int::MAX)
}

fn table(slot: &'static Slot, name: CString) -> ffi::sqlite3_vfs {
    ffi::sqlite3_vfs {
        iVersion: 2,
        szOsFile: size(size_of::<RawFile>()),
        mxPathname: size(NAME_BYTES),
        pNext: null_mut(),
        zName: name.into_raw(),
        pAppData: std::ptr::from_ref(slot).cast_mut().cast(),
        xOpen: Some(names::open),
        xDelete: Some(names::delete),
        xAccess: Some(names::access),
        xFullPathname: Some(names::full_path),
        // Nothing is loaded from here.
        xDlOpen: Some(names::load),
        xDlError: Some(names::load_error),
        xDlSym: Some(names::load_symbol),
        xDlClose: Some(names::unload),
        xRandomness: Some(names::randomness),
        xSleep: Some(names::sleep),
        xCurrentTime: Some(names::current_time),
        xGetLastError: Some(names::last_error),
        xCurrentTimeInt64: Some(names::current_time_ms),
        xSetSystemCall: None,
        xGetSystemCall: None,
        xNextSystemCall: None,
    }
}
