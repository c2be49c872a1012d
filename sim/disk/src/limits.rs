//! The bounds of a disk, each with its reason.

/// Bytes of one file: a simulated store has a few hundred KiB, and memory is shared by all runs.
pub(crate) const FILE_BYTES: u64 = 1 << 30;

/// Bytes of a path: SQLite's own file system has the same bound.
pub(crate) const NAME_BYTES: usize = 512;

/// Bytes that a disk writes whole or not at all, as disks have promised for forty years.
pub(crate) const SECTOR_BYTES: u64 = 512;
