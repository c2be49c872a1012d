//! The limits of this crate, each with its reason.

/// Bytes of a device certificate: it is kept in every log's `open` entry, once a device. A person
/// with RSA keys of 4096 bits and a signing subkey needs about 3,000 (two keys, three signatures).
pub const CERTIFICATE_BYTES: usize = 4096;

/// Bytes of a device's revocation: as large as its certificate, with a shorter payload.
pub const REVOCATION_BYTES: usize = CERTIFICATE_BYTES;

/// Bytes of the name in a certificate: it is shown on one line of a screen.
pub const NAME_BYTES: usize = 128;

/// Signatures in one batch: larger ones gain little and need more memory.
pub const BATCH: usize = 1024;

/// Below so many signatures, a failed batch is searched one by one: splitting gains nothing.
pub const SINGLY: usize = 8;

/// Bytes of a person's OpenPGP key, armored or not: photographs and hundreds of signatures by
/// others fit, a flooded key of a key server does not.
pub const PGP_KEY_BYTES: usize = 512 * 1024;

/// Bytes of an OpenPGP message before it is parsed: an invitation or a private message with a
/// picture; entries and attachments travel otherwise.
pub const PGP_MESSAGE_BYTES: usize = 16 * 1024 * 1024;

/// Bytes of the text in a message, decompressed. A compressed message of 16 MiB could hold a
/// thousand times as many.
pub const PGP_TEXT_BYTES: usize = 16 * 1024 * 1024;

/// Packets in a message or in a detached signature: each costs the parser time.
pub const PGP_PACKETS: usize = 64;

/// Recipients of one message that are tried: with hidden recipients each is one private operation
/// for each of our keys (some ms with RSA).
pub const PGP_RECIPIENTS: usize = 32;

/// Layers of compression in a message: GnuPG makes one.
pub const PGP_DEPTH: u8 = 3;

/// Bytes of a user id in a key that we make: about what others can show on a line.
pub const USER_ID_BYTES: usize = 256;

/// Bits of an RSA key that may vouch for devices, at least: what NIST SP 800-131A allows.
pub const RSA_BITS_LEAST: usize = 2048;

/// Bits of an RSA key that may vouch for devices, at most: a certificate has to fit.
pub const RSA_BITS_MOST: usize = 4096;

/// How far ahead of our clock a signature may be dated, in ms: what clocks differ by.
pub const CLOCK_SKEW_MS: u64 = 2 * 60 * 1000;

/// Passes in the policy of an inbox: the contacts of one person.
pub const POLICY_PASSES: u64 = 1_024;
