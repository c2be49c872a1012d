//! Taking a bundle in: invitations first, then what they open.

use mundi_engine::entry::{Entry, Verified, verify};
use mundi_engine::opening::{Member, rules_hash};
use mundi_engine::rekeying::{self, commitment};
use mundi_engine::{EntryId, Reasons, Replica};
use mundi_identity::Fingerprint;
use mundi_identity::envelope::{EpochSecret, Sealer};
use mundi_identity::pgp::PgpCert;
use zeroize::Zeroizing;

use super::contents::Contents;
use super::export::members;
use super::{Intake, Room, standing};
use crate::exchange::invitation::roster;
use crate::exchange::{Bundle, Card, ExchangeError, Invitation, Letter};
use crate::home::{Home, HomeError};
use crate::store::{Epoch, NewConversation, Standing};

/// What came of a bundle.
pub struct Imported {
    /// The conversation, as it is now.
    pub room: Room,
    /// Whether it was not here before.
    pub new: bool,
    /// Who invited, where an invitation brought a secret that was not known.
    pub by: Option<Fingerprint>,
    /// What became of its entries.
    pub intake: Intake,
    /// Envelopes that did not open, though they are of this conversation or pretend to be: how
    /// many.
    pub broken: usize,
    /// Invitations that were for the owner and were not believed, and why.
    pub doubtful: Vec<ExchangeError>,
}

impl Home {
    /// Takes a bundle in; if `rules` is given, only a conversation by the rules of that hash.
    ///
    /// # Errors
    /// It is none, nothing in it is for the owner, or what is cannot be believed.
    pub fn import(
        &mut self,
        bytes: &[u8],
        rules: Option<&[u8; 32]>,
        now: u64,
    ) -> Result<Imported, HomeError> {
        let bundle = Bundle::decode(bytes)?;
        let mut letters = Vec::new();
        for sealed in &bundle.invitations {
            letters.extend(Letter::open(self.holder(), sealed)?);
        }
        let meant = letters.first().map(|letter| letter.claims().conversation);
        let meant = meant.or(self.conversation_of(&bundle)?);
        let Some(conversation) = meant else {
            let count = bundle.invitations.len();
            return Err(HomeError::Useless(format!(
                "nothing in this bundle is for you: none of its {count} invitations opens with your \
                 key, and no conversation here has its secret"
            )));
        };
        letters.retain(|letter| letter.claims().conversation == conversation);
        let mut secrets: Vec<EpochSecret> =
            letters.iter().map(|l| l.claims().secret.clone()).collect();
        let known = self.store().conversation_of(&conversation)?;
        if let Some(row) = &known {
            let room = self.room(row)?;
            secrets.extend(self.secrets_of(&room)?.into_iter().map(|(_, secret)| secret));
        }
        let contents = Contents::of(&bundle.envelopes, &secrets);
        let mut doubtful = Vec::new();
        let mut believed = Vec::new();
        for letter in letters {
            match self.believe(letter, &contents.cards, now) {
                Ok(invitation) => believed.push(invitation),
                Err(why) => doubtful.push(why),
            }
        }
        let (new, mut room) = match known {
            Some(row) => (false, self.room(&row)?),
            None => {
                let open = open_entry(conversation, &contents, &believed, &mut doubtful)?;
                (true, self.meet(&open, &believed, rules, now)?)
            }
        };
        by_rules(&room.replica, rules)?;
        let by = self.keep_secrets(&mut room, believed, &contents, &mut doubtful, now)?;
        self.meet_people(&room, &contents.cards, now)?;
        let intake = self.take(&mut room, &contents.entries, now)?;
        for sealed in &contents.told {
            self.be_told(&room, sealed, now)?;
        }
        Ok(Imported { room, new, by, intake, broken: contents.broken, doubtful })
    }

