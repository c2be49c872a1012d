//! The one rule by which signatures verify: ZIP-215.
//!
//! RFC 8032 (section 8.9) leaves open what a verifier does with points of small order and with
//! encodings that are not canonical, so libraries disagree, and some disagree with themselves
//! between a batch and a single signature. Two honest replays must not. ZIP-215 settles every
//! case, such that both ways agree: `s` is below the group's order, `A` and `R` decode (canonical
//! or not), and `[8][s]B = [8]R + [8][k]A`.

use ed25519_zebra::{Signature, VerificationKey, VerificationKeyBytes, batch};
use sha2::{Digest, Sha256};

use crate::device::DevicePublic;
use crate::limits;
use crate::random::Coefficients;

/// A signature that does not verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not verify")]
pub struct BadSignature;

/// What a key is said to have signed.
#[derive(Clone, Copy)]
pub struct Claim<'a> {
    /// Whose signature it is said to be.
    pub public: DevicePublic,
    /// What is said to be signed.
    pub message: &'a [u8],
    /// R and s (RFC 8032, section 5.1.6).
    pub signature: &'a [u8; 64],
}

impl Claim<'_> {
    fn item(&self) -> batch::Item {
        let key = VerificationKeyBytes::from(self.public.0);
        (key, Signature::from_bytes(self.signature), self.message).into()
    }
}

/// Verifies one signature.
///
/// # Errors
/// It does not verify.
pub fn verify(
    public: &DevicePublic,
    message: &[u8],
    signature: &[u8; 64],
) -> Result<(), BadSignature> {
    VerificationKey::try_from(public.0)
        .and_then(|key| key.verify(&Signature::from_bytes(signature), message))
        .map_err(|_| BadSignature)
}

/// Verifies many signatures, for a third of the time or less; the answers are those of
/// [`verify()`], in order. `seed` should be random; `random.rs` says why it need not be.
#[must_use]
pub fn verify_batch(claims: &[Claim<'_>], seed: &[u8; 32]) -> Vec<bool> {
    let mut answers = Vec::with_capacity(claims.len());
    for some in claims.chunks(limits::BATCH) {
        let items: Vec<batch::Item> = some.iter().map(Claim::item).collect();
        search(&items, key(some, seed), &mut answers);
    }
    answers
}

/// Where the items do not verify together, in halves; few of them one by one.
fn search(items: &[batch::Item], key: [u8; 32], answers: &mut Vec<bool>) {
    if items.len() > limits::SINGLY {
        let mut together = batch::Verifier::new();
        items.iter().for_each(|item| together.queue(item.clone()));
        if together.verify(Coefficients::new(key)).is_ok() {
            answers.extend(std::iter::repeat_n(true, items.len()));
            return;
        }
        let (left, right) = items.split_at(items.len() / 2);
        // The halves use coefficients of their own, but they may be the same for both: each
        // depends on every signature in either.
        let key = Sha256::digest(key).into();
        search(left, key, answers);
        search(right, key, answers);
    } else {
        answers.extend(items.iter().map(|item| item.clone().verify_single().is_ok()));
    }
}

/// The hash of the whole batch and the seed.
fn key(claims: &[Claim<'_>], seed: &[u8; 32]) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix(b"mundi.batch.1");
    hash.update(seed);
    for claim in claims {
        hash.update(claim.public.0);
        hash.update(claim.signature);
        hash.update((claim.message.len() as u64).to_be_bytes());
        hash.update(claim.message);
    }
    hash.finalize().into()
}

/// Why a key may not be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegisterError {
    /// 32 bytes that no point has.
    #[error("the key is no point of the curve; make a new key")]
    NotAPoint,
    /// A second way to write a point: the same key would have two names.
    #[error("the key is not written in its canonical form; write the key that it decodes to")]
    NotCanonical,
    /// Every signature by such a key verifies for some, or all, messages.
    #[error("the key has small order, so anybody can sign for it; make a new key")]
    SmallOrder,
}

/// Whether a key may become a device's or a person's. Stricter than [`verify()`], which must take
/// any key in the same way: what is registered once is never asked again.
///
/// # Errors
/// It is no point, not in canonical form, or of small order.
pub fn register(public: &DevicePublic) -> Result<(), RegisterError> {
    let key =
        ed25519_dalek::VerifyingKey::from_bytes(&public.0).map_err(|_| RegisterError::NotAPoint)?;
    if key.to_edwards().compress().0 != public.0 {
        return Err(RegisterError::NotCanonical);
    }
    if key.is_weak() {
        return Err(RegisterError::SmallOrder);
    }
    Ok(())
}

#[cfg(test)]
#[path = "verify_tests.rs"]
mod tests;
