//! The limits of this crate, each with its reason.

/// Bytes of a bundle that is read: 100,000 entries of 512 bytes in their envelopes are 210 MiB.
pub const BUNDLE_BYTES: usize = 256 * 1024 * 1024;

/// Invitations in a bundle: one for each member of the largest conversation.
pub const BUNDLE_INVITATIONS: u64 = 20_000;

/// Bytes of a card: an RSA-4096 key with many names and signatures, and all devices.
pub const CARD_BYTES: usize = 1024 * 1024;

/// Devices on a card: more than a person has at hand.
pub const CARD_DEVICES: u64 = 64;
