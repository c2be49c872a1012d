//! `COSE_Sign` (RFC 9052, section 4.1): one content under the signatures of several keys, in the one
//! form that is used here.
//!
//! `98([body_protected, {}, payload, [signature, …]])`, body_protected `{3: content type}`, each signature
//! a `COSE_Signature` `[{1: -8, 4: key}, {}, signature]`, sorted by key, one a key, in deterministic CBOR
//! (RFC 8949, section 4.2.1). All but payload, keys and signatures is fixed, so decoding compares bytes: what
//! would not re-encode to itself is refused. A signature is over `["Signature", body_protected, protected,
//! h'', payload]` (section 4.4), so none of a `COSE_Sign1` can stand for one.

use crate::cose::{CoseError, bytes_head, read_head};
use crate::device::{DeviceKey, DevicePublic};
use crate::verify::{BadSignature, Claim, verify, verify_batch};

/// Bytes of an encoded `COSE_Signature`.
pub const SIGNATURE_BYTES: usize = 108;

/// A signature's protected header up to its key: `h'{1: -8, 4: key}'` with its length before it.
const PROTECTED: [u8; 8] = [0x58, 0x26, 0xa2, 0x01, 0x27, 0x04, 0x58, 0x20];
/// Tag 98 and the head of an array of four.
const START: [u8; 3] = [0xd8, 0x62, 0x84];

/// One `COSE_Signature`. Nothing is verified.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signature {
    /// Whose it is said to be.
    pub key: DevicePublic,
    /// R and s (RFC 8032, section 5.1.6).
    pub signature: [u8; 64],
}

impl Signature {
    /// Signs a payload of a content type.
    #[must_use]
    pub fn sign(content_type: &str, payload: &[u8], key: &DeviceKey) -> Self {
        let public = key.public();
        let signature = key.sign(&to_be_signed(content_type, &public, payload));
        Self { key: public, signature }
    }

    /// Verifies it over a payload of a content type.
    ///
    /// # Errors
    /// It does not verify.
    pub fn verify(&self, content_type: &str, payload: &[u8]) -> Result<(), BadSignature> {
        verify(&self.key, &to_be_signed(content_type, &self.key, payload), &self.signature)
    }

    /// The array `[protected, {}, signature]`.
    #[must_use]
    pub fn encode(&self) -> [u8; SIGNATURE_BYTES] {
        let mut out = [0; SIGNATURE_BYTES];
        let parts: [&[u8]; 6] =
            [&[0x83], &PROTECTED, &self.key.0, &[0xa0], &[0x58, 0x40], &self.signature];
        let mut bytes = parts.into_iter().flatten();
        out.iter_mut().for_each(|place| *place = bytes.next().copied().unwrap_or(0));
        out
    }

    /// Reads one.
    ///
    /// # Errors
    /// The bytes are not exactly one in its one form.
    pub fn decode(bytes: &[u8]) -> Result<Self, CoseError> {
        let bytes: &[u8; SIGNATURE_BYTES] = bytes.try_into().map_err(|_| CoseError::Length)?;
        let key = bytes.get(9..41).and_then(|key| key.try_into().ok()).ok_or(CoseError::Length)?;
        let signature = bytes.last_chunk::<64>().ok_or(CoseError::Length)?;
        let this = Self { key: DevicePublic(key), signature: *signature };
        if this.encode() == *bytes { Ok(this) } else { Err(CoseError::Form("of a signature")) }
    }
}

/// A payload under several signatures. Nothing is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    /// The content type in its header.
    pub content_type: &'static str,
    /// What is signed.
    pub payload: Vec<u8>,
    /// Sorted by key, one a key.
    pub signatures: Vec<Signature>,
}

impl Sign {
    /// The bytes, with the signatures sorted; of several by one key the first is kept.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut signatures = self.signatures.clone();
        signatures.sort_by_key(|one| one.key);
        signatures.dedup_by_key(|one| one.key);
        let mut out =
            Vec::with_capacity(self.payload.len() + 64 + signatures.len() * SIGNATURE_BYTES);
        out.extend(START);
        out.extend(body_protected(self.content_type));
        out.push(0xa0);
        bytes_head(&mut out, self.payload.len());
        out.extend(&self.payload);
        array_head(&mut out, signatures.len());
        signatures.iter().for_each(|one| out.extend(one.encode()));
        out
    }

    /// Reads one, which may be followed by something else; gives its length as well.
    ///
    /// # Errors
    /// It is not in the one form, or of another content type.
    pub fn read(bytes: &[u8], content_type: &'static str) -> Result<(Self, usize), CoseError> {
        let form = CoseError::Form(content_type);
        let mut start = START.to_vec();
        start.extend(body_protected(content_type));
        start.push(0xa0);
        if !bytes.starts_with(&start) {
            let cut = start.starts_with(bytes);
            return Err(if cut { CoseError::Length } else { form });
        }
        let (length, at) = read_head(bytes, start.len()).ok_or(form)?;
        let end = at.checked_add(length).ok_or(CoseError::Length)?;
        let payload = bytes.get(at..end).ok_or(CoseError::Length)?.to_vec();
        let (count, mut at) = read_array(bytes, end).ok_or(form)?;
        let mut signatures: Vec<Signature> = Vec::new();
        for _ in 0..count {
            let next = at.checked_add(SIGNATURE_BYTES).ok_or(CoseError::Length)?;
            let one = Signature::decode(bytes.get(at..next).ok_or(CoseError::Length)?)?;
            if signatures.last().is_some_and(|last| last.key >= one.key) {
                return Err(form);
            }
            signatures.push(one);
            at = next;
        }
        Ok((Self { content_type, payload, signatures }, at))
    }

    /// Whether each of the signatures verifies, in their order.
    #[must_use]
    pub fn verified(&self) -> Vec<bool> {
        let messages: Vec<Vec<u8>> = self
            .signatures
            .iter()
            .map(|one| to_be_signed(self.content_type, &one.key, &self.payload))
            .collect();
        let claims: Vec<Claim<'_>> = self
            .signatures
            .iter()
            .zip(&messages)
            .map(|(one, message)| Claim { public: one.key, message, signature: &one.signature })
            .collect();
        verify_batch(&claims, &[0; 32])
    }
}

