//! The part that speaks C.
//!
//! A file system that was given to SQLite can be found by its name at any time, from any thread, so
//! it is never taken back: taking it back while somebody opens a file would leave a dangling
//! pointer. Instead there are [`Slot`]s, made when there is need and never freed, each with a name;
//! a disk has one for as long as it or a file of it is open, and then another disk gets it. There
//! are as many as there were disks at one time.
//!
//! In here: `slot` (this, and the table of functions), `names` (opening, deleting, asking for a
//! name), `open` (reading, writing, syncing and locking an open file), `ask` (the commands of
//! `node/src/store/vfs.rs`), `code` (what SQLite is told).

mod ask;
mod code;
mod names;
mod open;
mod slot;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::state::State;
use slot::Slot;

/// A disk's state, with the slot that it has. Kept by the disk and by each open file.
pub(crate) struct Shared {
    slot: &'static Slot,
    state: Mutex<State>,
}

impl Shared {
    pub(crate) fn new(state: State) -> Arc<Self> {
        let slot = Slot::take();
        let shared = Arc::new(Self { slot, state: Mutex::new(state) });
        slot.lead_to(&shared);
        shared
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics half-way; a test that does so elsewhere may still look.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn vfs(&self) -> &'static str {
        self.slot.name()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.slot.give_back();
    }
}
