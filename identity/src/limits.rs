//! The limits of this crate, each with its reason.

/// Bytes of a device certificate: it is kept in every log's `open` entry, once a person.
pub const CERTIFICATE_BYTES: usize = 1024;

/// Bytes of the name in a certificate: it is shown on one line of a screen.
pub const NAME_BYTES: usize = 128;

/// Signatures in one batch: larger ones gain little and need more memory.
pub const BATCH: usize = 1024;

/// Below so many signatures, a failed batch is searched one by one: splitting gains nothing.
pub const SINGLY: usize = 8;
