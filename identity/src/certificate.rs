//! A device certificate: a person says that a device's key is theirs.
//!
//! A `COSE_Sign1` by the person's root key over `{1: 1, 2: fingerprint, 3: device key, 4: name,
//! 5: not before, 6: not after}` (6 may be absent; times in ms since 1970).

use minicbor::{Decoder, Encoder};

use crate::cose::{self, CoseError, Sign1};
use crate::device::DevicePublic;
use crate::fingerprint::Fingerprint;
use crate::limits;
use crate::person::{PersonKey, fingerprint};
use crate::verify::{RegisterError, register, verify};

/// The content type of a certificate.
pub const CONTENT_TYPE: &str = "application/vnd.mundi.device+cbor";

/// By what a person vouches for a device. (OpenPGP keys come later.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateKind {
    /// An Ed25519 root key, of which the fingerprint is the hash.
    Root(DevicePublic),
}

/// A certificate that has been verified; there are no others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    person: Fingerprint,
    device: DevicePublic,
    name: String,
    not_before: u64,
    not_after: Option<u64>,
    kind: CertificateKind,
    bytes: Vec<u8>,
}

/// Why something is no certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Larger than one may be.
    #[error("a device certificate has at most {} bytes", limits::CERTIFICATE_BYTES)]
    TooLarge,
    /// Not a signed message of the right kind.
    #[error(transparent)]
    Cose(#[from] CoseError),
    /// The payload is not the map that it should be.
    #[error("the device certificate's content is not in its canonical form")]
    Form,
    /// The fingerprint is not the hash of the key that signed.
    #[error("the device certificate names another person than the one who signed it")]
    OtherPerson,
    /// A key that may not be used.
    #[error("the device certificate: {0}")]
    Key(#[from] RegisterError),
    /// Empty, too long, or not to be shown on one line.
    #[error(
        "the name in a device certificate has 1 to {} bytes and no control characters",
        limits::NAME_BYTES
    )]
    Name,
    /// It ends before it begins, or times are beyond what is supported.
    #[error("a device certificate's `not after` lies after its `not before`")]
    Period,
    /// The signature does not verify.
    #[error("the device certificate's signature does not verify")]
    Signature,
}

impl Certificate {
    pub(crate) fn sign(
        person: &PersonKey,
        device: DevicePublic,
        name: &str,
        not_before: u64,
        not_after: Option<u64>,
    ) -> Result<Self, CertificateError> {
        let root = DevicePublic(person.public());
        let mut this = Self {
            person: person.fingerprint(),
            device,
            name: name.to_owned(),
            not_before,
            not_after,
            kind: CertificateKind::Root(root),
            bytes: Vec::new(),
        };
        this.check()?;
        this.bytes =
            cose::sign_with(CONTENT_TYPE, &this.payload(), &root, |message| person.sign(message));
        Ok(this)
    }

    /// Decodes and verifies a certificate: its form, its keys, its name, its signature.
    ///
    /// # Errors
    /// Whatever of these does not hold.
    pub fn decode(bytes: &[u8]) -> Result<Self, CertificateError> {
        if bytes.len() > limits::CERTIFICATE_BYTES {
            return Err(CertificateError::TooLarge);
        }
        let sign1 = Sign1::decode(bytes, CONTENT_TYPE)?;
        let payload = bytes.get(sign1.payload.clone()).unwrap_or_default();
        let this = Self::read(payload, sign1.key, bytes).ok_or(CertificateError::Form)?;
        // The decoder takes more than one way to write a thing; what is written back is the one.
        if this.payload() != payload {
            return Err(CertificateError::Form);
        }
        this.check()?;
        verify(&sign1.key, &sign1.signed_bytes(bytes), &sign1.signature)
            .map_err(|_| CertificateError::Signature)?;
        Ok(this)
    }

    fn check(&self) -> Result<(), CertificateError> {
        let CertificateKind::Root(root) = self.kind;
        register(&root)?;
        register(&self.device)?;
        if fingerprint(&root.0) != self.person {
            return Err(CertificateError::OtherPerson);
        }
        let shown = !self.name.is_empty() && !self.name.chars().any(char::is_control);
        if !shown || self.name.len() > limits::NAME_BYTES {
            return Err(CertificateError::Name);
        }
        let last = self.not_after.unwrap_or(i64::MAX.unsigned_abs());
        if self.not_before >= last || last > i64::MAX.unsigned_abs() {
            return Err(CertificateError::Period);
        }
        Ok(())
    }

    fn payload(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(160);
        let mut to = Encoder::new(&mut out);
        let written = (|| {
            to.map(5 + u64::from(self.not_after.is_some()))?;
            to.u8(1)?.u8(1)?;
            to.u8(2)?.bytes(self.person.as_bytes())?;
            to.u8(3)?.bytes(&self.device.0)?;
            to.u8(4)?.str(&self.name)?;
            to.u8(5)?.u64(self.not_before)?;
            if let Some(last) = self.not_after {
                to.u8(6)?.u64(last)?;
            }
            Ok::<_, minicbor::encode::Error<std::convert::Infallible>>(())
        })();
        // Writing to a vector cannot fail.
        debug_assert!(written.is_ok());
        out
    }

    fn read(payload: &[u8], root: DevicePublic, bytes: &[u8]) -> Option<Self> {
        let mut from = Decoder::new(payload);
        let pairs = from.map().ok()??;
        let key = |from: &mut Decoder<'_>, n: u8| (from.u8().ok()? == n).then_some(());
        key(&mut from, 1)?;
        key(&mut from, 1)?;
        key(&mut from, 2)?;
        let person = Fingerprint::new(from.bytes().ok()?)?;
        key(&mut from, 3)?;
        let device = DevicePublic(from.bytes().ok()?.try_into().ok()?);
        key(&mut from, 4)?;
        let name = from.str().ok()?.to_owned();
        key(&mut from, 5)?;
        let not_before = from.u64().ok()?;
        let not_after = if pairs == 6 {
            key(&mut from, 6)?;
            Some(from.u64().ok()?)
        } else {
            None
        };
        let kind = CertificateKind::Root(root);
        Some(Self { person, device, name, not_before, not_after, kind, bytes: bytes.to_vec() })
    }

    /// Whose device it is.
    #[must_use]
    pub fn person(&self) -> Fingerprint {
        self.person
    }

    /// The device's key.
    #[must_use]
    pub fn device(&self) -> DevicePublic {
        self.device
    }

    /// The name under which the person is shown where nobody chose another.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// By what the person vouches for it.
    #[must_use]
    pub fn kind(&self) -> CertificateKind {
        self.kind
    }

    /// From when on, in ms since 1970.
    #[must_use]
    pub fn not_before(&self) -> u64 {
        self.not_before
    }

    /// Until when, in ms since 1970; `None`: no end.
    #[must_use]
    pub fn not_after(&self) -> Option<u64> {
        self.not_after
    }

    /// Whether it is in force at a time (ms since 1970), both ends included.
    #[must_use]
    pub fn covers(&self, at: u64) -> bool {
        self.not_before <= at && self.not_after.is_none_or(|last| at <= last)
    }

    /// The signed bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
#[path = "certificate_tests.rs"]
mod tests;
