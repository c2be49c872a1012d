//! `COSE_Sign1` (RFC 9052, section 4.2) in the one form that is used here.
//!
//! `18([protected, {}, payload, signature])`, protected `{1: -8, 3: content type, 4: key}`, in
//! deterministic CBOR (RFC 8949, section 4.2.1). All but the payload and the signature is fixed
//! by the content type and the key, so decoding compares bytes: what would not re-encode to
//! itself is refused, without building anything. (-8, EdDSA, is what libraries know today.)

use std::ops::Range;

use crate::device::{DeviceKey, DevicePublic};

/// Why bytes are not a `COSE_Sign1` of the one form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CoseError {
    /// It ends too early, or something follows.
    #[error("the signed message is cut off, or something follows it")]
    Length,
    /// Tag, array, headers or lengths are not those of the one form.
    #[error("the signed message is not a COSE_Sign1 in deterministic form with content type {0}")]
    Form(&'static str),
}

/// The parts of a `COSE_Sign1`, as places in its bytes. Nothing is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign1 {
    /// The key in the header: whose signature it is said to be.
    pub key: DevicePublic,
    /// The payload's bytes.
    pub payload: Range<usize>,
    /// The 64 bytes of the signature: the last ones.
    pub signature: [u8; 64],
    /// The protected header with its length before it.
    protected: Range<usize>,
    /// The payload with its length before it.
    lengthened: Range<usize>,
}

/// Writes a byte string's head: its length in the shortest form (RFC 8949, section 3).
pub(crate) fn bytes_head(out: &mut Vec<u8>, length: usize) {
    match u16::try_from(length) {
        Ok(n @ 0..=23) => out.push(0x40 | n.to_be_bytes()[1]),
        Ok(n @ 24..=255) => out.extend([0x58, n.to_be_bytes()[1]]),
        Ok(n) => {
            out.push(0x59);
            out.extend(n.to_be_bytes());
        }
        Err(_) => {
            let clamped = u32::try_from(length).unwrap_or(u32::MAX);
            out.push(0x5a);
            out.extend(clamped.to_be_bytes());
        }
    }
}

/// Reads a byte string's head: its length and where its content starts. Shortest form only.
pub(crate) fn read_head(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let rest = bytes.get(at..)?;
    let (length, head) = match *rest {
        [first @ 0x40..=0x57, ..] => (usize::from(first & 0x1f), 1),
        [0x58, n @ 24..=255, ..] => (usize::from(n), 2),
        [0x59, a @ 1..=255, b, ..] => (usize::from(u16::from_be_bytes([a, b])), 3),
        [0x5a, a, b, c, d, ..] if (a, b) != (0, 0) => {
            (usize::try_from(u32::from_be_bytes([a, b, c, d])).ok()?, 5)
        }
        _ => return None,
    };
    Some((length, at.checked_add(head)?))
}

/// The protected header up to the key, with its length before it. Content types have 24 to 150
/// bytes, so that both lengths take two bytes.
fn header(content_type: &str) -> Vec<u8> {
    let text = u8::try_from(content_type.len()).unwrap_or(u8::MAX);
    let mut out = Vec::with_capacity(content_type.len() + 12);
    out.extend([0x58, text.saturating_add(41)]);
    out.extend([0xa3, 0x01, 0x27, 0x03, 0x78, text]);
    out.extend(content_type.as_bytes());
    out.extend([0x04, 0x58, 0x20]);
    out
}

/// The bytes that a signature is over: `["Signature1", protected, h'', payload]`.
fn to_be_signed(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(protected.len() + payload.len() + 13);
    out.extend(b"\x84\x6aSignature1");
    out.extend(protected);
    out.push(0x40);
    out.extend(payload);
    out
}

/// Signs a payload.
#[must_use]
pub fn sign(content_type: &str, payload: &[u8], key: &DeviceKey) -> Vec<u8> {
    sign_with(content_type, payload, &key.public(), |message| key.sign(message))
}

