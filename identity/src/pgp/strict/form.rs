//! The one form in which keys and signatures stand in certificates: no packet too many, nothing
//! that nobody signed.

use openpgp::packet::signature::Signature4;
use openpgp::packet::signature::subpacket::{
    Subpacket, SubpacketArea, SubpacketTag, SubpacketValue,
};
use openpgp::packet::{Packet, Signature};
use openpgp::parse::{Dearmor, PacketParserBuilder, PacketParserResult, Parse};
use openpgp::serialize::SerializeInto;
use sequoia_openpgp as openpgp;

use super::{Primary, Subkey};
use crate::limits;
use crate::pgp::{PgpError, ready};

/// The packets of small binary data that re-encodes to itself.
pub(super) fn packets(bytes: &[u8], expected: &'static str) -> Result<Vec<Packet>, PgpError> {
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
fn bare(signature: &Signature) -> Signature {
    with_unhashed(signature, SubpacketArea::default())
}

/// A subkey's binding without what is not hashed, apart from the subkey's own signature.
pub(super) fn bare_binding(
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
pub(super) fn only(all: Vec<Packet>) -> Result<Signature, PgpError> {
    let mut all = all.into_iter();
    match (all.next(), all.next()) {
        (Some(Packet::Signature(one)), None) => Ok(one),
        _ => Err(PgpError::form("signature", "it has other packets than one signature")),
    }
}
