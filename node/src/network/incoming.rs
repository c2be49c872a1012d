//! Envelopes out of mailboxes: to their conversations, to invitations that wait, or to the owner.

use std::collections::BTreeMap;

use mundi_engine::EntryId;
use mundi_identity::Fingerprint;
use mundi_identity::envelope::EpochSecret;
use mundi_transport::wire::{Mailbox, Want};
use sha2::{Digest, Sha256};

use super::note::Note;
use super::online::{Online, Owner, key_of};
use super::padded::unpad;
use crate::conversation::contents::Contents;
use crate::conversation::{Imported, Intake};
use crate::exchange::{Bundle, Letter};
use crate::home::{Home, HomeError};
use crate::mail::Arrived;
use crate::store::{Awaited, ConversationNo, MailNo};

/// What has come.
#[derive(Debug)]
pub enum News {
    /// Entries of a conversation.
    Entries(ConversationNo, Intake),
    /// A conversation that was not here before, and who invited.
    Invited(ConversationNo, Option<Fingerprint>),
    /// A private message.
    Mail(MailNo),
    /// So many that were nothing that can be read here.
    Garbage(usize),
}

/// An invitation that waits, and what has come for it.
pub(super) struct Gathered {
    message: Vec<u8>,
    pub(super) conversation: EntryId,
    pub(super) secret: EpochSecret,
    /// When it was written.
    pub(super) at: u64,
    envelopes: BTreeMap<[u8; 32], Vec<u8>>,
}

/// Values kept for entries that have not come: most of them are for others, and fit none.
const UNTOLD: usize = 16;

/// Envelopes kept for one invitation: a conversation of a hundred thousand entries is handed over as a
/// file.
const GATHERED: usize = 100_000;

impl Gathered {
    /// Decrypts an invitation; `None` where it is none, or is for somebody else.
    pub(super) fn of(home: &Home, message: Vec<u8>) -> Option<Self> {
        let letter = Letter::open(home.holder(), &message).ok()??;
        let claims = letter.claims();
        Some(Self {
            conversation: claims.conversation,
            secret: claims.secret.clone(),
            at: claims.at,
            envelopes: BTreeMap::new(),
            message,
        })
    }
}

impl Online {
    /// Takes letters in. What was read of each mailbox is not noted yet: [`Self::read_up_to`] does that.
    ///
    /// # Errors
    /// The disk fails.
    pub fn take(
        &mut self,
        home: &mut Home,
        letters: Vec<(Mailbox, Vec<u8>)>,
        now: u64,
    ) -> Result<Vec<News>, HomeError> {
        let mut news = Vec::new();
        let mut conversations: BTreeMap<ConversationNo, Vec<Vec<u8>>> = BTreeMap::new();
        let mut garbage = 0;
        for (mailbox, envelope) in letters {
            match self.owners.get(&mailbox) {
                Some(Owner::Conversation(number)) => {
                    conversations.entry(*number).or_default().push(envelope);
                }
                Some(Owner::Awaited(id)) => {
                    if let Some(gathered) = self.gathered.get_mut(id)
                        && gathered.envelopes.len() < GATHERED
                    {
                        gathered.envelopes.insert(Sha256::digest(&envelope).into(), envelope);
                    }
                }
                Some(Owner::Me) => match self.take_own(home, &envelope, now)? {
                    Some(one) => news.extend(one),
                    None => garbage += 1,
                },
                None => garbage += 1,
            }
        }
        for (number, envelopes) in conversations {
            let (intake, broken) = self.take_entries(home, number, &envelopes, now)?;
            garbage += broken;
            news.push(News::Entries(number, intake));
        }
        news.extend(self.try_awaited(home, now)?);
        if garbage > 0 {
            news.push(News::Garbage(garbage));
        }
        Ok(news)
    }

    /// Notes how far mailboxes have been read at a store: those that were asked for, up to a position.
    ///
    /// # Errors
    /// The disk fails.
    pub fn read_up_to(
        &mut self,
        home: &mut Home,
        asked: &[Want],
        (store, last): (&[u8; 8], u64),
        now: u64,
    ) -> Result<(), HomeError> {
        let asked = asked.iter().map(Want::mailbox).filter(|mailbox| self.is_written_down(mailbox));
        let mailboxes: Vec<[u8; 17]> = asked.map(|mailbox| key_of(&mailbox)).collect();
        home.write(|tx| {
            mailboxes.iter().try_for_each(|key| tx.set_mailbox_cursor(store, key, last, now))
        })
        .map_err(HomeError::from)
    }

    /// Whether what comes in a mailbox is on the disk once it was taken; what waits for an invitation is in
    /// memory only.
    pub(super) fn is_written_down(&self, mailbox: &Mailbox) -> bool {
        let owner = self.owners.get(mailbox);
        owner.is_some_and(|owner| !matches!(owner, Owner::Awaited(_)))
    }

