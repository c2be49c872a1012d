//! The body of a `seal` entry: an outcome, a round, and the signature that goes into the certificate.
//! What else is signed follows from `open` (`spec/outcome.md`, "`seal` entries").

use mundi_identity::DeviceKey;
use mundi_identity::cose_sign::{SIGNATURE_BYTES, Signature};

use super::payload::{Basis, CONTENT_TYPE, Outcome, read_ids, read_round, write_ids};
use crate::cbor::{self, CborError, Reader};
use crate::entry::EntryId;

/// The message's name.
pub const SEAL: &str = "seal";

/// A body without an outcome: its author has seen what the entry builds on.
pub const ACKNOWLEDGEMENT: [u8; 1] = [0xa0];

/// What a `seal` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealBody {
    /// The round.
    pub round: u32,
    /// What is sealed.
    pub outcome: Outcome,
    /// Over the payload.
    pub signature: Signature,
}

impl SealBody {
    /// Seals an outcome.
    #[must_use]
    pub fn sign(basis: &Basis, round: u32, outcome: Outcome, key: &DeviceKey) -> Self {
        let signature = Signature::sign(CONTENT_TYPE, &basis.payload(round, &outcome), key);
        Self { round, outcome, signature }
    }

    /// Whether the signature is over this outcome in this round of that conversation.
    #[must_use]
    pub fn verifies(&self, basis: &Basis) -> bool {
        let payload = basis.payload(self.round, &self.outcome);
        self.signature.verify(CONTENT_TYPE, &payload).is_ok()
    }

    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let outcome = &self.outcome;
        cbor::write_map(&mut out, 6);
        cbor::write_text(&mut out, "at");
        cbor::write_uint(&mut out, outcome.at);
        cbor::write_text(&mut out, "cut");
        write_ids(&mut out, &outcome.cut);
        cbor::write_text(&mut out, "entry");
        cbor::write_bytes(&mut out, &outcome.entry.0);
        cbor::write_text(&mut out, "round");
        cbor::write_uint(&mut out, u64::from(self.round));
        cbor::write_text(&mut out, "output");
        out.extend(&outcome.output);
        cbor::write_text(&mut out, "signature");
        out.extend(self.signature.encode());
        out
    }

    /// Reads one; `None` for an acknowledgement.
    ///
    /// # Errors
    /// It is not in its one form.
    pub fn read(body: &[u8]) -> Result<Option<Self>, CborError> {
        if body == ACKNOWLEDGEMENT {
            return Ok(None);
        }
        let mut from = Reader::new(body);
        if from.map()? != 6 {
            return Err(CborError::Kind);
        }
        key(&mut from, "at")?;
        let at = from.uint()?;
        key(&mut from, "cut")?;
        let cut = read_ids(&mut from)?;
        key(&mut from, "entry")?;
        let entry = EntryId(from.hash()?);
        key(&mut from, "round")?;
        let round = read_round(&mut from)?;
        key(&mut from, "output")?;
        let output = from.any()?.to_vec();
        key(&mut from, "signature")?;
        let rest = body.get(from.position()..).unwrap_or_default();
        if rest.len() != SIGNATURE_BYTES {
            return Err(CborError::Cut);
        }
        let signature = Signature::decode(rest).map_err(|_| CborError::Kind)?;
        Ok(Some(Self { round, outcome: Outcome { entry, cut, at, output }, signature }))
    }
}

fn key(from: &mut Reader<'_>, name: &str) -> Result<(), CborError> {
    if from.text()? == name { Ok(()) } else { Err(CborError::Kind) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::payload::tests::sample;

    #[test]
    fn a_seal_is_read_again_and_verifies_for_its_round_alone() {
        let key = DeviceKey::rehearsal("sealing", "ada", "");
        let sample = sample();
        let seal = SealBody::sign(&sample.basis, 1, sample.outcome.clone(), &key);
        let read = SealBody::read(&seal.encode()).unwrap().unwrap();
        assert_eq!(read, seal);
        assert!(read.verifies(&sample.basis));
        assert!(!SealBody { round: 2, ..read }.verifies(&sample.basis));
        assert_eq!(SealBody::read(&ACKNOWLEDGEMENT), Ok(None));
    }

    #[test]
    fn every_flipped_bit_is_refused_or_does_not_verify() {
        let key = DeviceKey::rehearsal("sealing", "ada", "");
        let sample = sample();
        let bytes = SealBody::sign(&sample.basis, 1, sample.outcome.clone(), &key).encode();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let good = SealBody::read(&flipped).is_ok_and(|seal| {
                seal.is_some_and(|seal| {
                    seal.verifies(&sample.basis) && seal.signature.key == key.public()
                })
            });
            assert!(!good, "bit {bit}");
        }
    }
}
