//! Bounds of a broker, each with its reason; those of the messages are in `mundi_transport::limits`.

use std::time::Duration;

/// Parcels that a user may put a second, on average (`spec/transport.md`, Fairness).
pub const PARCELS_A_SECOND: u64 = 100;
/// Parcels that a user may put at once.
pub const PARCELS_BURST: u64 = 2_000;
/// Bytes that a user may put a second, on average.
pub const BYTES_A_SECOND: u64 = 8 * MIB;
/// Bytes that a user may put at once: as long as the burst of parcels lasts.
pub const BYTES_BURST: u64 = 160 * MIB;
/// Requests of a user that wait.
pub const QUEUE_REQUESTS: usize = 256;
/// Bytes of requests of a user that wait.
pub const QUEUE_BYTES: usize = 8 * 1_048_576;
/// Bytes of requests of all users that wait: what the machine has to spare.
pub const QUEUES_BYTES: usize = 256 * 1_048_576;
/// Parcels in a mailbox.
pub const MAILBOX_PARCELS: usize = 100_000;
/// Bytes in a mailbox.
pub const MAILBOX_BYTES: u64 = 256 * MIB;
/// Parcels in an inbox.
pub const INBOX_PARCELS: usize = 4_096;
/// Bytes in an inbox.
pub const INBOX_BYTES: u64 = 64 * MIB;

/// Parcels on their way to the disk: enough that one fsync carries many.
pub const PUTS_IN_FLIGHT: usize = 512;
/// Until a parcel that was not acknowledged counts as unclear.
pub const PUT_TIMEOUT: Duration = Duration::from_secs(10);
/// Letters in all answers to one `get` before it ends: who wants more asks again.
pub const GET_LETTERS: usize = 4_096;
/// Bytes of the same.
pub const GET_BYTES: usize = 16 * 1_048_576;
/// Letters that are read from the disk at once for a `get`.
pub const GET_READS: usize = 32;
/// `get`s of one user at once: its conversations are in one, an inbox in another, and some that were
/// forgotten.
pub const GETS_A_USER: usize = 16;
/// `get`s that read at once: 64 × 16 MiB would not fit elsewhere.
pub const GETS_READING: usize = 64;
/// Letters that wait for a `get` that waits; beyond that it ends, and what it missed is asked for.
pub const GET_PENDING: usize = 256;

/// Between two rounds of forgetting what has expired.
pub const SWEEP: Duration = Duration::from_secs(1);
/// Parcels that are read between two pauses when a store is looked through after a start: at most 6,400 a
/// second, a small part of what a disk does.
pub const SCRUB_PARCELS: usize = 64;
/// The pause.
pub const SCRUB_PAUSE: Duration = Duration::from_millis(10);
/// Between two questions to a peer that has nothing new.
pub const PEER_IDLE: Duration = Duration::from_secs(1);
/// Parcels of a peer that wait for a policy: the inboxes of some that have changed theirs.
pub const PEER_LATER: usize = 4_096;
/// The longest pause before another try with a peer.
pub const PEER_PAUSE: Duration = Duration::from_secs(5);
/// The longest pause before a nats-server that ends is started again.
pub const SERVER_PAUSE: Duration = Duration::from_secs(5);
/// Until a nats-server that was started must answer: one that reads a large store takes a while.
pub const SERVER_START: Duration = Duration::from_secs(60);

/// Connections to the nats-server: sockets of one process.
pub const CONNECTIONS: u32 = 4_096;
/// Subscriptions of a connection: one for answers, and one for each `get`.
pub const SUBSCRIPTIONS: u32 = 64;
/// Bytes of the first line that a client sends: what `pgp` admission asks for.
pub const CONTROL_LINE: usize = 65_536;
/// Bytes that wait for a client that reads slowly, before it is cut off.
pub const PENDING: usize = 32 * 1_048_576;
/// Logins that are looked at together: an OpenPGP key costs milliseconds.
pub const LOGINS: usize = 32;

/// Bytes of a notice's text: a screen.
pub const NOTICE_BYTES: usize = 2_048;
/// Notices that are told.
pub const NOTICES: usize = 16;
/// Bytes of a question to the page of counts.
pub const HTTP_BYTES: usize = 4_096;
/// Readers of that page at once.
pub const HTTP_READERS: usize = 8;
/// Bytes of a settings file: thousands of invitations.
pub const SETTINGS_BYTES: u64 = 1_048_576;

/// What a broker's port for leaves is above that for users, where nothing else is said: as the usual ports
/// of NATS are, 4222 and 7422.
pub const LEAF_PORT: u16 = 3_200;
/// Brokers of a leaf: as many as a home may know.
pub const LEAF_BROKERS: usize = 64;
/// Connections to a leaf: its home's processes, and its own.
pub const LEAF_CONNECTIONS: u32 = 64;
/// Bytes of memory for what a leaf's consumers remember.
pub const LEAF_MEMORY: u64 = 64 * MIB;
/// Bytes of what became of parcels, until the home has read it: a hundred thousand or more.
pub const DONE_BYTES: i64 = 32 * 1_048_576;
/// Letters of which a leaf remembers that its home has them: 16 MiB of memory or so.
pub const GONE_LETTERS: usize = 262_144;
/// Until a parcel that a leaf's pump has taken is given to it again, unless it says that it is still at it.
pub const LEAF_ACK: Duration = Duration::from_secs(120);
/// For an answer to a leaf's pump: through Tor, a while.
pub const LEAF_ANSWER: Duration = Duration::from_secs(30);
/// For a message to come to a leaf's disk: one that was on its way when its nats-server died is lost.
pub const LEAF_LAY: Duration = Duration::from_secs(3);
/// The longest pause before a leaf's pump tries again.
pub const LEAF_PAUSE: Duration = Duration::from_secs(5);
/// The shortest pause before a parcel is put again for which a mailbox had no room.
pub const LEAF_FULL: Duration = Duration::from_secs(60);
/// Between two looks at which broker a leaf is connected to.
pub const LEAF_LOOK: Duration = Duration::from_millis(500);
/// Seconds that a leaf's `get` waits: shorter than a proxy takes for silence.
pub const LEAF_GET: u64 = 100;

const MIB: u64 = 1_048_576;
