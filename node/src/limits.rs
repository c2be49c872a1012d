//! The limits of this crate, each with its reason.

/// Bytes of a bundle that is read: 100,000 entries of 512 bytes in their envelopes are 210 MiB.
pub const BUNDLE_BYTES: usize = 256 * 1024 * 1024;

/// Invitations in a bundle: one for each member of the largest conversation.
pub const BUNDLE_INVITATIONS: u64 = 20_000;

/// Bytes of a card: an RSA-4096 key with many names and signatures, and all devices.
pub const CARD_BYTES: usize = 1024 * 1024;

/// Devices on a card: more than a person has at hand.
pub const CARD_DEVICES: u64 = 64;

/// Bytes of the text of a private message: a long report fits; pictures are attachments.
pub const MAIL_BYTES: usize = 1024 * 1024;

/// Bytes of a sealed private message as it is read: the longest text, in base64, with a signature
/// and a session key for each part of an RSA key.
pub const MAIL_SEALED_BYTES: usize = 2 * 1024 * 1024;

/// Bytes of a private message's subject: it is shown on one line.
pub const MAIL_SUBJECT_BYTES: usize = 256;

/// Lines in the header of a private message: four are known, others may come.
pub const MAIL_HEADER_LINES: usize = 32;

/// Private messages by people who are not known that are kept until they are: strangers cannot
/// fill the disk.
pub const MAIL_WAITING: usize = 64;

/// How long private messages stay where nothing else was said, in ms: 30 days.
pub const MAIL_PERIOD_MS: u64 = 30 * 24 * 60 * 60 * 1000;

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

/// Bytes of a passphrase: far above what anybody types, and a bound for what a descriptor sends.
pub const PASSPHRASE_BYTES: usize = 1024;

/// Characters of a new passphrase, at least: the key file is as strong as its passphrase.
pub const PASSPHRASE_LEAST: usize = 8;

/// Times that a person is asked for a passphrase before the command gives up.
pub const PASSPHRASE_TRIES: usize = 3;

/// Bytes of the file `key`: an RSA-4096 key with a few subkeys and user ids has about 20 KiB.
pub const KEY_BYTES: usize = 1024 * 1024;

/// Bytes of the file `secret`: 33 bytes, encrypted to one key, have less than 1 KiB.
pub const SECRET_BYTES: usize = 16 * 1024;

/// Bytes of a request to the agent or of its answer: the largest OpenPGP message that a key is
/// asked to open or to sign, and a little for what stands around it.
pub const AGENT_BYTES: usize = mundi_identity::limits::PGP_MESSAGE_BYTES + 64 * 1024;

/// How long a client of the agent may take for one request, in ms: it is on the same machine. A
/// client that stalls keeps others waiting for no longer.
pub const AGENT_CLIENT_MS: u64 = 2_000;

/// How long a client waits for the agent's answer, in ms: others may be before it, and an RSA
/// signature takes its time.
pub const AGENT_ANSWER_MS: u64 = 15_000;

/// How long `mundi lock` waits for the agent before it is killed, in ms: one client may be before
/// it. Then nothing is lost by killing it: forgetting is what is wanted.
pub const AGENT_LOCK_MS: u64 = 5_000;

/// How long a new agent may take until it answers, in ms.
pub const AGENT_START_MS: u64 = 10_000;

/// How often the agent looks whether its home is there still and its time over, in ms.
pub const AGENT_TICK_MS: u64 = 1_000;

/// How long an agent remembers without another wish, in seconds: a working day.
pub const AGENT_SECONDS: u64 = 8 * 60 * 60;

/// How long an agent may be told to remember, in seconds: a week.
pub const AGENT_MOST_SECONDS: u64 = 7 * 24 * 60 * 60;

/// Devices whose seeds a phrase leaves in a home: a device begins when one is lost or a copy was
/// restored, which does not happen often; after them seeds come from chance.
pub const PHRASE_DEVICES: u32 = 32;

/// Bytes of a backup's content: as a bundle, for all conversations together; it is held in memory.
pub const BACKUP_BYTES: usize = 256 * 1024 * 1024;

/// Bytes of a part of a backup: well within an OpenPGP message, which is held in memory whole.
pub const BACKUP_PART: usize = 8 * 1024 * 1024;

/// Bytes of a backup's file: its content in base64 with line ends, and what encryption adds.
pub const BACKUP_FILE: u64 = 384 * 1024 * 1024;

/// Invitations that wait for their conversation: a stranger's flood pushes out the oldest only.
pub const AWAITED: u32 = 256;

/// Days that brokers keep envelopes at most: older tags are not asked for.
pub const BROKER_DAYS: u64 = 30;

/// Days ahead for which a leaf is told the mailboxes to watch: so long may a home stay locked.
pub const LEAF_DAYS: u64 = 14;

/// Entries that one ask may name.
pub const ASK_IDS: usize = 256;

/// Entries that are posted again for one ask: what it takes to fill a `get`. Who lacks more asks again.
pub const ASK_ANSWERS: usize = 1_024;

/// Brokers that a home knows: more would only make choosing slower.
pub const BROKERS: usize = 64;
