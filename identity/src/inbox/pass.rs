//! A pass: what a contact shows instead of doing work. Both sides can compute it, nobody else.

use curve25519_dalek::montgomery::MontgomeryPoint;
use hkdf::Hkdf;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{first, inbox_of};
use crate::device::{DeviceKey, DevicePublic};

/// Bytes of a pass.
pub const PASS_BYTES: usize = 16;

/// The pass between one's own device and another's, for writing into the inbox of `recipient`, which is
/// one of the two. `None` where the other key is none that could be a device's.
#[must_use]
pub fn pass(
    own: &DeviceKey,
    other: &DevicePublic,
    recipient: &DevicePublic,
) -> Option<[u8; PASS_BYTES]> {
    let point = ed25519_dalek::VerifyingKey::from_bytes(&other.0).ok()?.to_montgomery();
    let scalar = own.agreement_scalar();
    let shared = Zeroizing::new(MontgomeryPoint(point.to_bytes()).mul_clamped(*scalar).to_bytes());
    if shared.iter().all(|byte| *byte == 0) {
        return None;
    }
    let mut pass = [0; PASS_BYTES];
    let info: [&[u8]; 2] = [b"mundi.pass.1", &inbox_of(recipient)];
    let hkdf = Hkdf::<Sha256>::new(None, shared.as_slice());
    hkdf.expand_multi_info(&info, &mut pass).ok()?;
    Some(pass)
}

/// A pass as it stands in a policy.
#[must_use]
pub fn hashed(pass: &[u8]) -> [u8; 16] {
    first(&Sha256::digest(pass).into())
}