    fn take_entries(
        &mut self,
        home: &mut Home,
        number: ConversationNo,
        envelopes: &[Vec<u8>],
        now: u64,
    ) -> Result<(Intake, usize), HomeError> {
        let room = self.take_up(home, number)?;
        let secrets: Vec<EpochSecret> =
            home.secrets_of(room)?.into_iter().map(|(_, secret)| secret).collect();
        let contents = Contents::of(envelopes, &secrets);
        let known = |bytes: &Vec<u8>| {
            room.replica.time_of(&EntryId(Sha256::digest(bytes).into())).is_some()
        };
        let (old, fresh): (Vec<_>, Vec<_>) = contents.entries.into_iter().partition(known);
        home.meet_people(room, &contents.cards, now)?;
        let mut intake =
            if fresh.is_empty() { Intake::default() } else { home.take(room, &fresh, now)? };
        intake.known += old.len();
        self.untold.entry(number).or_default().extend(contents.told);
        self.be_told(home, number, now)?;
        let me = home.device()?.public();
        for (author, note) in contents.notes {
            if author != me {
                if let (Note::Read(at, heads), Some(room)) = (&note, self.rooms.get(&number)) {
                    home.hear_shown(room, &author, (*at, heads.clone()))?;
                }
                self.repair.hear(&self.rooms, number, author, note, now);
            }
        }
        Ok((intake, contents.broken))
    }

    /// Values for roles of the owner's. What fits no entry yet waits for it a while.
    fn be_told(
        &mut self,
        home: &mut Home,
        number: ConversationNo,
        now: u64,
    ) -> Result<(), HomeError> {
        let (Some(room), Some(untold)) = (self.rooms.get(&number), self.untold.get_mut(&number))
        else {
            return Ok(());
        };
        let mut waiting = Vec::new();
        for sealed in untold.drain(..) {
            if !home.be_told(room, &sealed, now)? {
                waiting.push(sealed);
            }
        }
        waiting.drain(..waiting.len().saturating_sub(UNTOLD));
        *untold = waiting;
        Ok(())
    }

    /// A letter for the owner: an invitation, or a private message. `None`: neither.
    fn take_own(
        &mut self,
        home: &mut Home,
        padded: &[u8],
        now: u64,
    ) -> Result<Option<Vec<News>>, HomeError> {
        let Some(message) = unpad(padded) else { return Ok(None) };
        if let Some(gathered) = Gathered::of(home, message.to_vec()) {
            if self.has_secret(home, &gathered)? {
                return Ok(Some(Vec::new()));
            }
            let id: [u8; 32] = Sha256::digest(message).into();
            let awaited = Awaited { id, arrived: now, bytes: message.to_vec() };
            home.write(|tx| tx.add_awaited(&awaited))?;
            self.fresh_awaited |= self.gathered.insert(id, gathered).is_none();
            return Ok(Some(Vec::new()));
        }
        match home.receive_mail(message, now) {
            Ok(Arrived::New(number) | Arrived::Waits(number, _)) => {
                Ok(Some(vec![News::Mail(number)]))
            }
            Ok(Arrived::Known) => Ok(Some(Vec::new())),
            Err(error @ HomeError::Store(_)) => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// Whether an invitation says nothing new.
    fn has_secret(&self, home: &Home, invitation: &Gathered) -> Result<bool, HomeError> {
        let Some(row) = home.store().conversation_of(&invitation.conversation)? else {
            return Ok(false);
        };
        let epochs = home.store().epochs(row.number)?;
        Ok(epochs.iter().any(|epoch| epoch.secret.as_slice() == invitation.secret.bytes()))
    }

    /// Invitations whose conversation is here, or has come now.
    fn try_awaited(&mut self, home: &mut Home, now: u64) -> Result<Vec<News>, HomeError> {
        let mut news = Vec::new();
        let ids: Vec<[u8; 32]> = self.gathered.keys().copied().collect();
        for id in ids {
            let Some(gathered) = self.gathered.get(&id) else { continue };
            let known = home.store().conversation_of(&gathered.conversation)?.is_some();
            if gathered.envelopes.is_empty() && !known {
                continue;
            }
            let bundle = Bundle {
                invitations: vec![gathered.message.clone()],
                envelopes: gathered.envelopes.values().cloned().collect(),
            };
            match home.import(&bundle.encode(), None, now) {
                Ok(imported) if imported.doubtful.is_empty() => {
                    home.write(|tx| tx.remove_awaited(&id))?;
                    self.gathered.remove(&id);
                    news.extend(self.arrived(imported));
                }
                Err(error @ HomeError::Store(_)) => return Err(error),
                // What it needs has not come yet, or never will: it waits, and makes room for others.
                Ok(_) | Err(_) => {}
            }
        }
        Ok(news)
    }

    fn arrived(&mut self, imported: Imported) -> Vec<News> {
        let Imported { room, new, by, intake, .. } = imported;
        let number = room.row.number;
        self.rooms.insert(number, room);
        let invited = new.then_some(News::Invited(number, by));
        let entries = (intake.new > 0).then_some(News::Entries(number, intake));
        invited.into_iter().chain(entries).collect()
    }
}