pub(crate) fn sign_with(
    content_type: &str,
    payload: &[u8],
    key: &DevicePublic,
    signer: impl Fn(&[u8]) -> [u8; 64],
) -> Vec<u8> {
    let mut protected = header(content_type);
    protected.extend(key.0);
    let mut lengthened = Vec::with_capacity(payload.len() + 5);
    bytes_head(&mut lengthened, payload.len());
    lengthened.extend(payload);
    let signature = signer(&to_be_signed(&protected, &lengthened));
    let mut out = Vec::with_capacity(protected.len() + lengthened.len() + 69);
    out.extend([0xd2, 0x84]);
    out.extend(protected);
    out.push(0xa0);
    out.extend(lengthened);
    out.extend([0x58, 0x40]);
    out.extend(signature);
    out
}

impl Sign1 {
    /// Finds the parts. The payload's own form is not looked at.
    ///
    /// # Errors
    /// The bytes are not exactly one such message with this content type.
    pub fn decode(bytes: &[u8], content_type: &'static str) -> Result<Self, CoseError> {
        let form = CoseError::Form(content_type);
        let header = header(content_type);
        let at_key = 2 + header.len();
        let start = bytes.get(..at_key).ok_or(CoseError::Length)?;
        if !start.starts_with(&[0xd2, 0x84]) || start.get(2..) != Some(header.as_slice()) {
            return Err(form);
        }
        let key = bytes.get(at_key..at_key + 32).ok_or(CoseError::Length)?;
        let key = DevicePublic(key.try_into().map_err(|_| CoseError::Length)?);
        let after = at_key + 32;
        if bytes.get(after) != Some(&0xa0) {
            return Err(form);
        }
        let (length, start) = read_head(bytes, after + 1).ok_or(form)?;
        let end = start.checked_add(length).ok_or(CoseError::Length)?;
        let [0x58, 0x40, signature @ ..] = bytes.get(end..).ok_or(CoseError::Length)? else {
            return Err(form);
        };
        Ok(Self {
            key,
            payload: start..end,
            signature: signature.try_into().map_err(|_| CoseError::Length)?,
            protected: 2..after,
            lengthened: after + 1..end,
        })
    }

    /// The bytes that the signature is over; `bytes` are those that were decoded.
    #[must_use]
    pub fn signed_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let part = |range: &Range<usize>| bytes.get(range.clone()).unwrap_or_default();
        to_be_signed(part(&self.protected), part(&self.lengthened))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::verify;

    const TYPE: &str = "application/vnd.mundi.test+cbor";

    fn signed(length: usize) -> Vec<u8> {
        sign(TYPE, &vec![7; length], &DeviceKey::from_seed(&[1; 32]))
    }

    #[test]
    fn what_was_signed_decodes_and_verifies_at_every_size_of_length() {
        for length in [0, 23, 24, 255, 256, 65_535, 65_536] {
            let bytes = signed(length);
            let sign1 = Sign1::decode(&bytes, TYPE).unwrap();
            assert_eq!(sign1.payload.len(), length);
            assert_eq!(bytes[sign1.payload.clone()], vec![7; length]);
            assert_eq!(verify(&sign1.key, &sign1.signed_bytes(&bytes), &sign1.signature), Ok(()));
        }
    }

    #[test]
    fn every_flipped_bit_is_refused() {
        let bytes = signed(30);
        for bit in 0..bytes.len() * 8 {
            let mut spoilt = bytes.clone();
            spoilt[bit / 8] ^= 1 << (bit % 8);
            let verified = Sign1::decode(&spoilt, TYPE).is_ok_and(|sign1| {
                verify(&sign1.key, &sign1.signed_bytes(&spoilt), &sign1.signature).is_ok()
            });
            assert!(!verified, "bit {bit}");
        }
    }

    #[test]
    fn another_content_type_or_length_is_refused() {
        let bytes = signed(30);
        let other = Sign1::decode(&bytes, "application/vnd.mundi.tests+cbor");
        assert!(matches!(other, Err(CoseError::Form(_))));
        for cut in 0..bytes.len() {
            assert!(Sign1::decode(&bytes[..cut], TYPE).is_err(), "cut at {cut}");
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert_eq!(Sign1::decode(&longer, TYPE), Err(CoseError::Length));
    }

    #[test]
    fn an_over_long_length_is_refused() {
        let bytes = signed(30);
        let sign1 = Sign1::decode(&bytes, TYPE).unwrap();
        let mut long = bytes[..sign1.payload.start - 2].to_vec();
        long.extend([0x59, 0, 30]);
        long.extend(&bytes[sign1.payload.start..]);
        assert_eq!(Sign1::decode(&long, TYPE), Err(CoseError::Form(TYPE)));
    }
}
