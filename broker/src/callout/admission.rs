//! The door: what somebody must show to come in.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minicbor::Decoder;
use mundi_identity::certificate::{Certificate, CertificateKind};
use mundi_identity::inbox::Ticket;
use mundi_identity::pgp::PgpCert;
use mundi_transport::limits::TOKEN_BYTES;

use super::jwt::Login;
use crate::keys::hex;
use crate::run::Clock;
use crate::settings::{Admission, Settings, hashed};

/// Why somebody is not let in: for the server's log, as NATS does not tell it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The challenge was not signed.
    #[error("no user key, or the challenge is not signed with it")]
    Key,
    /// No such invitation.
    #[error("an invitation code is needed")]
    Invitation,
    /// Not the array that `pgp` asks for, or something in it does not verify.
    #[error("an OpenPGP key, a certificate by it and a ticket are needed")]
    Proof,
    /// An OpenPGP key that is not on the list.
    #[error("this OpenPGP key is not on the list")]
    Stranger,
}

/// Who stands at it lets in whom the settings let in, and the peers.
pub struct Door {
    admission: Admission,
    broker: [u8; 32],
    peers: BTreeSet<[u8; 32]>,
    invitations: BTreeSet<String>,
    fingerprints: BTreeSet<String>,
    clock: Clock,
}

impl Door {
    /// The door of a broker.
    #[must_use]
    pub fn new(settings: &Settings, broker: [u8; 32], clock: Clock) -> Self {
        let lower = |texts: &[String]| texts.iter().map(|t| t.to_ascii_lowercase()).collect();
        let peers = settings.peers().unwrap_or_default();
        Self {
            admission: settings.admission,
            broker,
            peers: peers.iter().map(|(address, _)| address.key).collect(),
            invitations: lower(&settings.invitations),
            fingerprints: lower(&settings.fingerprints),
            clock,
        }
    }

    /// The time.
    pub(super) fn now(&self) -> u64 {
        (self.clock)()
    }

    /// The user's key, if it may come in.
    ///
    /// # Errors
    /// Why it may not.
    pub fn admit(&self, login: &Login) -> Result<[u8; 32], Refusal> {
        let user = login.user().ok_or(Refusal::Key)?;
        if self.peers.contains(&user) {
            return Ok(user);
        }
        match self.admission {
            Admission::Open => Ok(user),
            Admission::Invited if self.invitations.contains(&hashed(login.token())) => Ok(user),
            Admission::Invited => Err(Refusal::Invitation),
            Admission::Pgp => self.known(login.token(), &user).map(|()| user),
        }
    }

    fn known(&self, token: &str, user: &[u8; 32]) -> Result<(), Refusal> {
        let (certificate, cert, ticket) = read(token).ok_or(Refusal::Proof)?;
        // The cheap question first.
        let cert = PgpCert::parse(&cert).map_err(|_| Refusal::Proof)?;
        let fingerprint = cert.fingerprint();
        if !self.fingerprints.contains(&hex(fingerprint.as_bytes())) {
            return Err(Refusal::Stranger);
        }
        let now = (self.clock)();
        cert.usable(now).map_err(|_| Refusal::Proof)?;
        let certificate = Certificate::decode(&certificate).map_err(|_| Refusal::Proof)?;
        let ticket = Ticket::verify(&ticket, &self.broker, user, now);
        let ticket = ticket.map_err(|_| Refusal::Proof)?;
        let fits = certificate.kind() == CertificateKind::OpenPgp
            && certificate.person() == fingerprint
            && certificate.device() == ticket.device;
        if fits && certificate.covers(now) { Ok(()) } else { Err(Refusal::Proof) }
    }
}

/// `[device certificate, OpenPGP certificate, ticket]` in base64.
fn read(token: &str) -> Option<(Vec<u8>, Vec<u8>, Vec<u8>)> {
    if token.len() > TOKEN_BYTES {
        return None;
    }
    let bytes = STANDARD.decode(token).ok()?;
    let mut from = Decoder::new(&bytes);
    if from.array().ok()? != Some(3) {
        return None;
    }
    let mut next = || from.bytes().ok().map(<[u8]>::to_vec);
    let read = (next()?, next()?, next()?);
    (from.position() == bytes.len()).then_some(read)
}
