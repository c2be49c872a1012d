//! The clock of this machine, and how far it may be off.

use std::time::{SystemTime, UNIX_EPOCH};

/// How far ahead of this clock an entry may be, in ms: beyond it is held back (`log.md`, "Clock").
pub const AHEAD: u64 = 2 * 60 * 1000;

/// How far ahead an entry may be to be kept at all, in ms: beyond it is dropped, to be asked for
/// again.
pub const FAR_AHEAD: u64 = 24 * 60 * 60 * 1000;

/// Now, in ms since 1970; 0 on a machine whose clock stands before that.
#[must_use]
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
