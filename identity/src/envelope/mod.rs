//! Envelopes: contents sealed for whoever knows an epoch's secret (`spec/envelope.md`).
//!
//! Bytes in, bytes out. In goes a content, the device that wrote it and its day; out comes an
//! envelope of one of six sizes, the same every time. Invariant: one envelope opens under one
//! secret at most, and to one content.

mod keys;
mod padding;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

pub use keys::EpochSecret;
pub use padding::SIZES;

use crate::device::DevicePublic;
use keys::EpochKeys;

/// Milliseconds of a day: tags change with it.
pub const DAY: u64 = 86_400_000;
/// The first byte of an envelope.
const VERSION: u8 = 1;
/// Where an envelope's parts end.
const TAG: usize = 17;
const NONCE: usize = 41;
const AUTHOR: usize = 73;
const HEADER: usize = 105;

/// Bytes of a mailbox tag.
pub const TAG_BYTES: usize = 16;

/// Why an envelope cannot be made or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Larger than the largest envelope holds.
    #[error("the content has {0} bytes; an envelope holds at most {max}", max = padding::LARGEST)]
    TooLarge(usize),
    /// No envelope, or one of a newer kind.
    #[error("these bytes are no envelope of version 1")]
    Form,
    /// Sealed under another secret.
    #[error("the envelope is sealed under a secret that is not known here")]
    OtherSecret,
    /// Changed on its way, or made wrongly.
    #[error("the envelope was changed on its way, or was not made as it should be")]
    Broken,
}

/// What was in an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsealed {
    /// The device that sealed it.
    pub author: DevicePublic,
    /// The content, padding removed.
    pub content: Vec<u8>,
}

/// An epoch's secret, ready for use: all that depends on nothing else is derived once.
pub struct Sealer(EpochKeys);

impl Sealer {
    /// From an epoch's secret.
    #[must_use]
    pub fn new(secret: &EpochSecret) -> Self {
        Self(EpochKeys::new(secret))
    }

    /// The mailbox tag of a day (ms since 1970 / [`DAY`]).
    #[must_use]
    pub fn tag(&self, day: u64) -> [u8; TAG_BYTES] {
        self.0.tag(day)
    }

    /// Seals a content that a device wrote at a time (ms since 1970).
    ///
    /// # Errors
    /// It is too large.
    pub fn seal(
        &self,
        author: &DevicePublic,
        at: u64,
        content: &[u8],
    ) -> Result<Vec<u8>, EnvelopeError> {
        let plaintext = padding::pad(content)?;
        let nonce = self.0.nonce(content);
        let mut envelope = Vec::with_capacity(HEADER + plaintext.len() + 16);
        envelope.push(VERSION);
        envelope.extend(self.0.tag(at / DAY));
        envelope.extend(nonce);
        envelope.extend(mask(&author.0, &self.0.author(&nonce)));
        envelope.extend(self.0.commitment(&nonce).as_slice());
        let cipher = XChaCha20Poly1305::new(self.0.device(author).as_slice().into());
        let payload = Payload { msg: &plaintext, aad: &envelope };
        let sealed = cipher.encrypt(XNonce::from_slice(&nonce), payload);
        envelope.extend(sealed.map_err(|_| EnvelopeError::TooLarge(content.len()))?);
        Ok(envelope)
    }

    /// Opens an envelope.
    ///
    /// # Errors
    /// It is none, is sealed under another secret, or was changed.
    pub fn open(&self, envelope: &[u8]) -> Result<Unsealed, EnvelopeError> {
        let (header, sealed) = envelope.split_at_checked(HEADER).ok_or(EnvelopeError::Form)?;
        if header.first() != Some(&VERSION) || !padding::is_size(sealed.len().saturating_sub(16)) {
            return Err(EnvelopeError::Form);
        }
        let nonce: [u8; 24] = part(header, TAG, NONCE)?;
        let masked: [u8; 32] = part(header, NONCE, AUTHOR)?;
        let commitment: [u8; 32] = part(header, AUTHOR, HEADER)?;
        if !openssl::memcmp::eq(&commitment, self.0.commitment(&nonce).as_slice()) {
            return Err(EnvelopeError::OtherSecret);
        }
        let author = DevicePublic(mask(&masked, &self.0.author(&nonce)));
        let cipher = XChaCha20Poly1305::new(self.0.device(&author).as_slice().into());
        let payload = Payload { msg: sealed, aad: header };
        let plaintext = cipher.decrypt(XNonce::from_slice(&nonce), payload);
        let plaintext = Zeroizing::new(plaintext.map_err(|_| EnvelopeError::Broken)?);
        let content = padding::unpad(&plaintext).ok_or(EnvelopeError::Broken)?;
        if self.0.nonce(content) != nonce {
            return Err(EnvelopeError::Broken);
        }
        Ok(Unsealed { author, content: content.to_vec() })
    }
}

/// The tag in an envelope's header: where it belongs, for who knows the secret.
#[must_use]
pub fn tag_of(envelope: &[u8]) -> Option<[u8; TAG_BYTES]> {
    part(envelope, 1, TAG).ok()
}

/// The name of an envelope for whoever carries it: SHA-256 of all its bytes.
#[must_use]
pub fn envelope_id(envelope: &[u8]) -> [u8; 32] {
    Sha256::digest(envelope).into()
}

fn part<const N: usize>(bytes: &[u8], from: usize, to: usize) -> Result<[u8; N], EnvelopeError> {
    bytes.get(from..to).and_then(|part| part.try_into().ok()).ok_or(EnvelopeError::Form)
}

fn mask(bytes: &[u8; 32], with: &[u8; 32]) -> [u8; 32] {
    let mut out = *bytes;
    out.iter_mut().zip(with).for_each(|(byte, with)| *byte ^= with);
    out
}

#[cfg(test)]
mod tests;
