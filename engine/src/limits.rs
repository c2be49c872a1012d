//! Every bound of the engine, each with its reason. They are part of edition 1: changing one
//! changes verdicts, so it needs a new edition.

/// Fuel for all scripts of one entry: one unit is one operation of Rhai, or a small piece of a
/// costly function (see [`PER_UNIT`]). 100,000 take about 10 ms here, a tenth of what a person
/// notices, and let a rule walk 10,000 voters once.
pub const FUEL: u64 = 100_000;

/// Fuel for `on open` and for the work of a closing `output`, which run once.
pub const FUEL_ONCE: u64 = 1_000_000;

/// The highest price of one call of a library function; above it the call is refused at once, with a text
/// that says so. [`FUEL_ONCE`] less what handing over the largest arguments takes: 262,144 marks on as many
/// ballots are 524,288 values, 32,768 units, and a result comes back.
pub const CALL_PRICE: u64 = 950_000;

/// A function that copies or compares costs one unit of fuel for so many values or so many bytes of
/// text: copying 16 values takes about as long as one operation of Rhai.
pub const PER_UNIT: u64 = 16;

/// What `seen(probe(n), …)` of instrumented code costs up to and with the call of `probe`, in units: it is
/// given back there.
pub const PROBE_UNITS: u64 = 4;

/// What the call of `seen` itself costs, once its value is come to: it is given back there.
pub const SEEN_UNITS: u64 = 1;

/// Units that instrumented code may borrow: what one probe takes before it gives it back, and the one
/// operation after which that is asked.
pub const PROBE_CREDIT: u64 = 5;

/// Values that are kept of one script that is traced: what a person reads, and a loop over some hundred.
pub const TRACED_VALUES: usize = 4_096;

/// Longest text that a script may build, in bytes: as long as an entry may be.
pub const SCRIPT_TEXT: usize = 64 * 1024;

/// Longest list or map that a script may build or be given: a ballot of 65,536 people still fits.
pub const SCRIPT_LIST: usize = 65_536;

/// Depth of expressions in printed Rhai. Sources nest at most 64 deep; printing adds a level for
/// each operation and call.
pub const SCRIPT_DEPTH: usize = 512;

/// Functions of the rules calling each other: recursion is refused by the checker, so this is as
/// deep as a chain of distinct functions that anybody wrote by hand.
pub const SCRIPT_CALLS: usize = 32;

/// Functions and variables of one file.
pub const SCRIPT_NAMES: usize = 1_024;

/// Steps of a path in a deep assignment.
pub const SCRIPT_PATH: usize = 16;

/// Values in `state`, counted through lists and maps, above which a handler's write is refused: the
/// checker bounds types one by one, this bounds their product.
pub const STATE_VALUES: u64 = 1_000_000;

/// Entries between two checkpoints at least; more where the state is large, so that copying it
/// costs less than folding.
pub const CHECKPOINT_EVERY: usize = 1_024;

/// Checkpoints kept: the newest, and older ones ever farther apart.
pub const CHECKPOINTS: usize = 16;

/// Refusals whose reason is kept as text, the newest: reasons are for people, who read few.
pub const REASONS: usize = 4_096;

/// Decoded bodies that are kept at hand: scripts ask for several fields of a few entries, and those
/// of a resumed log are fetched from the host.
pub const BODIES: usize = 32;

/// Bytes of a saved conversation that is read: ten million entries, and nothing that fills a memory.
pub const SAVED_BYTES: usize = 1024 * 1024 * 1024;

/// Bytes of earlier folds in a saved conversation: reading them takes a few ms, and a late entry
/// then rarely folds all anew.
pub const SAVED_FOLD_BYTES: usize = 1024 * 1024;

/// Bytes of reasons in a saved conversation, the newest: some thousand.
pub const SAVED_REASON_BYTES: usize = 256 * 1024;

/// Pairs of a saved map for which memory is taken before they are read: a count may be wrong.
pub const SAVED_AHEAD: usize = 4_096;

/// How deep values nest in a saved conversation: deeper than any type of a source, whose text nests
/// at most 64 deep.
pub const SAVED_DEPTH: usize = 128;

/// People named in a reason before it says "and others".
pub const REASON_NAMES: usize = 6;

/// Members of a conversation when it opens: what fits into an `open` entry, with room for terms.
pub const MEMBERS: usize = 20_000;

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

/// Ids of dropped waiting entries that are kept to be asked for again: 2 MiB.
pub const DROPPED: usize = 65_536;

/// Device certificates, and revocations, in one `rekey`: more devices than a person has at hand.
pub const REKEY_DEVICES: u64 = 16;

/// Ids in a cut: as many heads as fit half an entry. Heads are no more than devices that write at once.
pub const CUT: usize = 1_024;

/// The highest round: each needs a quorum of the one before, so honest rounds are a handful.
pub const ROUND: u32 = 65_535;

/// Bytes of an outcome certificate: an `open` entry, and the signatures of 20,000 sealers.
pub const CERTIFICATE_BYTES: usize = 16 * 1024 * 1024;

/// Bytes of an outcome certificate in the terms: two of them fit an `open` entry beside its rules, and
/// one that is justified over some rounds, by a few sealers, is a tenth of it.
pub const OUTCOME_BYTES: usize = 64 * 1024;

/// How deep certificates nest, each in the terms of the next one's `open`: each layer is verified
/// again, and people who build on an outcome of an outcome of an outcome still know what they do.
pub const OUTCOME_DEPTH: usize = 4;

/// Revocations in an outcome certificate: each costs up to a ms to verify, and they are of sealers.
pub const CERTIFICATE_REVOCATIONS: u64 = 1_024;
