//! Bringing a backup into a home: what is missing is added, what is there stays as it is.

use std::collections::BTreeSet;

use mundi_engine::entry::{Entry, verify};
use mundi_engine::{Reasons, Replica};
use mundi_identity::DevicePublic;

use super::super::{Home, HomeError};
use super::content::{Content, Held};
use crate::conversation::UNREAD;
use crate::store::{Contact, DeviceState, NewConversation, Standing, StoreError, Tx};

/// What a backup has brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// Contacts that were not here.
    pub contacts: usize,
    /// Conversations that were not here.
    pub conversations: usize,
    /// Entries that were not here.
    pub entries: usize,
    /// Private messages that were not here.
    pub mail: usize,
    /// Whether a new device has begun, because the home that was backed up has written with this
    /// one's.
    pub new_device: bool,
}

/// A conversation that is not here, ready to be added.
struct Met<'a> {
    held: &'a Held,
    open: mundi_engine::entry::Verified,
    title: String,
    topic: Option<String>,
}

impl Home {
    /// Brings a backup of this home's owner in. Doing it again changes nothing more.
    ///
    /// # Errors
    /// The backup is somebody else's, damaged, or not signed by the owner: nothing is changed.
    /// The disk fails: do it again.
    pub fn restore(&mut self, text: &str, now: u64) -> Result<Restored, HomeError> {
        let content = self.opened(text, now)?;
        let met = self.met(&content)?;
        let mut restored = Restored { conversations: met.len(), ..Restored::default() };
        // First of all: no entry may be written with a device whose chain is not wholly here.
        restored.new_device = self.leave_devices(&content, now)?;
        (restored.contacts, restored.mail) = self.write(|tx| added(tx, &content, &met))?;
        for held in &content.conversations {
            restored.entries += self.bring(held, now)?;
        }
        // `open` entries were added with their conversations.
        restored.entries += restored.conversations;
        Ok(restored)
    }

    /// The conversations that are not here, each with an `open` that verifies.
    fn met<'a>(&self, content: &'a Content) -> Result<Vec<Met<'a>>, HomeError> {
        let mut met = Vec::new();
        for held in &content.conversations {
            let open = verify(Entry::decode(opening(held)?)?)?;
            if self.store().conversation_of(&open.id())?.is_some() {
                continue;
            }
            let replica = Replica::open(&open, &consensus_std::library(), Reasons::Keep)?;
            let title = replica.rules().title.clone();
            let topic = replica.opening().topic.clone();
            met.push(Met { held, open, title, topic });
        }
        Ok(met)
    }

    /// Goes on with a device that the home of the backup has neither left nor used further than
    /// is known here.
    fn leave_devices(&mut self, content: &Content, now: u64) -> Result<bool, HomeError> {
        let mut gone = BTreeSet::new();
        for held in &content.conversations {
            for bytes in held.entries.iter().chain(&held.pending) {
                let entry = Entry::decode(bytes)?;
                if !self.store().has_entry(&entry.id())? {
                    gone.insert(entry.author());
                }
            }
        }
        let left = content.own.iter().filter(|(_, state)| *state != DeviceState::Current);
        gone.extend(left.map(|(key, _)| *key));
        let mut began = false;
        // Every device that begins has a key of its own, so this ends.
        loop {
            let Ok(device) = self.device() else { return Ok(began) };
            if !gone.contains(&device.public()) {
                return Ok(began);
            }
            self.begin_device_after_copy(now)?;
            began = true;
            if let Some(state) = state_in(content, &device.public()) {
                self.write(|tx| tx.set_device_state(device.number, state))?;
            }
        }
    }

    /// Brings what is missing of a conversation that is here. Gives how many entries were new.
    fn bring(&mut self, held: &Held, now: u64) -> Result<usize, HomeError> {
        let id = Entry::decode(opening(held)?)?.id();
        let row = self.store().conversation_of(&id)?;
        let row = row.ok_or_else(|| HomeError::NoSuchConversation(id.to_string()))?;
        let was_here = row.entries > 1;
        let mut room = self.room(&row)?;
        let entries: Vec<Vec<u8>> = held.entries.iter().chain(&held.pending).cloned().collect();
        let intake = self.take(&mut room, &entries, now)?;
        if !was_here && held.flags & UNREAD == 0 {
            let row = &room.row;
            let (number, flags) = (row.number, row.flags & !UNREAD);
            let standing = Standing { last_at: row.last_at, text: &row.standing, flags };
            self.write(|tx| tx.set_standing(number, &standing))?;
        }
        Ok(intake.new)
    }
}