/// `h'{3: content type}'` with its length before it. Content types have 24 to 150 bytes.
fn body_protected(content_type: &str) -> Vec<u8> {
    let text = u8::try_from(content_type.len()).unwrap_or(u8::MAX);
    let mut out = vec![0x58, text.saturating_add(4), 0xa1, 0x03, 0x78, text];
    out.extend(content_type.as_bytes());
    out
}

/// `["Signature", body_protected, protected, h'', payload]`
fn to_be_signed(content_type: &str, key: &DevicePublic, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(payload.len() + content_type.len() + 72);
    out.extend(b"\x85\x69Signature");
    out.extend(body_protected(content_type));
    out.extend(PROTECTED);
    out.extend(key.0);
    out.push(0x40);
    bytes_head(&mut out, payload.len());
    out.extend(payload);
    out
}

/// The head of an array, in the shortest form.
fn array_head(out: &mut Vec<u8>, length: usize) {
    let from = out.len();
    bytes_head(out, length);
    // An array's head is a byte string's with another major type.
    if let Some(first) = out.get_mut(from) {
        *first ^= 0xc0;
    }
}

fn read_array(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut head: Vec<u8> = bytes.get(at..)?.iter().take(5).copied().collect();
    let first = head.first_mut()?;
    if !(0x80..0xa0).contains(first) {
        return None;
    }
    *first ^= 0xc0;
    let (length, after) = read_head(&head, 0)?;
    Some((length, at.checked_add(after)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "application/vnd.mundi.outcome+cbor";

    fn keys() -> Vec<DeviceKey> {
        ["ada", "ben", "cy"].map(|name| DeviceKey::rehearsal("sealing", name, "")).into()
    }

    fn signed(payload: &[u8], keys: &[DeviceKey]) -> Sign {
        let signatures = keys.iter().map(|key| Signature::sign(TYPE, payload, key)).collect();
        Sign { content_type: TYPE, payload: payload.to_vec(), signatures }
    }

    #[test]
    fn what_is_written_is_read_again_and_verifies() {
        for length in [0, 1, 23, 24, 300, 70_000] {
            let sign = signed(&vec![7; length], &keys());
            let mut bytes = sign.encode();
            let length = bytes.len();
            bytes.extend(b"more");
            let (read, end) = Sign::read(&bytes, TYPE).unwrap();
            assert_eq!(end, length);
            assert_eq!(read.encode(), bytes[..length]);
            assert_eq!(read.verified(), [true; 3]);
        }
    }

    #[test]
    fn many_signatures_have_a_longer_head() {
        let keys: Vec<DeviceKey> =
            (0..300).map(|n| DeviceKey::rehearsal("sealing", &format!("p{n}"), "")).collect();
        let bytes = signed(b"payload", &keys).encode();
        let (read, end) = Sign::read(&bytes, TYPE).unwrap();
        assert_eq!((end, read.signatures.len()), (bytes.len(), 300));
    }

    #[test]
    fn every_flipped_bit_is_refused_or_does_not_verify() {
        let bytes = signed(b"payload", &keys()).encode();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let all = Sign::read(&flipped, TYPE).is_ok_and(|(read, end)| {
                end == bytes.len() && read.verified().iter().all(|yes| *yes)
            });
            // A count that says less leaves a good one, and something behind it.
            assert!(!all, "bit {bit}");
        }
    }

    #[test]
    fn cut_off_anywhere_it_is_refused() {
        let bytes = signed(b"payload", &keys()).encode();
        for end in 0..bytes.len() {
            assert!(Sign::read(&bytes[..end], TYPE).is_err(), "{end}");
        }
    }

    #[test]
    fn two_of_one_key_or_out_of_order_are_refused() {
        let bytes = signed(b"payload", &keys()[..2]).encode();
        let (first, second) = (bytes.len() - 2 * SIGNATURE_BYTES, bytes.len() - SIGNATURE_BYTES);
        let twice = [&bytes[..second], &bytes[first..second]].concat();
        assert!(Sign::read(&twice, TYPE).is_err());
        let swapped = [&bytes[..first], &bytes[second..], &bytes[first..second]].concat();
        assert!(Sign::read(&swapped, TYPE).is_err());
    }

    #[test]
    fn a_signature_of_a_single_signer_message_does_not_verify_here() {
        let key = &keys()[0];
        let single = crate::cose::sign(TYPE, b"payload", key);
        let signature = *single.last_chunk::<64>().unwrap();
        let reused = Signature { key: key.public(), signature };
        assert!(reused.verify(TYPE, b"payload").is_err());
        assert!(Signature::sign(TYPE, b"payload", key).verify(TYPE, b"payload").is_ok());
    }
}
