//! The limits of this crate, each with its reason. They are part of the edition: two machines
//! that differ in one of them may disagree about a log.

/// Bytes of an entry: it travels in one message of any transport.
pub const ENTRY_BYTES: usize = 64 * 1024;

/// Bytes of the `open` entry: rules of 64 KiB and the certificates of many devices fit.
pub const OPEN_BYTES: usize = 160 * 1024;

/// Parents of an entry: each costs a look-up, and honest heads are no more than devices.
pub const PARENTS: usize = 64;

/// The largest seq: positions in a chain are kept in 32 bits.
pub const SEQ: u64 = u32::MAX as u64;

/// Bytes of a message's name in an entry.
pub const MESSAGE_NAME_BYTES: usize = 255;

/// How deep lists, maps and tags may nest in CBOR: deeper than any type of the language, and
/// nothing to overflow a stack with.
pub const CBOR_DEPTH: usize = 16;

/// Waiting entries of one device, so that one author cannot fill the memory.
pub const WAITING_PER_DEVICE: usize = 256;

/// Bytes of the waiting entries of one device.
pub const WAITING_BYTES_PER_DEVICE: usize = 4 * 1024 * 1024;

/// Bytes of all waiting entries.
pub const WAITING_BYTES: usize = 64 * 1024 * 1024;
