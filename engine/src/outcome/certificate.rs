//! The certificate: the file that proves a final outcome to anybody (`spec/outcome.md`, "The
//! certificate"). Bytes in, the parts out, in their one form; nothing is believed. What they prove says
//! [`super::proof`].

use mundi_identity::cose_sign::{Sign, Signature};

use super::payload::{CONTENT_TYPE, Payload};
use super::refusal::{Refusal, VerifyError};
use crate::cbor::{self, Reader};
use crate::limits::{CERTIFICATE_BYTES, CERTIFICATE_REVOCATIONS, ENTRY_BYTES, ROUND};

/// A certificate of which nothing is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// What is signed.
    pub payload: Payload,
    /// The seals, sorted by key.
    pub signatures: Vec<Signature>,
    /// The bytes of the `open` entry.
    pub open: Vec<u8>,
    /// By round, from 0 on: the seals that justify the next, by what they seal.
    pub justification: Vec<Vec<Sign>>,
    /// Revocations of sealing keys.
    pub revocations: Vec<Vec<u8>>,
}

fn form(what: &str, why: impl std::fmt::Display) -> VerifyError {
    VerifyError::new(
        Refusal::BadEncoding,
        format!("this is no certificate in its one form: {what}: {why}"),
    )
}

impl Certificate {
    /// The file's bytes, with signatures, justification and revocations sorted.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let seals = Sign {
            content_type: CONTENT_TYPE,
            payload: self.payload.encode(),
            signatures: self.signatures.clone(),
        };
        let mut out = seals.encode();
        let (rounds, revoked) = (!self.justification.is_empty(), !self.revocations.is_empty());
        cbor::write_map(&mut out, 1 + usize::from(rounds) + usize::from(revoked));
        cbor::write_uint(&mut out, 1);
        cbor::write_bytes(&mut out, &self.open);
        if rounds {
            cbor::write_uint(&mut out, 2);
            cbor::write_array(&mut out, self.justification.len());
            for round in &self.justification {
                let mut round: Vec<&Sign> = round.iter().collect();
                round.sort_by(|a, b| a.payload.cmp(&b.payload));
                cbor::write_array(&mut out, round.len());
                round.iter().for_each(|sign| out.extend(sign.encode()));
            }
        }
        if revoked {
            let mut all = self.revocations.clone();
            all.sort();
            all.dedup();
            cbor::write_uint(&mut out, 3);
            cbor::write_array(&mut out, all.len());
            all.iter().for_each(|one| cbor::write_bytes(&mut out, one));
        }
        out
    }

    /// Finds the parts of a file. No signature is verified.
    ///
    /// # Errors
    /// `bad-encoding`: the bytes are not exactly a certificate in its one form.
    pub fn decode(bytes: &[u8]) -> Result<Self, VerifyError> {
        if bytes.len() > CERTIFICATE_BYTES {
            return Err(form("its size", format!("at most {CERTIFICATE_BYTES} bytes")));
        }
        let (seals, end) = Sign::read(bytes, CONTENT_TYPE).map_err(|e| form("the seals", e))?;
        let payload = read_payload(&seals.payload)?;
        let mut rest = Rest { bytes, at: end };
        let (open, justification, revocations) = rest.read(payload.round)?;
        Ok(Self { payload, signatures: seals.signatures, open, justification, revocations })
    }
}

/// A payload, here or in the justification.
pub(super) fn read_payload(bytes: &[u8]) -> Result<Payload, VerifyError> {
    let payload = Payload::decode(bytes).map_err(|e| form("a payload", e))?;
    if i64::try_from(payload.outcome.at).is_err() {
        return Err(form("a payload", "its time is beyond all times"));
    }
    // A `seal` has to carry it. Every signature is over a copy, so that it must not grow.
    if payload.outcome.output.len() > ENTRY_BYTES {
        return Err(form("a payload", "its output is larger than an entry may be"));
    }
    Ok(payload)
}

/// The `open` entry, the justification, the revocations.
type Parts = (Vec<u8>, Vec<Vec<Sign>>, Vec<Vec<u8>>);

/// The second item: items of CBOR, and `COSE_Sign`s between them.
struct Rest<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Rest<'a> {
    fn read(&mut self, round: u32) -> Result<Parts, VerifyError> {
        let pairs = self.item("the map", Reader::map)?;
        if !(1..=3).contains(&pairs) || self.item("the map", Reader::uint)? != 1 {
            return Err(form("the map", "it begins with the `open` entry"));
        }
        let open = self.item("the `open` entry", Reader::bytes)?.to_vec();
        let mut keys = Vec::new();
        let (mut justification, mut revocations) = (Vec::new(), Vec::new());
        for _ in 1..pairs {
            let key = self.item("the map", Reader::uint)?;
            if keys.last().is_some_and(|last| *last >= key) {
                return Err(form("the map", "its keys are sorted, each once"));
            }
            keys.push(key);
            match key {
                2 if round > 0 => justification = self.rounds()?,
                3 => revocations = self.revocations()?,
                _ => return Err(form("the map", format!("it has no {key} here"))),
            }
        }
        if self.at != self.bytes.len() {
            return Err(form("its end", "something follows"));
        }
        Ok((open, justification, revocations))
    }

    /// Reads with the reader of entries, from here on.
    fn item<T>(
        &mut self,
        what: &str,
        read: impl FnOnce(&mut Reader<'a>) -> Result<T, cbor::CborError>,
    ) -> Result<T, VerifyError> {
        let mut from = Reader::new(self.bytes.get(self.at..).unwrap_or_default());
        let item = read(&mut from).map_err(|e| form(what, e))?;
        self.at = self.at.saturating_add(from.position());
        Ok(item)
    }

    fn rounds(&mut self) -> Result<Vec<Vec<Sign>>, VerifyError> {
        let count = self.item("the justification", Reader::array)?;
        if count == 0 || count > u64::from(ROUND) {
            return Err(form("the justification", "it has 1 to 65,535 rounds"));
        }
        (0..count).map(|_| self.round()).collect()
    }

    fn round(&mut self) -> Result<Vec<Sign>, VerifyError> {
        let count = self.item("the justification", Reader::array)?;
        if count == 0 {
            return Err(form("the justification", "a round without a seal"));
        }
        let mut signs: Vec<Sign> = Vec::new();
        for _ in 0..count {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let (sign, length) =
                Sign::read(rest, CONTENT_TYPE).map_err(|e| form("the justification", e))?;
            self.at = self.at.saturating_add(length);
            if sign.signatures.is_empty() {
                return Err(form("the justification", "an outcome without a seal"));
            }
            if signs.last().is_some_and(|last| last.payload >= sign.payload) {
                return Err(form("the justification", "a round is not sorted by payload"));
            }
            signs.push(sign);
        }
        Ok(signs)
    }

    fn revocations(&mut self) -> Result<Vec<Vec<u8>>, VerifyError> {
        let count = self.item("the revocations", Reader::array)?;
        if count == 0 || count > CERTIFICATE_REVOCATIONS {
            let most = format!("there are 1 to {CERTIFICATE_REVOCATIONS}, or the key is left out");
            return Err(form("the revocations", most));
        }
        let mut all: Vec<Vec<u8>> = Vec::new();
        for _ in 0..count {
            let one = self.item("the revocations", Reader::bytes)?.to_vec();
            if all.last().is_some_and(|last| *last >= one) {
                return Err(form("the revocations", "they are sorted, each once"));
            }
            all.push(one);
        }
        Ok(all)
    }
}
