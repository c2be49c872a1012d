//! Limits of what travels, each with its reason.

/// Bytes of the largest envelope: a header of 105, a plaintext of 167,936, a tag of 16.
pub const ENVELOPE_BYTES: usize = 168_057;
/// Parcels in one `put`: a request stays small enough to be answered at once.
pub const PUT_PARCELS: usize = 64;
/// Mailboxes in one `get`: a month of tags of thirty conversations.
pub const GET_MAILBOXES: usize = 1_024;
/// Tags that a leaf is told to watch: a month behind and two weeks ahead of ninety conversations.
pub const FOLLOWED_TAGS: usize = 4_096;
/// Outcomes that a leaf tells at once.
pub const OUTCOMES: usize = 256;
/// Seconds that a `get` may wait: shorter than what a proxy may take for silence.
pub const GET_SECONDS: u64 = 120;
/// Hashes in one `have`.
pub const HAVE_HASHES: usize = 1_024;
/// Rows in one answer to `list`.
pub const LIST_ROWS: usize = 1_024;
/// Numbers in one `take`.
pub const TAKE_NUMBERS: usize = 64;
/// Bytes of one message of NATS: six of the largest parcels, or many small ones.
pub const MESSAGE_BYTES: usize = 1_048_576;
/// Bytes of one frame of a direct stream: a message with its number and verb.
pub const FRAME_BYTES: usize = MESSAGE_BYTES + 32;
/// Requests that go on at once over a direct stream.
pub const DIRECT_REQUESTS: usize = 16;
/// Bytes that a parcel has beside its envelope, at most: kind, name, expiry, pass, heads, and in an
/// answer to `take` its origin and number.
pub const PARCEL_OVERHEAD: usize = 128;
/// Bytes of one of the messages that answer a `get`: several fit into what a slow reader may lag behind.
pub const GOT_BYTES: usize = 524_288;
/// Messages of an answer to `get` that wait to be read.
pub const GOT_WAITING: usize = 64;
/// Bytes of an invitation code or of what `pgp` admission asks for: a large OpenPGP certificate in base64.
pub const TOKEN_BYTES: usize = 49_152;
/// Passes in a policy: contacts of one person.
pub const POLICY_PASSES: usize = 1_024;
/// Bytes of a policy.
pub const POLICY_BYTES: usize = 32_768;
/// Bytes of a proof: a pass.
pub const PROOF_BYTES: usize = 16;
/// Bits of work that may be asked for: minutes of one core at most.
pub const STAMP_BITS: u8 = 32;
/// Connections that one forwarder carries at once: a home holds one or two; beyond is a mistake or a local
/// stranger.
pub const FORWARDED_CONNECTIONS: usize = 64;
/// Seconds for a connection through a proxy: an onion service's circuit may take a minute.
pub const CONNECT_SECONDS: u64 = 90;
/// Seconds that one direction of a connection may go on when the other has ended: nobody holds a place for
/// ever by not hanging up.
pub const HALF_CLOSED_SECONDS: u64 = 120;
/// Bytes read at once from a forwarded connection.
pub const FORWARD_BYTES: usize = 16_384;
/// Bytes of one line of Tor's control port: the longest that we ask for are some hundred.
pub const CONTROL_LINE_BYTES: usize = 4_096;
/// Lines of one reply of Tor's control port.
pub const CONTROL_REPLY_LINES: usize = 64;
/// Seconds for a reply of Tor's control port: it is on this machine, which may be busy.
pub const CONTROL_SECONDS: u64 = 20;
/// Seconds for what Tor does over the network: to reach it, to publish an onion service.
pub const TOR_SECONDS: u64 = 90;
/// Clients that one onion service may be restricted to: Tor takes at most 330, as its descriptor has a size.
pub const ONION_CLIENTS: usize = 256;
