//! A broker's key, and the keys of NATS that come from it.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use ed25519_dalek::{Signer, SigningKey};
use hkdf::Hkdf;
use nkeys::{KeyPair, KeyPairType};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::BrokerError;

/// Who uses a key inside of the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// Signs who is let in.
    Issuer,
    /// Is asked who is let in.
    Callout,
    /// Stores parcels, and serves users.
    Mail,
    /// Asks the nats-server how it is.
    System,
}

/// A broker's key. Not printed, and wiped when it is dropped.
pub struct BrokerKey(SigningKey);

impl BrokerKey {
    /// From its seed.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// A new one, in a new file that only its owner reads.
    ///
    /// # Errors
    /// There is no chance to be had; the file exists or cannot be written.
    pub fn create(path: &Path) -> Result<Self, BrokerError> {
        let mut seed = Zeroizing::new([0; 32]);
        let chance = getrandom::fill(seed.as_mut_slice());
        chance.map_err(|e| BrokerError::file(path)(std::io::Error::other(e.to_string())))?;
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let written = file.as_mut().map_err(|e| std::io::Error::new(e.kind(), e.to_string()));
        let written = written.and_then(|file| {
            file.write_all(seed.as_slice())?;
            file.sync_all()
        });
        written.map_err(BrokerError::file(path))?;
        Ok(Self::from_seed(&seed))
    }

    /// Reads its file.
    ///
    /// # Errors
    /// It is missing, not 32 bytes, or others may read it.
    pub fn read(path: &Path) -> Result<Self, BrokerError> {
        let about = fs::metadata(path).map_err(BrokerError::file(path))?;
        if about.permissions().mode() & 0o077 != 0 || about.len() != 32 {
            return Err(BrokerError::Key(path.to_owned()));
        }
        let bytes = Zeroizing::new(fs::read(path).map_err(BrokerError::file(path))?);
        let seed = bytes.as_slice().try_into().map_err(|_| BrokerError::Key(path.to_owned()))?;
        Ok(Self::from_seed(&Zeroizing::new(seed)))
    }

    /// The public key: the broker's name.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// Signs.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// The seed with which the broker is a user of its peers.
    #[must_use]
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// A key of NATS that never leaves this machine.
    ///
    /// # Errors
    /// None that could happen.
    pub fn inside(&self, who: Inside) -> Result<KeyPair, BrokerError> {
        let seed = self.seed();
        let mut derived = Zeroizing::new([0; 32]);
        let info = format!("mundi.broker.nkey.1 {who:?}");
        let hkdf = Hkdf::<Sha256>::new(None, seed.as_slice());
        hkdf.expand(info.as_bytes(), derived.as_mut_slice()).map_err(BrokerError::nats)?;
        let kind = match who {
            Inside::Issuer => KeyPairType::Account,
            _ => KeyPairType::User,
        };
        KeyPair::new_from_raw(kind, *derived).map_err(BrokerError::nats)
    }
}

impl std::fmt::Debug for BrokerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BrokerKey(of {})", hex(&self.public()))
    }
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Bytes of lower-case hexadecimal; `None` where it is not so many.
#[must_use]
pub fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    let digit = |b: &u8| b.is_ascii_digit() || (b'a'..=b'f').contains(b);
    if digits.len() != 2 * N || !digits.iter().all(digit) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_by_its_owner_only_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let key = BrokerKey::create(&path).unwrap();
        assert_eq!(BrokerKey::read(&path).unwrap().public(), key.public());
        assert!(BrokerKey::create(&path).is_err());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(BrokerKey::read(&path), Err(BrokerError::Key(_))));
    }

    #[test]
    fn each_key_inside_is_another() {
        let key = BrokerKey::from_seed(&[1; 32]);
        let all = [Inside::Issuer, Inside::Callout, Inside::Mail, Inside::System];
        let mut keys: Vec<_> = all.map(|who| key.inside(who).unwrap().public_key()).into();
        assert!(keys[0].starts_with('A') && keys[1].starts_with('U'));
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 4);
    }
}
