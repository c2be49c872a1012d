//! The revocation of a device: its person says that its key no longer counts.
//!
//! The payload is `{1: 1, 2: fingerprint, 3: device key, 4: reason, 5: at}` (ms since 1970). It is
//! signed as a device certificate is, by a root key or by an OpenPGP key.

use minicbor::{Decoder, Encoder};

use crate::certificate::CertificateKind;
use crate::cose::{self, CoseError, Sign1};
use crate::device::DevicePublic;
use crate::fingerprint::Fingerprint;
use crate::limits;
use crate::person::{PersonKey, fingerprint};
use crate::pgp::{Keyholder, PgpError};
use crate::verify::{RegisterError, register, verify};
use crate::vouch::{self, Vouch};

/// The content type of a revocation by a root key.
pub const CONTENT_TYPE: &str = "application/vnd.mundi.revocation+cbor";

/// The first text of a revocation by an OpenPGP key.
pub const PGP_KIND: &str = "mundi.revocation.pgp";

/// Why a device is revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is not used any more; what it signed before counts.
    Retired,
    /// It is gone; nobody is known to have its key.
    Lost,
    /// Somebody else may have its key.
    Compromised,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Self; 3] = [Self::Retired, Self::Lost, Self::Compromised];

    /// The name that stands in revocations.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Retired => "retired",
            Self::Lost => "lost",
            Self::Compromised => "compromised",
        }
    }

    /// The reason with a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// A revocation that has been verified; there are no others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    person: Fingerprint,
    device: DevicePublic,
    reason: Reason,
    at: u64,
    kind: CertificateKind,
    bytes: Vec<u8>,
}

/// Why something is no revocation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RevocationError {
    /// Larger than one may be.
    #[error("a revocation has at most {} bytes", limits::REVOCATION_BYTES)]
    TooLarge,
    /// Not a signed message of the right kind.
    #[error(transparent)]
    Cose(#[from] CoseError),
    /// The payload is not the map that it should be.
    #[error("the revocation's content is not in its canonical form")]
    Form,
    /// The fingerprint is not the hash of the key that signed.
    #[error("the revocation names another person than the one who signed it")]
    OtherPerson,
    /// A root key that may not be used.
    #[error("the revocation: {0}")]
    Key(#[from] RegisterError),
    /// The OpenPGP key or its signature.
    #[error("the revocation: {0}")]
    Pgp(#[from] PgpError),
    /// The signature does not verify.
    #[error("the revocation's signature does not verify")]
    Signature,
}

impl Revocation {
    /// Revokes a device by a root key, as of now (`at`, ms since 1970).
    ///
    /// # Errors
    /// The root key may not be used.
    pub fn sign(
        person: &PersonKey,
        device: DevicePublic,
        reason: Reason,
        at: u64,
    ) -> Result<Self, RevocationError> {
        let root = DevicePublic(person.public());
        let kind = CertificateKind::Root(root);
        let mut this =
            Self { person: person.fingerprint(), device, reason, at, kind, bytes: Vec::new() };
        this.check()?;
        this.bytes =
            cose::sign_with(CONTENT_TYPE, &this.payload(), &root, |message| person.sign(message));
        Ok(this)
    }

    /// Revokes a device by an OpenPGP key, wherever that is, as of now (`at`, ms since 1970).
    ///
    /// # Errors
    /// The key cannot vouch, or what holds it refuses.
    pub fn sign_pgp(
        holder: &dyn Keyholder,
        device: DevicePublic,
        reason: Reason,
        at: u64,
    ) -> Result<Self, RevocationError> {
        let person = holder.cert().fingerprint();
        let kind = CertificateKind::OpenPgp;
        let mut this = Self { person, device, reason, at, kind, bytes: Vec::new() };
        this.bytes = vouch::sign(PGP_KIND, &this.payload(), holder, at)?;
        if this.bytes.len() > limits::REVOCATION_BYTES {
            return Err(RevocationError::TooLarge);
        }
        Ok(this)
    }

    /// Decodes and verifies a revocation of either kind. No clock is asked.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn decode(bytes: &[u8]) -> Result<Self, RevocationError> {
        if bytes.len() > limits::REVOCATION_BYTES {
            return Err(RevocationError::TooLarge);
        }
        if vouch::begins(bytes, PGP_KIND) {
            let vouch = Vouch::decode(bytes, PGP_KIND).ok_or(RevocationError::Form)?;
            let this = Self::read(vouch.payload, CertificateKind::OpenPgp, bytes)?;
            vouch.verify(PGP_KIND, &this.person)?;
            return Ok(this);
        }
        let sign1 = Sign1::decode(bytes, CONTENT_TYPE)?;
        let payload = bytes.get(sign1.payload.clone()).unwrap_or_default();
        let this = Self::read(payload, CertificateKind::Root(sign1.key), bytes)?;
        verify(&sign1.key, &sign1.signed_bytes(bytes), &sign1.signature)
            .map_err(|_| RevocationError::Signature)?;
        Ok(this)
    }

    fn read(payload: &[u8], kind: CertificateKind, bytes: &[u8]) -> Result<Self, RevocationError> {
        let this = Self::parse(payload, kind, bytes).ok_or(RevocationError::Form)?;
        // The decoder takes more than one way to write a thing; what is written back is the one.
        if this.payload() != payload {
            return Err(RevocationError::Form);
        }
        this.check()?;
        Ok(this)
    }

    fn check(&self) -> Result<(), RevocationError> {
        if let CertificateKind::Root(root) = self.kind {
            register(&root)?;
            if fingerprint(&root.0) != self.person {
                return Err(RevocationError::OtherPerson);
            }
        }
        Ok(())
    }

    fn payload(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(112);
        let mut to = Encoder::new(&mut out);
        let written = (|| {
            to.map(5)?.u8(1)?.u8(1)?;
            to.u8(2)?.bytes(self.person.as_bytes())?;
            to.u8(3)?.bytes(&self.device.0)?;
            to.u8(4)?.str(self.reason.name())?;
            to.u8(5)?.u64(self.at)?;
            Ok::<_, minicbor::encode::Error<std::convert::Infallible>>(())
        })();
        // Writing to a vector cannot fail.
        debug_assert!(written.is_ok());
        out
    }

    fn parse(payload: &[u8], kind: CertificateKind, bytes: &[u8]) -> Option<Self> {
        let mut from = Decoder::new(payload);
        from.map().ok()??;
        let key = |from: &mut Decoder<'_>, n: u8| (from.u8().ok()? == n).then_some(());
        key(&mut from, 1)?;
        key(&mut from, 1)?;
        key(&mut from, 2)?;
        let person = Fingerprint::new(from.bytes().ok()?)?;
        key(&mut from, 3)?;
        let device = DevicePublic(from.bytes().ok()?.try_into().ok()?);
        key(&mut from, 4)?;
        let reason = Reason::named(from.str().ok()?)?;
        key(&mut from, 5)?;
        let at = from.u64().ok()?;
        Some(Self { person, device, reason, at, kind, bytes: bytes.to_vec() })
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

    /// Why.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// When, in ms since 1970, as the person says.
    #[must_use]
    pub fn at(&self) -> u64 {
        self.at
    }

    /// By what the person revokes it.
    #[must_use]
    pub fn kind(&self) -> CertificateKind {
        self.kind
    }

    /// The signed bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
#[path = "revocation_tests.rs"]
mod tests;
