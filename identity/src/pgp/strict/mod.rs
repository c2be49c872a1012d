//! The one rule by which a key vouches for a device: no clock, no policy, no options.
//!
//! A device certificate is replayed for years on many machines, which must agree. So what counts
//! is written down here and in `spec/identity.md` rather than left to a library's policy, and
//! Ed25519 signatures are verified by the same rule as those of devices ([`crate::verify()`]).

mod form;
mod signature;

use openpgp::crypto::hash::Hash;
use openpgp::packet::key::{PrimaryRole, PublicParts, SubordinateRole, UnspecifiedRole};
use openpgp::packet::signature::subpacket::{Subpacket, SubpacketTag, SubpacketValue};
use openpgp::packet::{Key, Packet, Signature};
use openpgp::serialize::SerializeInto;
use openpgp::types::{SignatureType, Timestamp};
use sequoia_openpgp as openpgp;

use self::form::{bare_binding, only, packets};
use self::signature::{back_signature, cryptographic, digest, fields, kind};
use super::time::whole;
use super::{PgpError, cert};
use crate::fingerprint::Fingerprint;

pub(crate) use self::form::bare_bytes;

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
        let born = whole(subkey.creation_time())?;
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
    hold(whole(signer.creation_time())? <= made, "it is older than the key that made it")?;
    minimal.check(made)?;
    let mut context = digest(&one)?;
    context.update(message);
    one.hash(&mut context).map_err(PgpError::library)?;
    let digest = context.into_digest().map_err(PgpError::library)?;
    cryptographic(&signer, &one, &digest)
}