/// How the home of the backup had left a device.
fn state_in(content: &Content, device: &DevicePublic) -> Option<DeviceState> {
    let found = content.own.iter().find(|(key, _)| key == device).map(|(_, state)| *state);
    found.filter(|state| *state != DeviceState::Current)
}

fn opening(held: &Held) -> Result<&[u8], HomeError> {
    let open = held.entries.first().map(Vec::as_slice);
    open.ok_or_else(|| super::damaged("a conversation in it has no beginning"))
}

/// Adds all but the entries; how many contacts and private messages were new.
fn added(tx: &Tx<'_>, content: &Content, met: &[Met<'_>]) -> Result<(usize, usize), StoreError> {
    let mut contacts = 0;
    for contact in &content.contacts {
        contacts += usize::from(add_contact(tx, contact)?);
    }
    for device in &content.devices {
        if tx.contact_device(&device.device)?.is_none() {
            tx.set_contact_device(device)?;
        }
    }
    content.revocations.iter().try_for_each(|one| tx.add_revocation(one))?;
    for (name, value) in &content.settings {
        if tx.setting(name)?.is_none() {
            tx.set_setting(name, value)?;
        }
    }
    met.iter().try_for_each(|one| add_conversation(tx, one))?;
    for held in &content.conversations {
        add_secrets(tx, held)?;
    }
    Ok((contacts, add_mail(tx, content)?))
}

/// A contact that is not here; a petname that another has here is left out.
fn add_contact(tx: &Tx<'_>, contact: &Contact) -> Result<bool, StoreError> {
    if tx.contact(&contact.fingerprint)?.is_some() {
        return Ok(false);
    }
    let mut contact = contact.clone();
    if let Some(petname) = &contact.petname
        && tx.contact_named(petname)?.is_some()
    {
        contact.petname = None;
    }
    tx.set_contact(&contact)?;
    Ok(true)
}

fn add_conversation(tx: &Tx<'_>, met: &Met<'_>) -> Result<(), StoreError> {
    let number = tx.add_conversation(&NewConversation {
        id: met.open.id(),
        open: met.open.bytes(),
        title: &met.title,
        topic: met.topic.as_deref(),
        opened_at: met.open.at(),
        // Who writes is found out with the first thing that is said.
        device: None,
    })?;
    tx.set_archived(number, met.held.archived)?;
    tx.set_keep(number, met.held.keep)
}

/// The secrets of a conversation, and what its owner has hidden in it.
fn add_secrets(tx: &Tx<'_>, held: &Held) -> Result<(), StoreError> {
    let open = held.entries.first().and_then(|bytes| Entry::decode(bytes).ok());
    let Some(open) = open else { return Ok(()) };
    let Some(row) = tx.conversation_of(&open.id())? else { return Ok(()) };
    let epochs = tx.epochs(row.number)?;
    for epoch in held.epochs.iter().filter(|one| epochs.iter().all(|here| here.tag != one.tag)) {
        tx.add_epoch(row.number, epoch)?;
    }
    let hidden = tx.hidden(row.number)?;
    let here = |entry, field: &str| hidden.iter().any(|h| h.entry == entry && h.field == field);
    for one in held.hidden.iter().filter(|one| !here(one.entry, &one.field)) {
        tx.set_hidden(row.number, one)?;
    }
    Ok(())
}

fn add_mail(tx: &Tx<'_>, content: &Content) -> Result<usize, StoreError> {
    let here: BTreeSet<[u8; 32]> = tx.mail()?.into_iter().map(|one| one.mail.id).collect();
    let mut count = 0;
    for one in content.mail.iter().filter(|one| !here.contains(&one.mail.id)) {
        let number = tx.add_mail(&one.mail)?;
        tx.set_mail_read(number, one.read)?;
        tx.set_mail_keep(number, one.keep)?;
        count += 1;
    }
    Ok(count)
}
