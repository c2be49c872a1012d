//! A person's root key: it certifies the person's devices and signs nothing else.

use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha256};

use crate::certificate::{Certificate, CertificateError};
use crate::device::{DevicePublic, derive};
use crate::fingerprint::Fingerprint;
use crate::role::DeviceRole;

/// What comes before the root key in the hash that is the person's fingerprint.
const PERSON: &[u8] = b"mundi.person.1";

/// A person's secret root key (Ed25519). Wiped from memory when it is dropped, and never printed.
pub struct PersonKey(SigningKey);

impl PersonKey {
    /// From a secret seed of 32 bytes. Who passes a copy wipes it.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The key of a person in a rehearsal: no secret, the same on every machine.
    #[must_use]
    pub fn rehearsal(title: &str, person: &str) -> Self {
        Self::from_seed(&derive(b"mundi.rehearsal.person.1", &[title, person]))
    }

    /// The public root key's 32 bytes.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// What names the person.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        fingerprint(&self.public())
    }

    /// Certifies a device's key under the name that others are shown, from `not_before` on (ms
    /// since 1970), until `not_after` where it is given.
    ///
    /// # Errors
    /// A key that may not be registered, a name that cannot be shown, a period that is none.
    pub fn certify(
        &self,
        device: DevicePublic,
        name: &str,
        not_before: u64,
        not_after: Option<u64>,
    ) -> Result<Certificate, CertificateError> {
        self.certify_as(device, name, &[DeviceRole::Access], not_before, not_after)
    }

    /// Certifies a device's key with roles; else like [`PersonKey::certify`].
    ///
    /// # Errors
    /// As there; and no role, or one twice.
    pub fn certify_as(
        &self,
        device: DevicePublic,
        name: &str,
        roles: &[DeviceRole],
        not_before: u64,
        not_after: Option<u64>,
    ) -> Result<Certificate, CertificateError> {
        Certificate::sign(self, device, name, roles, not_before, not_after)
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl std::fmt::Debug for PersonKey {
    /// The fingerprint only.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PersonKey(of {})", self.fingerprint())
    }
}

/// SHA-256("mundi.person.1" ‖ root public key).
pub(crate) fn fingerprint(root: &[u8; 32]) -> Fingerprint {
    let hash = Sha256::new_with_prefix(PERSON).chain_update(root).finalize();
    Fingerprint::from(<[u8; 32]>::from(hash))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::DeviceKey;

    #[test]
    fn a_secret_does_not_print() {
        let printed = format!("{:?}", PersonKey::from_seed(&[0x5a; 32]));
        assert!(!printed.contains("5a5a5a") && !printed.contains("90, 90, 90"), "{printed}");
    }

    #[test]
    fn the_rehearsal_fingerprint_of_a_name_is_fixed_for_good() {
        insta::assert_snapshot!(PersonKey::rehearsal("the buyer confirms", "ada").fingerprint());
    }

    #[test]
    fn a_person_and_her_nameless_device_have_different_keys() {
        let person = PersonKey::rehearsal("play", "ada").public();
        assert_ne!(person, DeviceKey::rehearsal("play", "ada", "").public().0);
    }
}