    /// Takes readable evidence in: a log of a conversation that is here already.
    ///
    /// # Errors
    /// It is damaged, or of a conversation that is not here.
    pub fn import_log(&mut self, log: &[u8], now: u64) -> Result<Imported, HomeError> {
        let entries = mundi_engine::log::split(log).map_err(HomeError::Useless)?;
        let first = entries.first().ok_or_else(|| HomeError::Useless("the log is empty".into()))?;
        let first = Entry::decode(first)?;
        let id = first.conversation().unwrap_or_else(|| first.id());
        let row = self.store().conversation_of(&id)?.ok_or_else(|| {
            HomeError::Useless(
                "this is evidence of a conversation that is not here; `mundi replay` shows it. To take \
                 part, ask a member for an export"
                    .into(),
            )
        })?;
        let mut room = self.room(&row)?;
        let entries: Vec<Vec<u8>> = entries.into_iter().map(<[u8]>::to_vec).collect();
        let intake = self.take(&mut room, &entries, now)?;
        let doubtful = Vec::new();
        Ok(Imported { room, new: false, by: None, intake, broken: 0, doubtful })
    }

    /// The conversation here of which a secret opens an envelope of a bundle.
    fn conversation_of(&self, bundle: &Bundle) -> Result<Option<EntryId>, HomeError> {
        let Some(first) = bundle.envelopes.first() else { return Ok(None) };
        let rows = self.store().conversations()?;
        for row in rows {
            for epoch in self.store().epochs(row.number)? {
                let Ok(secret) = <&[u8; 32]>::try_from(epoch.secret.as_slice()) else { continue };
                if Sealer::new(&EpochSecret::new(secret)).open(first).is_ok() {
                    return Ok(Some(row.id));
                }
            }
        }
        Ok(None)
    }

    /// Verifies an invitation by a key that is known, or that came sealed beside it.
    fn believe(
        &self,
        letter: Letter,
        cards: &[PgpCert],
        now: u64,
    ) -> Result<Invitation, ExchangeError> {
        let inviter = letter.claims().inviter;
        let known = self.cert_of(&inviter).ok().flatten();
        let cert = known.or_else(|| cards.iter().find(|c| c.fingerprint() == inviter).cloned());
        let Some(cert) = cert else {
            let signed = "a key that is not known here".to_owned();
            return Err(ExchangeError::OtherSigner { said: inviter, signed });
        };
        letter.verify(&self.me(), &cert, now)
    }

    /// Meets a conversation for the first time: its `open` entry, by a believed invitation.
    fn meet(
        &mut self,
        open: &Verified,
        believed: &[Invitation],
        rules: Option<&[u8; 32]>,
        now: u64,
    ) -> Result<Room, HomeError> {
        let replica = Replica::open(open, &consensus_std::library(), Reasons::Keep)?;
        by_rules(&replica, rules)?;
        let listed: Vec<Fingerprint> =
            replica.opening().members.iter().filter_map(Member::person).collect();
        let first = believed.first().map(|one| (one.roster, one.inviter));
        if first.is_some_and(|(said, _)| said != roster(&listed)) {
            return Err(ExchangeError::OtherRoster.into());
        }
        let title = replica.rules().title.clone();
        let topic = replica.opening().topic.clone();
        let new = NewConversation {
            id: open.id(),
            open: open.bytes(),
            title: &title,
            topic: topic.as_deref(),
            opened_at: open.at(),
            device: self.listed_device(&replica)?,
        };
        let (text, flags) = standing::of(&replica, &self.me(), &|p| self.name_of(p));
        let row = self.write(|tx| {
            let number = tx.add_conversation(&new)?;
            tx.set_standing(number, &Standing { last_at: now, text: &text, flags })?;
            tx.conversation(number)
        })?;
        let row = row.ok_or_else(|| HomeError::NoSuchConversation(open.id().to_string()))?;
        Ok(Room::new(row, replica))
    }

    /// The device of this home that `open` lists.
    fn listed_device(
        &self,
        replica: &Replica,
    ) -> Result<Option<mundi_identity::DevicePublic>, HomeError> {
        for device in replica.opening().members.iter().flat_map(|m| &m.devices) {
            if self.is_own_device(&device.device())? {
                return Ok(Some(device.device()));
            }
        }
        Ok(None)
    }

