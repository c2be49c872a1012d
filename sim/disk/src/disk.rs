//! A disk, as a test holds it.

use std::fmt;
use std::sync::{Arc, MutexGuard};

use crate::fault::Fault;
use crate::image::Image;
use crate::state::State;
use crate::vfs::Shared;

/// A disk in memory, and a file system of SQLite on it. Two disks have nothing in common; each is
/// for one thread at a time, or for several that share it.
///
/// Dropped, it can no longer be opened by its name; who has a file open keeps it until it is closed.
pub struct Disk {
    shared: Arc<Shared>,
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Disk").field("vfs", &self.vfs()).field("files", &self.files()).finish()
    }
}

impl Disk {
    /// An empty one. The seed is for what SQLite asks its file system for, and for how much of a
    /// failing write is done; each [`crash`](Self::crash) has a seed of its own.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { shared: Shared::new(State::new(seed)) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }

    /// The name of its file system, for `sqlite3_open_v2`, or `Store::open_on`. It is good as long
    /// as the disk is, and is given to another one afterwards: not to be kept, nor to be hashed.
    #[must_use]
    pub fn vfs(&self) -> &str {
        self.shared.vfs()
    }

    /// The power goes and comes back. Each write that was not synced is kept, lost, or torn where a
    /// sector ends; each name that was made or deleted without a sync is there or not. All open
    /// handles are dead: what is asked of them fails, and closing them changes nothing.
    ///
    /// So a store is dropped after the crash: dropped before it, it would be closed in good order.
    pub fn crash(&self, seed: u64) {
        self.state().crash(seed);
    }

    /// The n-th step from here on fails, where the next one is the first. Steps are writes,
    /// truncations and syncs, in all files. It takes the place of a fault that was not met yet.
    pub fn fail_after(&self, nth: u64, fault: Fault) {
        self.state().faults.arm(nth, fault);
    }

    /// No fault is armed any more, and the power is on.
    pub fn mend(&self) {
        self.state().faults.start();
    }

    /// How many steps were made since the disk is there, those that failed included.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.state().faults.steps()
    }

    /// How many writes and truncations are not durable yet.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.state().pending()
    }

    /// Whether nothing can be written, made or deleted. Who has a file open meets errors of writing;
    /// who opens one can only read it.
    pub fn read_only(&self, on: bool) {
        self.state().faults.read_only = on;
    }

    /// The planted fault of a disk that lies, or of a store that forgets to sync: syncs succeed, and
    /// nothing becomes durable.
    pub fn ignore_syncs(&self, on: bool) {
        self.state().faults.ignore_syncs = on;
    }

    /// How many bytes all files together may have; what would be more fails as on a full disk.
    pub fn set_room(&self, bytes: Option<u64>) {
        self.state().faults.room = bytes;
    }

    /// The time that SQLite is told, in ms since 1970; 0 at first.
    pub fn set_time(&self, ms: u64) {
        self.state().time = ms;
    }

    /// All files as a program would read them now: a backup, or a copy of a stolen disk.
    #[must_use]
    pub fn snapshot(&self) -> Image {
        self.state().snapshot()
    }

    /// A backup is put back, while the machine is off: there are its files, durably, and no others.
    /// All open handles are dead.
    pub fn restore(&self, image: &Image) {
        self.state().restore(image);
    }

    /// The names of the files, sorted.
    #[must_use]
    pub fn files(&self) -> Vec<String> {
        self.snapshot().files.into_keys().collect()
    }

    /// The bytes of a file, as a program would read them now.
    #[must_use]
    pub fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        self.snapshot().files.remove(name).map(Arc::unwrap_or_clone)
    }
}

#[cfg(test)]
mod tests {
    use super::Disk;

    #[test]
    fn a_disk_can_be_handed_to_another_thread_and_shared() {
        fn shared<T: Send + Sync>() {}
        shared::<Disk>();
    }
}
