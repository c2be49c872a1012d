//! Which part of a key signs, and whether a signature over a document holds at a time.

use openpgp::KeyHandle;
use openpgp::packet::key::{PublicParts, SubordinateRole, UnspecifiedRole};
use openpgp::packet::prelude::Key;
use openpgp::packet::{Packet, Signature};
use openpgp::parse::{PacketParser, PacketParserResult, Parse};
use openpgp::policy::{HashAlgoSecurity, Policy, StandardPolicy};
use openpgp::types::{RevocationStatus, SignatureType};
use sequoia_openpgp as openpgp;

use super::strict::Minimal;
use super::{PgpCert, PgpError, cert, ready, time};
use crate::fingerprint::Fingerprint;
use crate::limits;

/// How one signature stands to one key.
pub(super) enum Standing {
    /// The key made it.
    Good,
    /// It says that the key made it, and that is not so, or not at that time.
    Bad(String),
    /// It says that another key made it.
    Another,
}

impl PgpCert {
    /// The part of the key that signs at a time (ms since 1970): the newest subkey for signing
    /// that may vouch for a device, else the primary key where it may sign.
    pub(super) fn signer(&self, at: u64) -> Result<Minimal, PgpError> {
        ready();
        let when = time::stamp(at)?;
        let policy = StandardPolicy::at(when);
        let cannot = || PgpError::CannotSign(self.fingerprint().to_string());
        let valid = self.0.with_policy(&policy, when).map_err(|_| cannot())?;
        valid.alive().map_err(|_| cannot())?;
        if matches!(valid.revocation_status(), RevocationStatus::Revoked(_)) {
            return Err(cannot());
        }
        let primary = self.0.primary_key().key();
        let mut subkeys: Vec<_> =
            valid.keys().subkeys().supported().alive().revoked(false).for_signing().collect();
        subkeys.sort_by_key(|part| std::cmp::Reverse(part.key().creation_time()));
        let stamp = time::stamp(at)?;
        let checked = |made: Minimal| made.check(stamp).map(|()| made);
        let subkey = subkeys.iter().find_map(|part| {
            let key: &Key<PublicParts, SubordinateRole> = part.key();
            Minimal::new(primary, Some((key, part.binding_signature()))).and_then(checked).ok()
        });
        match subkey {
            Some(found) => Ok(found),
            None if valid.primary_key().for_signing() => {
                Minimal::new(primary, None).and_then(checked).map_err(|_| cannot())
            }
            None => Err(cannot()),
        }
    }

    /// The fingerprint of the part that signs at a time (ms since 1970): a program that holds the
    /// secret key is told to use this one.
    ///
    /// # Errors
    /// No part can sign then.
    pub fn signing_part(&self, at: u64) -> Result<Fingerprint, PgpError> {
        Ok(cert::fingerprint_of(&self.signer(at)?.signer()))
    }

    /// The part that signs, as a key.
    pub(super) fn signing_key(
        &self,
        at: u64,
    ) -> Result<Key<PublicParts, UnspecifiedRole>, PgpError> {
        Ok(self.signer(at)?.signer())
    }

    /// The `key` of a device certificate: the primary key and, where a subkey signs, that subkey
    /// with its binding. No user ids, and nothing that somebody else could have added.
    ///
    /// # Errors
    /// No part can sign at that time (ms since 1970).
    pub fn minimal(&self, at: u64) -> Result<Vec<u8>, PgpError> {
        self.signer(at)?.bytes()
    }

    /// Verifies a detached signature (armored or binary) over data, as of a time (ms since 1970).
    ///
    /// # Errors
    /// It is none, is not by this key, does not verify, or the key was not valid.
    pub fn verify_detached(&self, data: &[u8], signature: &[u8], at: u64) -> Result<(), PgpError> {
        let all = signatures(signature)?;
        let mut good = false;
        for one in &all {
            match self.stands(one, data, at)? {
                Standing::Good => good = true,
                Standing::Bad(why) => return Err(PgpError::Signature(why)),
                Standing::Another => {}
            }
        }
        if good { Ok(()) } else { Err(PgpError::Signature("it was made by another key".into())) }
    }

    /// How a signature over data stands to this key at a time.
    pub(super) fn stands(
        &self,
        signature: &Signature,
        data: &[u8],
        at: u64,
    ) -> Result<Standing, PgpError> {
        let issuers: Vec<KeyHandle> = signature.get_issuers();
        let ours = |handle: &KeyHandle| self.0.keys().any(|k| k.key().key_handle().aliases(handle));
        if !issuers.iter().any(ours) {
            return Ok(Standing::Another);
        }
        Ok(match self.holds(signature, &issuers, data, at) {
            Ok(()) => Standing::Good,
            Err(PgpError::Signature(why)) => Standing::Bad(why),
            Err(other) => Standing::Bad(other.to_string()),
        })
    }

    fn holds(
        &self,
        signature: &Signature,
        issuers: &[KeyHandle],
        data: &[u8],
        at: u64,
    ) -> Result<(), PgpError> {
        let bad = |why: &str| PgpError::Signature(why.to_owned());
        if signature.typ() != SignatureType::Binary {
            return Err(bad("it is not over the bytes of a document"));
        }
        let policy = StandardPolicy::at(time::stamp(at)?);
        policy
            .signature(signature, HashAlgoSecurity::CollisionResistance)
            .map_err(|e| PgpError::Signature(e.to_string()))?;
        let made = signature.signature_creation_time().ok_or_else(|| bad("it has no date"))?;
        let latest = at.saturating_add(limits::CLOCK_SKEW_MS);
        if time::millis(made) > latest {
            return Err(bad("it is dated later than now"));
        }
        if signature.signature_expiration_time().is_some_and(|end| time::millis(end) <= at) {
            return Err(bad("it has expired"));
        }
        let invalid = || bad("the key was expired or revoked, or may not sign");
        let valid = self.0.with_policy(&policy, made).map_err(|_| invalid())?;
        valid.alive().map_err(|_| invalid())?;
        if matches!(valid.revocation_status(), RevocationStatus::Revoked(_)) {
            return Err(invalid());
        }
        let mut last = invalid();
        for part in valid.keys().supported().alive().revoked(false).for_signing() {
            if !issuers.iter().any(|handle| part.key().key_handle().aliases(handle)) {
                continue;
            }
            match signature.verify_message(part.key(), data) {
                Ok(()) => return Ok(()),
                Err(_) => last = bad("it is over something else, or was changed"),
            }
        }
        Err(last)
    }
}

/// The packets of a detached signature, armored or binary.
fn signatures(bytes: &[u8]) -> Result<Vec<Signature>, PgpError> {
    ready();
    if bytes.len() > limits::PGP_KEY_BYTES {
        return Err(PgpError::TooLarge { what: "a signature", most: limits::PGP_KEY_BYTES });
    }
    let form = |e: openpgp::anyhow::Error| PgpError::form("signature", e);
    let mut parser = PacketParser::from_bytes(bytes).map_err(form)?;
    let mut all = Vec::new();
    while let PacketParserResult::Some(here) = parser {
        let (packet, next) = here.next().map_err(form)?;
        match packet {
            Packet::Signature(one) if all.len() < limits::PGP_PACKETS => all.push(one),
            Packet::Signature(_) => return Err(PgpError::form("signature", "there are too many")),
            _ => return Err(PgpError::form("signature", "it holds something else")),
        }
        parser = next;
    }
    if all.is_empty() { Err(PgpError::form("signature", "it is empty")) } else { Ok(all) }
}
