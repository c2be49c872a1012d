//! A device certificate: a person says that a device's key is theirs.
//!
//! The payload is `{1: 1, 2: fingerprint, 3: device key, 4: name, 5: not before, 6: not after, 7:
//! roles}` (6 and 7 may be absent; times in ms since 1970). The person's key signs it: an Ed25519
//! root key as a `COSE_Sign1`, an OpenPGP key as `spec/identity.md` says.

mod payload;

use crate::cose::{self, CoseError, Sign1};
use crate::device::DevicePublic;
use crate::fingerprint::Fingerprint;
use crate::limits;
use crate::person::{PersonKey, fingerprint};
use crate::pgp::{Keyholder, PgpError};
use crate::role::DeviceRole;
use crate::verify::{RegisterError, register, verify};
use crate::vouch::{self, Vouch};

/// The content type of a certificate by a root key.
pub const CONTENT_TYPE: &str = "application/vnd.mundi.device+cbor";

/// The first text of a certificate by an OpenPGP key.
pub const PGP_KIND: &str = "mundi.device.pgp";

/// By what a person vouches for a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateKind {
    /// An Ed25519 root key, of which the fingerprint is the hash.
    Root(DevicePublic),
    /// An OpenPGP key, of which the fingerprint is the hash.
    OpenPgp,
}

/// A certificate that has been verified; there are no others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    person: Fingerprint,
    device: DevicePublic,
    name: String,
    not_before: u64,
    not_after: Option<u64>,
    /// Distinct and sorted, at least one.
    roles: Vec<DeviceRole>,
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
    /// No role, or one twice.
    #[error("a device certificate gives at least one role, and each once")]
    Roles,
    /// The OpenPGP key or its signature.
    #[error("the device certificate: {0}")]
    Pgp(#[from] PgpError),
    /// The signature does not verify.
    #[error("the device certificate's signature does not verify")]
    Signature,
}

impl Certificate {
    pub(crate) fn sign(
        person: &PersonKey,
        device: DevicePublic,
        name: &str,
        roles: &[DeviceRole],
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
            roles: roles.to_vec(),
            kind: CertificateKind::Root(root),
            bytes: Vec::new(),
        };
        this.roles.sort_unstable();
        this.check()?;
        this.bytes =
            cose::sign_with(CONTENT_TYPE, &this.payload(), &root, |message| person.sign(message));
        Ok(this)
    }

    /// Certifies a device with a person's OpenPGP key, wherever that is: under the name that
    /// others are shown, with its roles, from `not_before` on, until `not_after` where it is
    /// given (ms since 1970). `at` is now.
    ///
    /// # Errors
    /// A device key that may not be registered, a name that cannot be shown, a period that is
    /// none; the OpenPGP key cannot vouch, or what holds it refuses.
    pub fn sign_pgp(
        holder: &dyn Keyholder,
        device: DevicePublic,
        name: &str,
        roles: &[DeviceRole],
        not_before: u64,
        not_after: Option<u64>,
        at: u64,
    ) -> Result<Self, CertificateError> {
        let mut this = Self {
            person: holder.cert().fingerprint(),
            device,
            name: name.to_owned(),
            not_before,
            not_after,
            roles: roles.to_vec(),
            kind: CertificateKind::OpenPgp,
            bytes: Vec::new(),
        };
        this.roles.sort_unstable();
        this.check()?;
        this.bytes = vouch::sign(PGP_KIND, &this.payload(), holder, at)?;
        if this.bytes.len() > limits::CERTIFICATE_BYTES {
            return Err(CertificateError::TooLarge);
        }
        Ok(this)
    }

    /// Decodes and verifies a certificate of either kind: its form, its keys, its name, its
    /// signature. No clock is asked.
    ///
    /// # Errors
    /// Whatever of these does not hold.
    pub fn decode(bytes: &[u8]) -> Result<Self, CertificateError> {
        if bytes.len() > limits::CERTIFICATE_BYTES {
            return Err(CertificateError::TooLarge);
        }
        if vouch::begins(bytes, PGP_KIND) {
            let vouch = Vouch::decode(bytes, PGP_KIND).ok_or(CertificateError::Form)?;
            let this = Self::read(vouch.payload, CertificateKind::OpenPgp, bytes)?;
            vouch.verify(PGP_KIND, &this.person)?;
            return Ok(this);
        }
        let sign1 = Sign1::decode(bytes, CONTENT_TYPE)?;
        let payload = bytes.get(sign1.payload.clone()).unwrap_or_default();
        let this = Self::read(payload, CertificateKind::Root(sign1.key), bytes)?;
        verify(&sign1.key, &sign1.signed_bytes(bytes), &sign1.signature)
            .map_err(|_| CertificateError::Signature)?;
        Ok(this)
    }

    /// What a payload says, if it may say so.
    fn read(payload: &[u8], kind: CertificateKind, bytes: &[u8]) -> Result<Self, CertificateError> {
        let this = Self::parse(payload, kind, bytes).ok_or(CertificateError::Form)?;
        // The decoder takes more than one way to write a thing; what is written back is the one.
        if this.payload() != payload {
            return Err(CertificateError::Form);
        }
        this.check()?;
        Ok(this)
    }

    fn check(&self) -> Result<(), CertificateError> {
        if let CertificateKind::Root(root) = self.kind {
            register(&root)?;
            if fingerprint(&root.0) != self.person {
                return Err(CertificateError::OtherPerson);
            }
        }
        register(&self.device)?;
        let shown = !self.name.is_empty() && !self.name.chars().any(char::is_control);
        if !shown || self.name.len() > limits::NAME_BYTES {
            return Err(CertificateError::Name);
        }
        if self.roles.is_empty() || !self.roles.is_sorted_by(|a, b| a < b) {
            return Err(CertificateError::Roles);
        }
        let last = self.not_after.unwrap_or(i64::MAX.unsigned_abs());
        if self.not_before >= last || last > i64::MAX.unsigned_abs() {
            return Err(CertificateError::Period);
        }
        Ok(())
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

    /// What the device may do: at least one role, sorted.
    #[must_use]
    pub fn roles(&self) -> &[DeviceRole] {
        &self.roles
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
