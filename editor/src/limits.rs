//! The limits of the language server, each with its reason.

/// Bytes of one message: a whole document, twice as long in JSON, with room.
pub const MESSAGE_BYTES: usize = 8 * 1024 * 1024;

/// Bytes of the head of a message: two short lines are usual.
pub const HEAD_BYTES: usize = 4 * 1024;

/// Documents that are open at a time: more tabs than anybody reads.
pub const DOCUMENTS: usize = 256;

/// Bytes of a document that is kept. The language takes 64 KiB and says so of what is longer; a
/// document above this is no source, and only that is said.
pub const DOCUMENT_BYTES: usize = 1024 * 1024;

/// Files of a folder that are searched for a name: the library's own folder has 150.
pub const FAMILY: usize = 512;

/// Analyses that are kept for texts that do not change.
pub const KEPT: usize = 64;

/// Spoken lines of a play that is played for its hints. Each line spends at most the engine's budget for
/// one entry (100,000 units), so a play spends at most 10,000,000 beside its opening and its output:
/// about a second, and a thousandth of that where rules are small.
pub const PLAY_LINES: usize = 100;

/// Persons whom such a play casts: each has a key that must be made.
pub const PLAY_PEOPLE: usize = 100;

/// Characters of a hint: the rest is in its tooltip.
pub const HINT: usize = 100;

/// Lines of a declaration that hovering shows.
pub const SHOWN_LINES: usize = 12;
