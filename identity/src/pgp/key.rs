//! A person's secret OpenPGP key, and what can be done with one.

use openpgp::Cert;
use openpgp::cert::amalgamation::key::PrimaryKey;
use openpgp::crypto::{KeyPair, Password, S2K};
use openpgp::packet::key::{PublicParts, SecretKeyMaterial, SecretParts, UnspecifiedRole};
use openpgp::packet::one_pass_sig::OnePassSig3;
use openpgp::packet::{Key, Literal, Packet};
use openpgp::serialize::{Marshal, MarshalInto};
use openpgp::types::{DataFormat, PublicKeyAlgorithm, SignatureType};
use sequoia_openpgp as openpgp;
use zeroize::Zeroizing;

use super::{PgpCert, PgpError, cert, decrypt, det, ready, time};

/// What a person's key can do, wherever it is: in memory, or in GnuPG.
pub trait Keyholder {
    /// The public key.
    fn cert(&self) -> &PgpCert;

    /// A detached signature over data, dated `at` (ms since 1970) or, where another program
    /// signs, by that program's clock; one binary packet.
    ///
    /// # Errors
    /// No part of the key can sign, or what holds it refuses.
    fn sign_detached(&self, data: &[u8], at: u64) -> Result<Vec<u8>, PgpError>;

    /// An OpenPGP message, signed, not encrypted, binary.
    ///
    /// # Errors
    /// No part of the key can sign, or what holds it refuses.
    fn sign_message(&self, plaintext: &[u8], at: u64) -> Result<Vec<u8>, PgpError>;

    /// Removes the encryption of a message (armored or binary); gives the OpenPGP message inside,
    /// for [`read`](super::read).
    ///
    /// # Errors
    /// It is not encrypted to this key, damaged, or what holds the key refuses.
    fn decrypt(&self, message: &[u8]) -> Result<Zeroizing<Vec<u8>>, PgpError>;
}

/// A secret key, unlocked, in memory. Wiped when it is dropped, and never printed.
pub struct PgpKey {
    /// With secret parts, none of them locked.
    pub(super) secret: Cert,
    public: PgpCert,
}

impl std::fmt::Debug for PgpKey {
    /// The fingerprint only.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PgpKey(of {})", self.public.fingerprint())
    }
}

/// A passphrase as the library takes it; it wipes its copy.
pub(super) fn password(passphrase: &[u8]) -> Result<Password, PgpError> {
    if passphrase.is_empty() {
        return Err(PgpError::EmptyPassphrase);
    }
    Ok(Password::from(passphrase))
}

type SecretKey = Key<SecretParts, UnspecifiedRole>;

/// The packet of a key in its place.
fn placed(key: SecretKey, primary: bool) -> Packet {
    if primary { key.role_into_primary().into() } else { key.role_into_subordinate().into() }
}

/// Whether the secret part is only said to be somewhere else (GnuPG's stubs for keys that are
/// kept offline or on a card).
fn stub(key: &SecretKey) -> bool {
    match key.secret() {
        SecretKeyMaterial::Encrypted(e) => {
            matches!(e.s2k(), S2K::Private { .. }) && !e.s2k().is_supported()
        }
        SecretKeyMaterial::Unencrypted(_) => false,
    }
}

/// Whether a passphrase becomes a key in a way that costs a bounded time and no memory. (Argon2
/// may ask for terabytes.)
pub(super) fn plain_s2k(s2k: &S2K) -> bool {
    #[allow(deprecated, reason = "old keys have it; opening them is no worse than not")]
    let known = matches!(s2k, S2K::Iterated { .. } | S2K::Salted { .. });
    known && s2k.is_supported()
}

fn unlock(key: SecretKey, passphrase: Option<&[u8]>) -> Result<SecretKey, PgpError> {
    if let SecretKeyMaterial::Encrypted(locked) = key.secret() {
        // The library expects at least a block and a hash here.
        let whole = locked.ciphertext().is_ok_and(|bytes| bytes.len() >= 16 + 2);
        if !plain_s2k(locked.s2k()) || !whole {
            return Err(PgpError::form("secret key", "its protection is not supported"));
        }
        let given = passphrase.filter(|p| !p.is_empty()).ok_or(PgpError::PassphraseNeeded)?;
        return key.decrypt_secret(&password(given)?).map_err(|_| PgpError::Passphrase);
    }
    Ok(key)
}

/// Whether the kind of key is one that we use: Ed25519, Curve25519, RSA.
fn supported(key: &SecretKey) -> Result<(), PgpError> {
    use openpgp::crypto::mpi::PublicKey;
    use openpgp::types::Curve;
    let known = key.version() == 4
        && match key.mpis() {
            PublicKey::RSA { .. } => key.pk_algo() == PublicKeyAlgorithm::RSAEncryptSign,
            PublicKey::EdDSA { curve, .. } => *curve == Curve::Ed25519,
            PublicKey::ECDH { curve, .. } => *curve == Curve::Cv25519,
            _ => false,
        };
    if known { Ok(()) } else { Err(PgpError::Algorithm(cert::algorithm_of(key))) }
}

