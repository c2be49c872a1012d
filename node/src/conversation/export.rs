//! Handing a conversation on: sealed for its members, or as evidence that anybody can read.

use mundi_identity::Fingerprint;
use mundi_identity::envelope::Sealer;
use mundi_identity::pgp::PgpCert;

use super::Room;
use crate::exchange::invitation::roster;
use crate::exchange::{Bundle, Card, ExchangeError, Invitation};
use crate::home::{Home, HomeError};

/// A member, and whether the export can be opened by them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// An invitation is in it.
    Invited(Fingerprint),
    /// Their key is not known here.
    Unknown(Fingerprint),
    /// Their key cannot be used, and why.
    Unusable(Fingerprint, String),
}

/// A conversation as a file for its members.
pub struct Exported {
    /// The file's bytes.
    pub bytes: Vec<u8>,
    /// Who can open it.
    pub recipients: Vec<Recipient>,
    /// Whether a new epoch was begun for it, because somebody had left.
    pub renewed: bool,
}

impl Home {
    /// A conversation, sealed for its present members.
    ///
    /// # Errors
    /// The secret of its newest epoch is not known; the keys cannot be used.
    pub fn export(&mut self, room: &mut Room, now: u64) -> Result<Exported, HomeError> {
        let renewed = self.renew_epoch(room, now)?;
        let (epoch, secret) = self.newest_epoch(room)?;
        let sealer = Sealer::new(&secret);
        let mut envelopes = Vec::new();
        for id in room.replica.order() {
            let Some(bytes) = room.replica.entry_bytes(&id) else { continue };
            let entry = mundi_engine::Entry::decode(&bytes)?;
            envelopes.push(sealer.seal(&entry.author(), entry.at(), &bytes).map_err(sealing)?);
        }
        let device = self.device()?.public();
        for id in room.replica.order() {
            for content in self.told(room, &id, now)? {
                envelopes.push(sealer.seal(&device, now, &content).map_err(sealing)?);
            }
        }
        let members = members(room);
        let mut recipients = Vec::new();
        let mut invitations = Vec::new();
        for person in room.replica.present() {
            let Some(cert) = self.cert_of(&person)? else {
                recipients.push(Recipient::Unknown(person));
                continue;
            };
            let card = Card::sealed_form(&cert);
            envelopes.push(sealer.seal(&device, now, &card).map_err(sealing)?);
            let invitation = Invitation {
                conversation: room.row.id,
                epoch,
                secret: secret.clone(),
                recipient: person,
                roster: roster(&members),
                inviter: self.me(),
                at: now,
            };
            match self.invite(&invitation, &cert) {
                Ok(sealed) => {
                    invitations.push(sealed);
                    recipients.push(Recipient::Invited(person));
                }
                Err(why) => recipients.push(Recipient::Unusable(person, why.to_string())),
            }
        }
        let bytes = Bundle { invitations, envelopes }.encode();
        Ok(Exported { bytes, recipients, renewed })
    }

    /// The certificate of an outcome, as a file; `None` where none is final. With it go the revocations of
    /// sealing keys that are known here.
    ///
    /// # Errors
    /// As all reading.
    pub fn certificate(&self, room: &Room) -> Result<Option<Vec<u8>>, HomeError> {
        let keys: Vec<_> = room.replica.sealers().persons().to_vec();
        let known = self.store().revocations()?.into_iter();
        let of_sealers = known.filter(|one| keys.contains(&(one.fingerprint, one.device)));
        let revocations: Vec<Vec<u8>> = of_sealers.map(|one| one.bytes).collect();
        Ok(room.replica.certificate(&revocations).map(|certificate| certificate.encode()))
    }

    fn invite(&self, invitation: &Invitation, cert: &PgpCert) -> Result<Vec<u8>, HomeError> {
        cert.usable(invitation.at)?;
        Ok(invitation.seal(self.holder(), cert)?)
    }
}

fn sealing(error: mundi_identity::envelope::EnvelopeError) -> HomeError {
    ExchangeError::from(error).into()
}

/// The members that `open` lists.
pub(crate) fn members(room: &Room) -> Vec<Fingerprint> {
    let members = &room.replica.opening().members;
    members.iter().filter_map(mundi_engine::opening::Member::person).collect()
}
