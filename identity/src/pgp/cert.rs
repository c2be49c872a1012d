//! A person's public OpenPGP key ("certificate" in OpenPGP's own words).

use openpgp::Cert;
use openpgp::cert::CertParser;
use openpgp::packet::key;
use openpgp::packet::prelude::Key;
use openpgp::parse::Parse;
use openpgp::policy::StandardPolicy;
use openpgp::serialize::SerializeInto;
use openpgp::types::RevocationStatus;
use sequoia_openpgp as openpgp;

use super::{PgpError, ready, time};
use crate::fingerprint::Fingerprint;
use crate::limits;

/// A public key with its user ids and signatures. What it says is verified when it is used: a
/// value of this type is well-formed, no more.
#[derive(Clone, PartialEq)]
pub struct PgpCert(pub(super) Cert);

impl Eq for PgpCert {}

impl std::fmt::Debug for PgpCert {
    /// The fingerprint only: user ids are addresses.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PgpCert({})", self.fingerprint())
    }
}

/// Reads exactly one key, with or without secret parts.
pub(super) fn parse_any(bytes: &[u8]) -> Result<Cert, PgpError> {
    ready();
    if bytes.len() > limits::PGP_KEY_BYTES {
        return Err(PgpError::TooLarge { what: "an OpenPGP key", most: limits::PGP_KEY_BYTES });
    }
    let form = |e: openpgp::anyhow::Error| PgpError::form("key", e);
    let mut all = CertParser::from_bytes(bytes).map_err(form)?;
    let cert = all.next().ok_or_else(|| PgpError::form("key", "it is empty"))?.map_err(form)?;
    match all.count() {
        0 => Ok(cert),
        more => Err(PgpError::Several(more + 1)),
    }
}

impl PgpCert {
    /// Reads exactly one public key, armored or binary.
    ///
    /// # Errors
    /// It is none, more than one, too large, or holds a secret key.
    pub fn parse(bytes: &[u8]) -> Result<Self, PgpError> {
        let cert = parse_any(bytes)?;
        if cert.is_tsk() {
            return Err(PgpError::Secret);
        }
        if cert.primary_key().key().version() != 4 {
            return Err(PgpError::Algorithm("OpenPGP v6".to_owned()));
        }
        Ok(Self(cert))
    }

    /// The 20 bytes that name the key's owner.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        fingerprint_of(self.0.primary_key().key())
    }

    /// The user ids (mostly name and address), as they stand there. Nobody has verified them.
    #[must_use]
    pub fn user_ids(&self) -> Vec<String> {
        self.0
            .userids()
            .map(|id| String::from_utf8_lossy(id.userid().value()).into_owned())
            .collect()
    }

    /// This key with what another copy of it says besides: user ids, subkeys, revocations. So an
    /// older copy takes nothing away.
    ///
    /// # Errors
    /// The other is another key, or both together are too large.
    pub fn merged(&self, other: &Self) -> Result<Self, PgpError> {
        let both = self.0.clone().merge_public(other.0.clone()).map_err(PgpError::library)?;
        let both = Self(both);
        if both.binary().len() > limits::PGP_KEY_BYTES {
            return Err(PgpError::TooLarge { what: "an OpenPGP key", most: limits::PGP_KEY_BYTES });
        }
        Ok(both)
    }

    /// The name in the first user id that has one, without control characters.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        self.0.userids().find_map(|id| {
            let id = id.userid();
            let name = id.name().ok().flatten().or_else(|| id.email().ok().flatten())?;
            let shown: String = name.chars().filter(|c| !c.is_control()).collect();
            (!shown.trim().is_empty()).then(|| shown.trim().to_owned())
        })
    }

    /// The primary key's kind, for people: "Ed25519", "RSA 3072".
    #[must_use]
    pub fn algorithm(&self) -> String {
        algorithm_of(self.0.primary_key().key())
    }

    /// When the key was made, in ms since 1970, as it says itself.
    #[must_use]
    pub fn created(&self) -> u64 {
        time::millis(self.0.primary_key().key().creation_time())
    }

    /// The key in OpenPGP's binary form.
    #[must_use]
    pub fn binary(&self) -> Vec<u8> {
        // Writing to a vector cannot fail.
        self.0.to_vec().unwrap_or_default()
    }

    /// The key as a block of text.
    #[must_use]
    pub fn armored(&self) -> String {
        let bytes = self.0.armored().to_vec().unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Whether the key can be used at a time (ms since 1970): it is neither revoked nor expired,
    /// and has parts that sign and that can be encrypted to.
    ///
    /// # Errors
    /// Which of these does not hold.
    pub fn usable(&self, at: u64) -> Result<(), PgpError> {
        ready();
        let when = time::stamp(at)?;
        let policy = StandardPolicy::at(when);
        let name = || self.fingerprint().to_string();
        if matches!(self.0.revocation_status(&policy, when), RevocationStatus::Revoked(_)) {
            return Err(PgpError::Revoked(name()));
        }
        let early = self.created() > at;
        let valid = self.0.with_policy(&policy, when).map_err(|error| match early {
            true => PgpError::Expired(name()),
            false => PgpError::library(error),
        })?;
        valid.alive().map_err(|_| PgpError::Expired(name()))?;
        self.encryption_keys(at)?;
        self.signer(at).map(|_| ())
    }

    /// The parts to encrypt to at a time.
    pub(super) fn encryption_keys(
        &self,
        at: u64,
    ) -> Result<Vec<Key<key::PublicParts, key::UnspecifiedRole>>, PgpError> {
        let when = time::stamp(at)?;
        let policy = StandardPolicy::at(when);
        let cannot = || PgpError::CannotEncrypt(self.fingerprint().to_string());
        let valid = self.0.with_policy(&policy, when).map_err(|_| cannot())?;
        valid.alive().map_err(|_| cannot())?;
        if matches!(valid.revocation_status(), RevocationStatus::Revoked(_)) {
            return Err(cannot());
        }
        let keys = || valid.keys().supported().alive().revoked(false);
        let all: Vec<_> = keys()
            .for_transport_encryption()
            .for_storage_encryption()
            .map(|k| k.key().clone())
            .collect();
        if all.is_empty() { Err(cannot()) } else { Ok(all) }
    }
}

/// The 20 bytes of a key's fingerprint.
pub(super) fn fingerprint_of<P, R>(key: &Key<P, R>) -> Fingerprint
where
    P: key::KeyParts,
    R: key::KeyRole,
{
    // Keys of version 4 and 6 only; both lengths are ones that a fingerprint has.
    Fingerprint::new(key.fingerprint().as_bytes()).unwrap_or_else(|| Fingerprint::from([0; 32]))
}

/// A key's kind, for people.
pub(super) fn algorithm_of<P, R>(key: &Key<P, R>) -> String
where
    P: key::KeyParts,
    R: key::KeyRole,
{
    use openpgp::crypto::mpi::PublicKey;
    match key.mpis() {
        PublicKey::RSA { n, .. } => format!("RSA {}", n.bits()),
        PublicKey::EdDSA { curve, .. }
        | PublicKey::ECDSA { curve, .. }
        | PublicKey::ECDH { curve, .. } => curve.to_string(),
        _ => key.pk_algo().to_string(),
    }
}
