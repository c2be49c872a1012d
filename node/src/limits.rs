//! Every bound of the home, each with its reason.

/// Bytes of a piece of an attachment in the store: a piece is read, hashed and written in one go.
pub const ATTACHMENT_CHUNK: usize = 64 * 1024;

/// Bytes of one attachment: a long film does not belong into a conversation, and one transaction
/// holds the whole file.
pub const ATTACHMENT_BYTES: u64 = 1024 * 1024 * 1024;

/// Bytes of a piece of a saved replica: large enough that a few MB are a few rows, small enough
/// that none of them is a strain on memory.
pub const CHECKPOINT_CHUNK: usize = 256 * 1024;

/// Bytes of all waiting entries of one conversation: as many as its replica keeps waiting.
pub const PENDING_BYTES: u64 = mundi_engine::limits::WAITING_BYTES as u64;

/// Entries that are read at once when a conversation is walked through: at most 16 MiB of them.
pub const ENTRIES_AT_ONCE: usize = 256;

/// Fewest entries in the tail of the index before it is merged: a merge rewrites most of the
/// index's pages, and 20,000 rows share that cost.
pub const TAIL_LEAST: usize = 20_000;

/// The tail is merged when it is this part of the index: the larger the index, the more pages a
/// merge rewrites, and the more rows must share it.
pub const TAIL_PART: u64 = 4;

/// Most entries in the tail: it is kept in memory (about 40 bytes each) and read, in some ten
/// milliseconds, when a store is first asked for an entry.
pub const TAIL_MOST: usize = 250_000;

/// A filter of the index's hashes is made in memory (about 4 bytes each) when the index was asked
/// as often as this part of it has entries: reading all of it costs less than asking on.
pub const FILTER_PART: u64 = 16;

/// Leaves of the index that are read at once while the tail is merged: a quarter of a megabyte.
pub const LEAVES_AT_ONCE: usize = 256;

/// Pages that SQLite may keep in memory, in KiB. The index of a million entries (22 MB) and what
/// a batch writes fit into it.
pub const CACHE_KIB: i64 = 64_000;

/// Pages in the write-ahead log before they are copied into the database: 16 MB. Fewer would copy
/// the same pages again and again.
pub const WAL_PAGES: i64 = 4_000;

/// How long to wait for another process that is about to close the store, in ms. Two commands one
/// right after the other do not disturb each other; a person does not notice it.
pub const LOCK_WAIT_MS: u64 = 250;

/// Conversations of one store: their numbers are the upper half of a row's number.
pub const CONVERSATIONS: i64 = i32::MAX as i64;

/// Bytes of a text that a person gives (title, petname, note …): longer ones are files.
pub const TEXT_BYTES: usize = 64 * 1024;
