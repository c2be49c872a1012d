//! The one rule by which a key vouches for a device: no clock, no policy, no options.
//!
//! A device certificate is replayed for years on many machines, which must agree. So what counts
//! is written down here and in `spec/identity.md` rather than left to a library's policy, and
//! Ed25519 signatures are verified by the same rule as those of devices ([`crate::verify()`]).

use openpgp::crypto::hash::Hash;
use openpgp::crypto::mpi;
use openpgp::packet::key::{PrimaryRole, PublicParts, SubordinateRole, UnspecifiedRole};
use openpgp::packet::signature::Signature4;
use openpgp::packet::signature::subpacket::{
    Subpacket, SubpacketArea, SubpacketTag, SubpacketValue,
};
use openpgp::packet::{Key, Packet, Signature};
use openpgp::parse::{Dearmor, PacketParserBuilder, PacketParserResult, Parse};
use openpgp::serialize::SerializeInto;
use openpgp::types::{HashAlgorithm, PublicKeyAlgorithm, SignatureType, Timestamp};
use sequoia_openpgp as openpgp;

use super::{PgpError, cert, ready};
use crate::device::DevicePublic;
use crate::fingerprint::Fingerprint;
use crate::limits;
use crate::verify::{register, verify};

type Primary = Key<PublicParts, PrimaryRole>;
type Subkey = Key<PublicParts, SubordinateRole>;
type AnyKey = Key<PublicParts, UnspecifiedRole>;

/// A minimal public key: what vouches for a device.
pub(super) struct Minimal {
    primary: Primary,
    subkey: Option<(Subkey, Signature)>,
}

fn refuse<T>(why: impl Into<String>) -> Result<T, PgpError> {
    Err(PgpError::Signature(why.into()))
}

fn hold(holds: bool, why: &str) -> Result<(), PgpError> {
    if holds { Ok(()) } else { refuse(why) }
}

/// The packets of small binary data that re-encodes to itself.
fn packets(bytes: &[u8], expected: &'static str) -> Result<Vec<Packet>, PgpError> {
    let (all, again) = loose(bytes, expected)?;
    if again != bytes {
        return Err(PgpError::form(expected, "it is not in the shortest form"));
    }
    Ok(all)
}

/// The packets of small binary data, and how they are written here: other programs use headers of
/// the old form.
fn loose(bytes: &[u8], expected: &'static str) -> Result<(Vec<Packet>, Vec<u8>), PgpError> {
    ready();
    if bytes.len() > limits::CERTIFICATE_BYTES {
        return Err(PgpError::TooLarge { what: expected, most: limits::CERTIFICATE_BYTES });
    }
    let form = |e: openpgp::anyhow::Error| PgpError::form(expected, e);
    let builder = PacketParserBuilder::from_bytes(bytes).map_err(form)?;
    let mut parser = builder.dearmor(Dearmor::Disabled).build().map_err(form)?;
    let (mut all, mut again) = (Vec::new(), Vec::new());
    while let PacketParserResult::Some(here) = parser {
        let (packet, next) = here.next().map_err(form)?;
        again.extend(packet.to_vec().map_err(form)?);
        all.push(packet);
        if all.len() > 3 {
            return Err(PgpError::form(expected, "it has more packets than one may have"));
        }
        parser = next;
    }
    Ok((all, again))
}