    /// Keeps the secrets of invitations that fit their conversation. Gives who brought one.
    fn keep_secrets(
        &mut self,
        room: &mut Room,
        believed: Vec<Invitation>,
        contents: &Contents,
        doubtful: &mut Vec<ExchangeError>,
        now: u64,
    ) -> Result<Option<Fingerprint>, HomeError> {
        let members = members(room);
        let present = room.replica.present();
        let known: Vec<EntryId> = self.secrets_of(room)?.into_iter().map(|(id, _)| id).collect();
        let mut by = None;
        for invitation in believed {
            if known.contains(&invitation.epoch) {
                continue;
            }
            let fits = if !members.contains(&invitation.inviter)
                && !present.contains(&invitation.inviter)
            {
                Err(ExchangeError::InviterStranger(invitation.inviter))
            } else if invitation.roster != roster(&members) {
                Err(ExchangeError::OtherRoster)
            } else {
                self.fits_epoch(room, &invitation, contents)
            };
            if let Err(why) = fits {
                doubtful.push(why);
                continue;
            }
            let epoch = Epoch {
                tag: invitation.epoch.0.to_vec(),
                secret: Zeroizing::new(invitation.secret.bytes().to_vec()),
                since: now,
            };
            let number = room.row.number;
            self.write(|tx| tx.add_epoch(number, &epoch))?;
            by = Some(invitation.inviter);
        }
        Ok(by)
    }

    /// A later epoch's secret is the one that its `rekey` entry names.
    fn fits_epoch(
        &self,
        room: &Room,
        invitation: &Invitation,
        contents: &Contents,
    ) -> Result<(), ExchangeError> {
        if invitation.epoch == room.row.id {
            return Ok(());
        }
        let decoded = contents.entries.iter().filter_map(|bytes| Entry::decode(bytes).ok());
        let here = room.replica.entry_bytes(&invitation.epoch);
        let here = here.and_then(|bytes| Entry::decode(&bytes).ok());
        let entry = here.or_else(|| decoded.into_iter().find(|e| e.id() == invitation.epoch));
        let said = entry.and_then(|entry| rekeying::read(&entry).ok()).map(|said| said.commit);
        if said == Some(commitment(invitation.secret.bytes())) {
            Ok(())
        } else {
            Err(ExchangeError::OtherSecret)
        }
    }

    /// Members' keys that came along become contacts, unverified, where they were not known.
    pub(crate) fn meet_people(
        &mut self,
        room: &Room,
        cards: &[PgpCert],
        now: u64,
    ) -> Result<(), HomeError> {
        let members = &room.replica.opening().members;
        for cert in cards {
            let person = cert.fingerprint();
            if person == self.me() || self.store().contact(&person)?.is_some() {
                continue;
            }
            let member = members.iter().find(|m| m.person() == Some(person));
            let devices = member.map(|m| m.devices.clone()).unwrap_or_default();
            self.add_card(&Card { cert: cert.clone(), devices }, None, now)?;
        }
        Ok(())
    }
}

/// Whether a conversation goes by the rules that are wanted, if any are.
fn by_rules(replica: &Replica, wanted: Option<&[u8; 32]>) -> Result<(), HomeError> {
    let found = rules_hash(&replica.rules().text);
    match wanted {
        Some(wanted) if *wanted != found => Err(HomeError::OtherRules {
            found: EntryId(found).to_string(),
            wanted: EntryId(*wanted).to_string(),
        }),
        _ => Ok(()),
    }
}

/// The `open` entry that came with an invitation that is believed.
fn open_entry(
    conversation: EntryId,
    contents: &Contents,
    believed: &[Invitation],
    doubtful: &mut Vec<ExchangeError>,
) -> Result<Verified, HomeError> {
    if believed.is_empty() {
        return Err(match doubtful.drain(..).next() {
            Some(why) => why.into(),
            None => HomeError::NoSecret,
        });
    }
    let mut decoded = contents.entries.iter().filter_map(|bytes| Entry::decode(bytes).ok());
    let open = decoded.find(|entry| entry.conversation().is_none()).ok_or_else(|| {
        HomeError::Useless("the bundle lacks the `open` entry of its conversation".into())
    })?;
    if open.id() != conversation {
        return Err(ExchangeError::OtherConversation.into());
    }
    Ok(verify(open)?)
}
