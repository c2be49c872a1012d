//! An epoch's secret and what is derived from it.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::TAG_BYTES;
use crate::device::DevicePublic;

/// The secret of an epoch of a conversation: who knows it reads the epoch. Wiped from memory when
/// it is dropped, and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct EpochSecret(Zeroizing<[u8; 32]>);

impl EpochSecret {
    /// From 32 random bytes. Who passes a copy wipes it.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// The bytes, for an invitation and for the store.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for EpochSecret {
    /// Nothing of it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EpochSecret")
    }
}

type Key = Zeroizing<[u8; 32]>;

/// The keys of an epoch.
pub(super) struct EpochKeys {
    expand: Hkdf<Sha256>,
    nonce: Key,
    tag: Key,
}

fn derived(expand: &Hkdf<Sha256>, info: &[&[u8]]) -> Key {
    let mut key = Zeroizing::new([0; 32]);
    let filled = expand.expand_multi_info(info, key.as_mut_slice());
    // 32 bytes are never too many: HKDF-SHA256 gives up to 8,160.
    debug_assert!(filled.is_ok());
    key
}

fn hmac(key: &Key, message: &[u8]) -> [u8; 32] {
    // A key of any length will do for HMAC.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_slice()) else { return [0; 32] };
    mac.update(message);
    mac.finalize().into_bytes().into()
}

impl EpochKeys {
    pub(super) fn new(secret: &EpochSecret) -> Self {
        let expand = Hkdf::<Sha256>::new(None, secret.bytes());
        let nonce = derived(&expand, &[b"mundi.envelope.nonce.1"]);
        let tag = derived(&expand, &[b"mundi.envelope.tag.1"]);
        Self { expand, nonce, tag }
    }

    pub(super) fn device(&self, device: &DevicePublic) -> Key {
        derived(&self.expand, &[b"mundi.envelope.key.1", &device.0])
    }

    pub(super) fn author(&self, nonce: &[u8; 24]) -> Key {
        derived(&self.expand, &[b"mundi.envelope.author.1", nonce])
    }

    pub(super) fn commitment(&self, nonce: &[u8; 24]) -> Key {
        derived(&self.expand, &[b"mundi.envelope.commit.1", nonce])
    }

    pub(super) fn nonce(&self, content: &[u8]) -> [u8; 24] {
        hmac(&self.nonce, content).first_chunk().copied().unwrap_or([0; 24])
    }

    pub(super) fn tag(&self, day: u64) -> [u8; TAG_BYTES] {
        hmac(&self.tag, &day.to_be_bytes()).first_chunk().copied().unwrap_or([0; TAG_BYTES])
    }
}