impl Minimal {
    /// Reads exactly `PublicKey` or `PublicKey, PublicSubkey, Signature`. Nothing is verified.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, PgpError> {
        let mut all = packets(bytes, "minimal key")?.into_iter();
        match (all.next(), all.next(), all.next()) {
            (Some(Packet::PublicKey(primary)), None, None) => Ok(Self { primary, subkey: None }),
            (
                Some(Packet::PublicKey(primary)),
                Some(Packet::PublicSubkey(subkey)),
                Some(Packet::Signature(binding)),
            ) => Ok(Self { primary, subkey: Some((subkey, binding)) }),
            _ => Err(PgpError::form(
                "minimal key",
                "it has other packets than a public key, or a key, a subkey and its signature",
            )),
        }
    }

    /// From the parts of a key, without what anybody could have added.
    pub(super) fn new(
        primary: &Primary,
        subkey: Option<(&Subkey, &Signature)>,
    ) -> Result<Self, PgpError> {
        let subkey = match subkey {
            Some((key, binding)) => Some((key.clone(), bare_binding(binding, primary, key)?)),
            None => None,
        };
        let made = Self { primary: primary.clone(), subkey };
        // What cannot be read back is not written.
        Self::parse(&made.bytes()?)
    }

    pub(super) fn bytes(&self) -> Result<Vec<u8>, PgpError> {
        let mut out = Packet::from(self.primary.clone()).to_vec().map_err(PgpError::library)?;
        if let Some((key, binding)) = &self.subkey {
            out.extend(Packet::from(key.clone()).to_vec().map_err(PgpError::library)?);
            out.extend(Packet::from(binding.clone()).to_vec().map_err(PgpError::library)?);
        }
        Ok(out)
    }

    /// Whose key it is.
    pub(super) fn person(&self) -> Fingerprint {
        cert::fingerprint_of(&self.primary)
    }

    /// The part that signs.
    pub(super) fn signer(&self) -> AnyKey {
        match &self.subkey {
            Some((key, _)) => key.clone().role_into_unspecified(),
            None => self.primary.clone().role_into_unspecified(),
        }
    }

    /// Whether the key may vouch for what it signs at `signed` (seconds since 1970).
    pub(super) fn check(&self, signed: Timestamp) -> Result<(), PgpError> {
        kind(&self.primary.clone().role_into_unspecified())?;
        let Some((subkey, binding)) = &self.subkey else {
            return Ok(());
        };
        kind(&subkey.clone().role_into_unspecified())?;
        let made = fields(
            binding,
            SignatureType::SubkeyBinding,
            &[
                SubpacketTag::KeyFlags,
                SubpacketTag::KeyExpirationTime,
                SubpacketTag::EmbeddedSignature,
            ],
        )?;
        let flags = binding.hashed_area().subpacket(SubpacketTag::KeyFlags).map(Subpacket::value);
        let signs = matches!(flags, Some(SubpacketValue::KeyFlags(flags)) if flags.for_signing());
        hold(signs, "the subkey is not one that signs")?;
        let mut context = digest(binding)?;
        binding
            .hash_subkey_binding(&mut context, &self.primary, subkey)
            .map_err(PgpError::library)?;
        let digest = context.into_digest().map_err(PgpError::library)?;
        cryptographic(&self.primary.clone().role_into_unspecified(), binding, &digest)?;
        back_signature(binding, &self.primary, subkey)?;
        let born = stamp(subkey.creation_time())?;
        hold(made <= signed && born <= signed, "it is older than the subkey that made it")?;
        let seconds = u64::from(u32::from(signed));
        let within = |area: Option<&Subpacket>, from: Timestamp| match area.map(Subpacket::value) {
            Some(
                SubpacketValue::KeyExpirationTime(span)
                | SubpacketValue::SignatureExpirationTime(span),
            ) if u32::from(*span) != 0 => {
                seconds < u64::from(u32::from(from)) + u64::from(u32::from(*span))
            }
            _ => true,
        };
        let hashed = binding.hashed_area();
        let alive = within(hashed.subpacket(SubpacketTag::KeyExpirationTime), born)
            && within(hashed.subpacket(SubpacketTag::SignatureExpirationTime), made);
        hold(alive, "the subkey had expired when it signed")
    }
}

/// A library's time in whole seconds.
fn stamp(at: std::time::SystemTime) -> Result<Timestamp, PgpError> {
    Timestamp::try_from(at).map_err(PgpError::library)
}