impl PgpKey {
    pub(super) fn new(secret: Cert) -> Self {
        let public = PgpCert(secret.clone().strip_secret_key_material());
        Self { secret, public }
    }

    /// Takes a secret key (armored or binary) as GnuPG exports it, and unlocks all its parts.
    /// Parts whose secret is elsewhere (a card, an offline primary key) stay public.
    ///
    /// # Errors
    /// It is no secret key, of an unsupported kind, or the passphrase is missing or wrong.
    pub fn import(bytes: &[u8], passphrase: Option<&[u8]>) -> Result<Self, PgpError> {
        let whole = cert::parse_any(bytes)?;
        if !whole.is_tsk() {
            return Err(PgpError::NoSecret);
        }
        let mut parts = Vec::new();
        for part in whole.keys().secret() {
            let key: SecretKey = part.key().clone();
            if stub(&key) {
                continue;
            }
            supported(&key)?;
            parts.push(placed(unlock(key, passphrase)?, part.primary()));
        }
        if parts.is_empty() {
            return Err(PgpError::NoSecret);
        }
        let public = whole.strip_secret_key_material();
        let (secret, _) = public.insert_packets(parts).map_err(PgpError::library)?;
        Ok(Self::new(secret))
    }

    /// The public key.
    #[must_use]
    pub fn cert(&self) -> PgpCert {
        self.public.clone()
    }

    /// The secret key in OpenPGP's binary form, unprotected: for a file that is encrypted itself.
    ///
    /// # Errors
    /// The library cannot write it.
    pub fn secret_bytes(&self) -> Result<Zeroizing<Vec<u8>>, PgpError> {
        let tsk = self.secret.as_tsk();
        // Room for all of it, so that the vector never moves and leaves a copy behind.
        let mut out = Zeroizing::new(Vec::with_capacity(tsk.serialized_len()));
        tsk.serialize(&mut *out).map_err(PgpError::library)?;
        Ok(out)
    }

    /// The secret key as a block of text under a passphrase; `gpg --import` takes it.
    ///
    /// # Errors
    /// The passphrase is empty.
    pub fn export(&self, passphrase: &[u8]) -> Result<Zeroizing<String>, PgpError> {
        let password = password(passphrase)?;
        let mut parts = Vec::new();
        for part in self.secret.keys().unencrypted_secret() {
            let key: SecretKey = part.key().clone();
            let locked = key.encrypt_secret(&password).map_err(PgpError::library)?;
            parts.push(placed(locked, part.primary()));
        }
        let public = self.public.0.clone();
        let (locked, _) = public.insert_packets(parts).map_err(PgpError::library)?;
        let text = locked.as_tsk().armored().to_vec().map_err(PgpError::library)?;
        String::from_utf8(text).map(Zeroizing::new).map_err(PgpError::library)
    }

    /// The secret of one part.
    fn pair(&self, of: &Key<PublicParts, UnspecifiedRole>) -> Result<KeyPair, PgpError> {
        let found = self
            .secret
            .keys()
            .unencrypted_secret()
            .find(|part| part.key().fingerprint() == of.fingerprint())
            .ok_or_else(|| PgpError::CannotSign(self.public.fingerprint().to_string()))?;
        found.key().clone().into_keypair().map_err(PgpError::library)
    }

    /// The secrets of all parts of some kind: messages to expired parts open all the same.
    pub(super) fn pairs(&self, kind: PublicKeyAlgorithm) -> impl Iterator<Item = KeyPair> + '_ {
        let parts = self.secret.keys().unencrypted_secret();
        parts
            .filter(move |part| part.key().pk_algo() == kind)
            .filter_map(|part| part.key().clone().into_keypair().ok())
    }

    fn signer(&self, at: u64) -> Result<KeyPair, PgpError> {
        self.pair(&self.public.signing_key(at)?)
    }
}

impl Keyholder for PgpKey {
    fn cert(&self) -> &PgpCert {
        &self.public
    }

    fn sign_detached(&self, data: &[u8], at: u64) -> Result<Vec<u8>, PgpError> {
        ready();
        let signature = det::sign_document(&mut self.signer(at)?, data, time::stamp(at)?)?;
        Packet::from(signature).to_vec().map_err(PgpError::library)
    }

    fn sign_message(&self, plaintext: &[u8], at: u64) -> Result<Vec<u8>, PgpError> {
        ready();
        let mut signer = self.signer(at)?;
        let signature = det::sign_document(&mut signer, plaintext, time::stamp(at)?)?;
        let mut announced = OnePassSig3::new(SignatureType::Binary);
        announced.set_pk_algo(signature.pk_algo());
        announced.set_hash_algo(signature.hash_algo());
        announced.set_issuer(signer.public().keyid());
        announced.set_last(true);
        let mut text = Literal::new(DataFormat::Binary);
        text.set_body(plaintext.to_vec());
        let mut out = Vec::with_capacity(plaintext.len() + 1024);
        for packet in [Packet::from(announced), text.into(), signature.into()] {
            packet.serialize(&mut out).map_err(PgpError::library)?;
        }
        Ok(out)
    }

    fn decrypt(&self, message: &[u8]) -> Result<Zeroizing<Vec<u8>>, PgpError> {
        decrypt::decrypt(self, message)
    }
}
