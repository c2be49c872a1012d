//! Commitments: values that an entry fixes without showing, and the openings that show them.
//!
//! A commitment is SHA-256 over the deterministic CBOR of
//! `[conversation, author's device key, message, field, salt, value]` (`spec/language.md`,
//! "hidden"). The salt is 16 random bytes: without it, a bid of 20.00 could be guessed.

use mundi_identity::DevicePublic;
use sha2::{Digest, Sha256};

use crate::cbor::{write_array, write_bytes, write_text, write_value};
use crate::entry::EntryId;
use crate::value::Value;

/// Bytes of a salt.
pub const SALT_BYTES: usize = 16;

/// What a commitment fixes.
pub struct Hidden<'a> {
    /// The conversation.
    pub conversation: EntryId,
    /// The device that signs the entry.
    pub author: DevicePublic,
    /// The message's name.
    pub message: &'a str,
    /// The field's name.
    pub field: &'a str,
    /// Random.
    pub salt: &'a [u8],
    /// The value.
    pub value: &'a Value,
}

impl Hidden<'_> {
    /// The commitment.
    #[must_use]
    pub fn commitment(&self) -> [u8; 32] {
        let mut bytes = Vec::new();
        write_array(&mut bytes, 6);
        write_bytes(&mut bytes, &self.conversation.0);
        write_bytes(&mut bytes, &self.author.0);
        write_text(&mut bytes, self.message);
        write_text(&mut bytes, self.field);
        write_bytes(&mut bytes, self.salt);
        write_value(&mut bytes, self.value);
        Sha256::digest(&bytes).into()
    }
}
