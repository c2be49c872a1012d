//! The checker's limits, each with its reason.

/// Characters of a `text` without an upper end: enough for a page, small enough for a log.
pub(crate) const TEXT: u32 = 4096;
/// Bytes of a `bytes` without an upper end: a key, a hash or a signature of any scheme fits.
pub(crate) const BYTES: u32 = 4096;
/// Elements of a `list` or `map` without an upper end: state must have a size that can be told.
pub(crate) const ELEMENTS: u32 = 1024;
/// The longest text, list or map that a range may allow: an entry is small, a state is bounded.
pub(crate) const LARGEST: u32 = 65_536;
/// The largest `file`: 64 MiB; attachments are fetched whole and hashed.
pub(crate) const FILE: u64 = 64 * 1024 * 1024;
/// Roles of a conversation: a role is asked for at every message.
pub(crate) const ROLES: usize = 64;
/// People a role may ask for: the cost of `members` is theirs.
pub(crate) const HOLDERS: u32 = 1_000_000;
/// Messages and deadlines: their numbers fit 16 bits with room for the system's own.
pub(crate) const MESSAGES: usize = 512;
/// Fields of one record, message, `terms` or `state`: their numbers fit 16 bits.
pub(crate) const FIELDS: usize = 256;
/// How deep types may nest: every value is walked to this depth.
pub(crate) const TYPE_DEPTH: usize = 16;
/// Printed functions: one function may be typed many times.
pub(crate) const FUNCTIONS: usize = 256;