/// Which keys may vouch: Ed25519 (of OpenPGP v4), RSA.
fn kind(key: &AnyKey) -> Result<(), PgpError> {
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
fn ed25519(key: &AnyKey) -> Result<DevicePublic, PgpError> {
    if let mpi::PublicKey::EdDSA { curve: openpgp::types::Curve::Ed25519, q } = key.mpis()
        && let [0x40, point @ ..] = q.value()
        && let Ok(point) = <[u8; 32]>::try_from(point)
    {
        return Ok(DevicePublic(point));
    }
    Err(PgpError::Algorithm(cert::algorithm_of(key)))
}

/// The fields of a signature that must hold whatever it is over; gives its time.
fn fields(
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
fn digest(signature: &Signature) -> Result<openpgp::crypto::hash::Context, PgpError> {
    Ok(signature.hash_algo().context().map_err(PgpError::library)?.for_signature(4))
}

/// The signature itself, over a digest.
fn cryptographic(key: &AnyKey, signature: &Signature, digest: &[u8]) -> Result<(), PgpError> {
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
fn back_signature(binding: &Signature, primary: &Primary, subkey: &Subkey) -> Result<(), PgpError> {
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
    hold(made >= stamp(subkey.creation_time())?, "the subkey's own signature is older than it")?;
    let mut context = digest(one)?;
    one.hash_primary_key_binding(&mut context, primary, subkey).map_err(PgpError::library)?;
    let digest = context.into_digest().map_err(PgpError::library)?;
    cryptographic(&subkey.clone().role_into_unspecified(), one, &digest)
}

/// The same signature with another area that is not hashed.
fn with_unhashed(signature: &Signature, unhashed: SubpacketArea) -> Signature {
    Signature4::new(
        signature.typ(),
        signature.pk_algo(),
        signature.hash_algo(),
        signature.hashed_area().clone(),
        unhashed,
        *signature.digest_prefix(),
        signature.mpis().clone(),
    )
    .into()
}

/// A signature without what is not hashed: anybody can change that.
pub(super) fn bare(signature: &Signature) -> Signature {
    with_unhashed(signature, SubpacketArea::default())
}

/// A subkey's binding without what is not hashed, apart from the subkey's own signature.
fn bare_binding(
    binding: &Signature,
    primary: &Primary,
    subkey: &Subkey,
) -> Result<Signature, PgpError> {
    let mut kept = SubpacketArea::default();
    let inside = binding.hashed_area().subpacket(SubpacketTag::EmbeddedSignature).is_some();
    let found = binding.unhashed_area().subpackets(SubpacketTag::EmbeddedSignature).find_map(|p| {
        match p.value() {
            SubpacketValue::EmbeddedSignature(back)
                if back.verify_primary_key_binding(primary, subkey).is_ok() =>
            {
                Some(bare(back))
            }
            _ => None,
        }
    });
    if let (false, Some(back)) = (inside, found) {
        let packet = Subpacket::new(SubpacketValue::EmbeddedSignature(back), false);
        packet.and_then(|packet| kept.add(packet)).map_err(PgpError::library)?;
    }
    Ok(with_unhashed(binding, kept))
}

/// Removes from a detached signature what nobody signed.
pub(crate) fn bare_bytes(signature: &[u8]) -> Result<Vec<u8>, PgpError> {
    let one = only(loose(signature, "signature")?.0)?;
    Packet::from(bare(&one)).to_vec().map_err(PgpError::library)
}

/// Exactly one signature packet.
fn only(all: Vec<Packet>) -> Result<Signature, PgpError> {
    let mut all = all.into_iter();
    match (all.next(), all.next()) {
        (Some(Packet::Signature(one)), None) => Ok(one),
        _ => Err(PgpError::form("signature", "it has other packets than one signature")),
    }
}

/// Verifies that a person's key signed a message: the whole rule.
pub(crate) fn vouched(
    person: &Fingerprint,
    key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), PgpError> {
    let minimal = Minimal::parse(key)?;
    hold(minimal.person() == *person, "the key is another person's")?;
    let one = only(packets(signature, "signature")?)?;
    hold(one.unhashed_area().iter().next().is_none(), "it has parts that nobody signed")?;
    let made = fields(&one, SignatureType::Binary, &[])?;
    let ends = one.hashed_area().subpacket(SubpacketTag::SignatureExpirationTime).is_some();
    hold(!ends, "it expires by itself; write the end into what is signed")?;
    let signer = minimal.signer();
    let says = one.hashed_area().subpacket(SubpacketTag::IssuerFingerprint).map(Subpacket::value);
    if let Some(SubpacketValue::IssuerFingerprint(says)) = says {
        hold(*says == signer.fingerprint(), "it says that another key made it")?;
    }
    hold(stamp(signer.creation_time())? <= made, "it is older than the key that made it")?;
    minimal.check(made)?;
    let mut context = digest(&one)?;
    context.update(message);
    one.hash(&mut context).map_err(PgpError::library)?;
    let digest = context.into_digest().map_err(PgpError::library)?;
    cryptographic(&signer, &one, &digest)
}
