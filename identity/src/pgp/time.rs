//! Between our times (ms since 1970) and OpenPGP's (32 bits of seconds).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sequoia_openpgp::types::Timestamp;

use super::PgpError;

/// A time as OpenPGP writes it; the part of a second is dropped.
pub(super) fn stamp(at: u64) -> Result<Timestamp, PgpError> {
    u32::try_from(at / 1000).map(Timestamp::from).map_err(|_| PgpError::Time(at))
}

/// A time as the library takes it.
pub(super) fn system(at: u64) -> Result<SystemTime, PgpError> {
    stamp(at).map(SystemTime::from)
}

/// A time of the library in ms since 1970; what lies before is 0.
pub(super) fn millis(at: SystemTime) -> u64 {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
