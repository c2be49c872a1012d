//! What a person's OpenPGP key signs about devices: the form that certificates and revocations
//! share.
//!
//! The CBOR array `[kind, payload, key, signature]`: `payload` stands there as it is (a map, not
//! a byte string), `key` is the minimal public key, `signature` one OpenPGP signature packet over
//! the bytes of the array `[kind, payload]`.

use minicbor::{Decoder, Encoder};

use crate::fingerprint::Fingerprint;
use crate::pgp::{Keyholder, PgpError, strict};

/// The parts, as they stand in the bytes; nothing is verified.
pub(crate) struct Vouch<'a> {
    pub(crate) payload: &'a [u8],
    key: &'a [u8],
    signature: &'a [u8],
}

/// `[kind, payload]`, or with two byte strings more, `[kind, payload, key, signature]`.
pub(crate) fn array(kind: &str, payload: &[u8], more: &[&[u8]]) -> Vec<u8> {
    let size = payload.len() + more.iter().map(|part| part.len() + 4).sum::<usize>() + 40;
    let mut out = Vec::with_capacity(size);
    let written = (|| {
        Encoder::new(&mut out).array(2 + more.len() as u64)?.str(kind)?;
        out.extend(payload);
        let mut to = Encoder::new(&mut out);
        more.iter().try_for_each(|part| to.bytes(part).map(|_| ()))
    })();
    let _: Result<(), minicbor::encode::Error<std::convert::Infallible>> = written;
    out
}

/// Whether bytes are meant to be of a kind, by how they begin.
pub(crate) fn begins(bytes: &[u8], kind: &str) -> bool {
    let mut from = Decoder::new(bytes);
    matches!(from.array(), Ok(Some(4))) && from.str().is_ok_and(|found| found == kind)
}

/// Signs a payload.
pub(crate) fn sign(
    kind: &str,
    payload: &[u8],
    holder: &dyn Keyholder,
    at: u64,
) -> Result<Vec<u8>, PgpError> {
    let message = array(kind, payload, &[]);
    let key = holder.cert().minimal(at)?;
    let signature = strict::bare_bytes(&holder.sign_detached(&message, at)?)?;
    let person = holder.cert().fingerprint();
    strict::vouched(&person, &key, &message, &signature)?;
    Ok(array(kind, payload, &[&key, &signature]))
}

impl<'a> Vouch<'a> {
    /// Finds the parts; `None` if it is not exactly such an array in deterministic form.
    pub(crate) fn decode(bytes: &'a [u8], kind: &str) -> Option<Self> {
        let mut from = Decoder::new(bytes);
        let begins = from.array().ok()? == Some(4) && from.str().ok()? == kind;
        let start = from.position();
        from.skip().ok()?;
        let payload = bytes.get(start..from.position())?;
        let (key, signature) = (from.bytes().ok()?, from.bytes().ok()?);
        let same = array(kind, payload, &[key, signature]) == bytes;
        (begins && same).then_some(Self { payload, key, signature })
    }

    /// Verifies that a person's key signed it.
    pub(crate) fn verify(&self, kind: &str, person: &Fingerprint) -> Result<(), PgpError> {
        strict::vouched(person, self.key, &array(kind, self.payload, &[]), self.signature)
    }
}
