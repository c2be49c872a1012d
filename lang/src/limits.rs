//! The limits of this crate, each with its reason.

/// Longest source in bytes: rules are part of a log's first entry, which every member keeps.
pub const MAX_SOURCE: usize = 64 * 1024;

/// Deepest nesting of brackets: so that acceptance does not depend on a thread's stack.
pub const MAX_NESTING: usize = 64;

/// Longest way from a block to a leaf of its tree, counted in brackets, operators, dots and
/// `else`: trees are walked recursively, also on threads with small stacks.
pub const MAX_CHAIN: usize = 256;

/// Most diagnostics for one source: after so many the rest is noise.
pub const MAX_DIAGNOSTICS: usize = 100;

/// Characters of a `text` without an upper end: enough for a page, small enough for a log.
pub const TEXT: u32 = 4096;
/// Bytes of a `bytes` without an upper end: a key, a hash or a signature of any scheme fits.
pub const BYTES: u32 = 4096;
/// Elements of a `list` or `map` without an upper end: state must have a size that can be told.
pub const ELEMENTS: u32 = 1024;
/// The longest text, list or map that a range may allow: an entry is small, a state is bounded.
pub const LARGEST: u32 = 65_536;
/// The largest `file`: 64 MiB; attachments are fetched whole and hashed.
pub const FILE: u64 = 64 * 1024 * 1024;
/// Roles of a conversation: a role is asked for at every message.
pub const ROLES: usize = 64;
/// People a role may ask for: the cost of `members` is theirs.
pub const HOLDERS: u32 = 1_000_000;
/// Messages and deadlines: their numbers fit 16 bits with room for the system's own.
pub const MESSAGES: usize = 512;
/// Fields of one record, message, `terms` or `state`: their numbers fit 16 bits.
pub const FIELDS: usize = 256;
/// How deep types may nest: every value is walked to this depth.
pub const TYPE_DEPTH: usize = 16;
/// Printed functions: one function may be typed many times.
pub const FUNCTIONS: usize = 256;
/// Stages of a conversation, those in stages among them: each has its own machine and copies.
pub const STAGES: usize = 16;
/// How deep stages may nest: a person can still follow, and names stay short.
pub const STAGE_DEPTH: usize = 4;
