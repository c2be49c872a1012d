//! Between our times (ms since 1970) and OpenPGP's (32 bits of seconds).

use sequoia_openpgp::types::Timestamp;

use super::PgpError;

/// A time as OpenPGP writes it; the part of a second is dropped.
pub(super) fn stamp(at: u64) -> Result<Timestamp, PgpError> {
    u32::try_from(at / 1000).map(Timestamp::from).map_err(|_| PgpError::Time(at))
}

/// A time of the library in whole seconds.
pub(super) fn whole(at: impl TryInto<Timestamp>) -> Result<Timestamp, PgpError> {
    at.try_into().map_err(|_| PgpError::library("a time beyond 32 bits of seconds"))
}

/// A time of the library in ms since 1970; one that OpenPGP cannot write lies at the end of time.
pub(super) fn millis(at: impl TryInto<Timestamp>) -> u64 {
    whole(at).map_or(u64::MAX, |at| u64::from(u32::from(at)) * 1000)
}
