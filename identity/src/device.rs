//! A device's key: it signs the entries that a person writes there.

use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The 32 bytes of an Ed25519 public key (RFC 8032), as they stand in entries. Any 32 bytes:
/// [`register`](crate::register) says whether they may be a device's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DevicePublic(pub [u8; 32]);

impl std::fmt::Display for DevicePublic {
    /// Lower-case hexadecimal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl std::fmt::Debug for DevicePublic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DevicePublic({self})")
    }
}

/// A device's secret key. Wiped from memory when it is dropped, and never printed.
pub struct DeviceKey(SigningKey);

impl DeviceKey {
    /// From a secret seed of 32 bytes (RFC 8032, section 5.1.5). Who passes a copy wipes it.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The key of a device in a rehearsal: no secret, the same on every machine. `device` is empty
    /// for the device that a play does not name.
    #[must_use]
    pub fn rehearsal(title: &str, person: &str, device: &str) -> Self {
        Self::from_seed(&derive(b"mundi.rehearsal.device.1", &[title, person, device]))
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> DevicePublic {
        DevicePublic(self.0.verifying_key().to_bytes())
    }

    /// Signs, deterministically (RFC 8032): the same message has the same signature.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// The secret half of an agreement over Curve25519 (RFC 7748), for passes.
    pub(crate) fn agreement_scalar(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_scalar_bytes())
    }
}

impl std::fmt::Debug for DeviceKey {
    /// The public key only.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeviceKey(of {})", self.public())
    }
}

/// A seed from a purpose and names: SHA-256 over the purpose and each name with its length before
/// it (8 bytes, big-endian), so that no two lists of names give the same bytes.
pub(crate) fn derive(purpose: &[u8], names: &[&str]) -> Zeroizing<[u8; 32]> {
    let mut hash = Sha256::new_with_prefix(purpose);
    for name in names {
        hash.update((name.len() as u64).to_be_bytes());
        hash.update(name.as_bytes());
    }
    Zeroizing::new(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_vector_of_rfc_8032_signs_as_printed_there() {
        let seed = [
            0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec,
            0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03,
            0x1c, 0xae, 0x7f, 0x60,
        ];
        let key = DeviceKey::from_seed(&seed);
        assert_eq!(
            key.public().to_string(),
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        );
        let hex: String = key.sign(b"").iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(
            hex,
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e397\
             01cf9b46bd25bf5f0595bbe24655141438e7a100b"
        );
    }

    #[test]
    fn a_secret_does_not_print() {
        let key = DeviceKey::from_seed(&[0x5a; 32]);
        let printed = format!("{key:?}");
        assert!(!printed.contains("5a5a5a") && !printed.contains("90, 90, 90"), "{printed}");
        assert!(printed.contains(&key.public().to_string()));
    }

    #[test]
    fn rehearsal_keys_depend_on_every_name_and_on_where_one_ends() {
        let key = |a, b, c| DeviceKey::rehearsal(a, b, c).public();
        assert_eq!(key("play", "ada", ""), key("play", "ada", ""));
        let all = [
            key("play", "ada", ""),
            key("play", "ada", "phone"),
            key("play", "ben", ""),
            key("other", "ada", ""),
            key("pla", "yada", ""),
            key("play", "adap", "hone"),
        ];
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn the_rehearsal_key_of_a_name_is_fixed_for_good() {
        insta::assert_snapshot!(DeviceKey::rehearsal("the buyer confirms", "ada", "").public());
    }
}
