//! Whether one signature and the key that made it are of a kind that counts, and verify.

use openpgp::crypto::hash::Context;
use openpgp::crypto::mpi;
use openpgp::packet::Signature;
use openpgp::packet::signature::subpacket::{SubpacketArea, SubpacketTag, SubpacketValue};
use openpgp::types::{HashAlgorithm, PublicKeyAlgorithm, SignatureType, Timestamp};
use sequoia_openpgp as openpgp;

use super::{AnyKey, Primary, Subkey, hold, refuse};
use crate::device::DevicePublic;
use crate::limits;
use crate::pgp::time::whole;
use crate::pgp::{PgpError, cert};
use crate::verify::{register, verify};

/// Which keys may vouch: Ed25519 (of OpenPGP v4), RSA.
pub(super) fn kind(key: &AnyKey) -> Result<(), PgpError> {
    hold(key.version() == 4, "the key is not of version 4")?;
    let bits = match (key.pk_algo(), key.mpis()) {
        (PublicKeyAlgorithm::EdDSA, mpi::PublicKey::EdDSA { .. }) => {
            let point = ed25519(key)?;
            return register(&point).or_else(|e| refuse(e.to_string()));
        }
        (PublicKeyAlgorithm::RSAEncryptSign, mpi::PublicKey::RSA { n, e }) => {
            // With an exponent of 1 anybody could sign; a long one takes long.
            let odd = e.value().last().is_some_and(|byte| byte % 2 == 1);
            hold(
                odd && (2..=32).contains(&e.bits()),
                "the exponent of its RSA key is not an odd number from 3 to 2^32",
            )?;
            n.bits()
        }
        (other, _) => return Err(PgpError::Algorithm(other.to_string())),
    };
    let most = limits::RSA_BITS_MOST;
    if !(limits::RSA_BITS_LEAST..=most).contains(&bits) {
        let least = limits::RSA_BITS_LEAST;
        return refuse(format!("RSA keys have {least} to {most} bits here, this one has {bits}"));
    }
    Ok(())
}

/// The point of an Ed25519 key.
pub(super) fn ed25519(key: &AnyKey) -> Result<DevicePublic, PgpError> {
    if let mpi::PublicKey::EdDSA { curve: openpgp::types::Curve::Ed25519, q } = key.mpis()
        && let [0x40, point @ ..] = q.value()
        && let Ok(point) = <[u8; 32]>::try_from(point)
    {
        return Ok(DevicePublic(point));
    }
    Err(PgpError::Algorithm(cert::algorithm_of(key)))
}

/// The fields of a signature that must hold whatever it is over; gives its time.
pub(super) fn fields(
    signature: &Signature,
    typ: SignatureType,
    more: &[SubpacketTag],
) -> Result<Timestamp, PgpError> {
    hold(signature.version() == 4 && signature.typ() == typ, "it is of another kind or version")?;
    let good = [HashAlgorithm::SHA256, HashAlgorithm::SHA384, HashAlgorithm::SHA512];
    if !good.contains(&signature.hash_algo()) {
        return refuse(format!("its hash {} is too weak or unknown", signature.hash_algo()));
    }
    let mut made = None;
    for packet in signature.hashed_area().iter() {
        match packet.value() {
            SubpacketValue::SignatureCreationTime(at) if made.is_none() => made = Some(*at),
            SubpacketValue::SignatureCreationTime(_) => return refuse("it has two dates"),
            SubpacketValue::SignersUserID(_) => return refuse("it holds a user id"),
            _ => {}
        }
        let tag = packet.tag();
        let known = more.contains(&tag)
            || matches!(
                tag,
                SubpacketTag::SignatureCreationTime
                    | SubpacketTag::SignatureExpirationTime
                    | SubpacketTag::Issuer
                    | SubpacketTag::IssuerFingerprint
            );
        if packet.critical() && !known {
            return refuse(format!("it has a critical part that is not known here ({tag})"));
        }
    }
    made.map_or_else(|| refuse("it has no date"), Ok)
}

/// A digest that is fed next with what is signed.
pub(super) fn digest(signature: &Signature) -> Result<Context, PgpError> {
    Ok(signature.hash_algo().context().map_err(PgpError::library)?.for_signature(4))
}

/// The signature itself, over a digest.
pub(super) fn cryptographic(
    key: &AnyKey,
    signature: &Signature,
    digest: &[u8],
) -> Result<(), PgpError> {
    let bad = || PgpError::Signature("it was made by another key, or over something else".into());
    if signature.pk_algo() != key.pk_algo() || digest.get(..2) != Some(signature.digest_prefix()) {
        return Err(bad());
    }
    match signature.mpis() {
        mpi::Signature::EdDSA { r, s } => {
            let mut both = [0; 64];
            let (front, back) = both.split_at_mut(32);
            front.copy_from_slice(&r.value_padded(32).map_err(|_| bad())?);
            back.copy_from_slice(&s.value_padded(32).map_err(|_| bad())?);
            verify(&ed25519(key)?, digest, &both).map_err(|_| bad())
        }
        mpis @ mpi::Signature::RSA { .. } => {
            key.verify(mpis, signature.hash_algo(), digest).map_err(|_| bad())
        }
        _ => Err(bad()),
    }
}

/// The subkey's own signature, which says that it belongs to the primary key: the one thing that
/// counts in an area that is not hashed, as it proves itself.
pub(super) fn back_signature(
    binding: &Signature,
    primary: &Primary,
    subkey: &Subkey,
) -> Result<(), PgpError> {
    let embedded = |area: &SubpacketArea| -> Vec<Signature> {
        area.subpackets(SubpacketTag::EmbeddedSignature)
            .filter_map(|packet| match packet.value() {
                SubpacketValue::EmbeddedSignature(signature) => Some(signature.clone()),
                _ => None,
            })
            .collect()
    };
    let (hashed, unhashed) = (embedded(binding.hashed_area()), embedded(binding.unhashed_area()));
    let only = unhashed.len() == binding.unhashed_area().iter().count();
    let (([one], []) | ([], [one])) = (hashed.as_slice(), unhashed.as_slice()) else {
        return refuse("the subkey has not signed that it belongs to the key, or twice");
    };
    hold(only, "the subkey's signature has parts that nobody signed")?;
    let bare = !hashed.is_empty() || one.unhashed_area().iter().next().is_none();
    hold(bare, "the subkey's own signature has parts that nobody signed")?;
    let made = fields(one, SignatureType::PrimaryKeyBinding, &[])?;
    hold(made >= whole(subkey.creation_time())?, "the subkey's own signature is older than it")?;
    let mut context = digest(one)?;
    one.hash_primary_key_binding(&mut context, primary, subkey).map_err(PgpError::library)?;
    let digest = context.into_digest().map_err(PgpError::library)?;
    cryptographic(&subkey.clone().role_into_unspecified(), one, &digest)
}
