//! The conversations that are followed, and the mailboxes in which they are found.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use mundi_identity::envelope::{DAY, EpochSecret, Sealer};
use mundi_identity::inbox::inbox_of;
use mundi_transport::limits::GET_MAILBOXES;
use mundi_transport::wire::{Mailbox, Want};

use super::incoming::Gathered;
use super::repair::Repair;
use crate::conversation::Room;
use crate::home::{Home, HomeError};
use crate::limits::BROKER_DAYS;
use crate::store::ConversationNo;

/// To whom the letters of a mailbox belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// A conversation.
    Conversation(ConversationNo),
    /// An invitation, by its place among those that wait.
    Awaited([u8; 32]),
    /// The owner of the home.
    Me,
}

/// What is followed while there is a link, or between two.
#[derive(Default)]
pub struct Online {
    /// Conversations that were taken up, and stay so.
    pub(super) rooms: BTreeMap<ConversationNo, Room>,
    /// How far each mailbox was read from the present link, beyond what is noted in the home.
    had: BTreeMap<Mailbox, u64>,
    /// Whose each mailbox is that was asked for.
    pub(super) owners: BTreeMap<Mailbox, Owner>,
    /// What has come for invitations that wait.
    pub(super) gathered: BTreeMap<[u8; 32], Gathered>,
    /// Values for roles that fit no entry that is here.
    pub(super) untold: BTreeMap<ConversationNo, Vec<Vec<u8>>>,
    /// Whether an invitation has come since mailboxes were asked for: there are others to look into.
    pub(super) fresh_awaited: bool,
    /// The brokers that know whose passes the own inbox takes, by the hash of what they know.
    pub(super) policies: BTreeSet<([u8; 32], [u8; 32])>,
    /// Up to where conversations were looked through for what was written here, beyond what is noted in
    /// the home.
    pub(super) seen: BTreeMap<ConversationNo, u64>,
    /// What is lacking here, and what others lack.
    pub(super) repair: Repair,
}

impl Online {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps a conversation that was taken up already.
    pub fn follow(&mut self, room: Room) {
        self.rooms.insert(room.row.number, room);
    }

    /// A conversation that is followed.
    #[must_use]
    pub fn room(&self, number: ConversationNo) -> Option<&Room> {
        self.rooms.get(&number)
    }

    /// The same, to say something there.
    pub fn room_mut(&mut self, number: ConversationNo) -> Option<&mut Room> {
        self.rooms.get_mut(&number)
    }

    /// A conversation, taken up if it was not.
    pub(super) fn take_up(
        &mut self,
        home: &Home,
        number: ConversationNo,
    ) -> Result<&mut Room, HomeError> {
        match self.rooms.entry(number) {
            Entry::Occupied(room) => Ok(room.into_mut()),
            Entry::Vacant(free) => {
                let row = home.store().conversation(number)?;
                let missing = || HomeError::NoSuchConversation(number.to_string());
                Ok(free.insert(home.room(&row.ok_or_else(missing)?)?))
            }
        }
    }

    /// A letter of a mailbox was taken in: it need not be given again over this link.
    pub(super) fn had(&mut self, mailbox: Mailbox, number: u64) {
        if !matches!(self.owners.get(&mailbox), Some(Owner::Awaited(_))) {
            let had = self.had.entry(mailbox).or_default();
            *had = number.max(*had);
        }
    }

    /// Another link has other numbers.
    pub(super) fn begin_link(&mut self) {
        self.had.clear();
    }

    /// The mailboxes in which something can be for this home, each with its day, until so many days ahead.
    pub(super) fn mailboxes(
        &self,
        home: &Home,
        now: u64,
        ahead: u64,
    ) -> Result<Vec<(u64, Mailbox, Owner)>, HomeError> {
        let mut found =
            vec![(u64::MAX, Mailbox::inbox(inbox_of(&home.device()?.public())), Owner::Me)];
        let rows = home.store().conversations()?;
        for row in rows {
            let epochs = home.store().epochs(row.number)?;
            for epoch in epochs {
                let Ok(secret) = <&[u8; 32]>::try_from(epoch.secret.as_slice()) else { continue };
                let owner = Owner::Conversation(row.number);
                // An invitation may bring an epoch long after it began.
                let since = row.opened_at.min(epoch.since);
                found.extend(tags(&EpochSecret::new(secret), (since, now), ahead, &owner));
            }
        }
        for (id, gathered) in &self.gathered {
            let since = gathered.at.saturating_sub(BROKER_DAYS * DAY);
            found.extend(tags(&gathered.secret, (since, now), ahead, &Owner::Awaited(*id)));
        }
        Ok(found)
    }

    /// The mailboxes in which something can be for this home, after what a store has given: the newest days
    /// first, as many as can be asked for at once. Tags and inboxes may be in different stores.
    ///
    /// # Errors
    /// As all reading.
    pub fn wants(
        &mut self,
        home: &Home,
        (tagged, inboxes): (&[u8; 8], &[u8; 8]),
        now: u64,
    ) -> Result<Vec<Want>, HomeError> {
        // A clock may be ahead of this one.
        let mut found = self.mailboxes(home, now, 1)?;
        found.sort_by_key(|(day, ..)| std::cmp::Reverse(*day));
        found.truncate(GET_MAILBOXES);
        let reader = home.store();
        let mut wants = Vec::with_capacity(found.len());
        self.owners.clear();
        for (_, mailbox, owner) in found {
            // What was gathered for an invitation is in memory only.
            let store = if owner == Owner::Me { inboxes } else { tagged };
            let after = match owner {
                Owner::Awaited(_) => 0,
                _ => {
                    let had = self.had.get(&mailbox).copied().unwrap_or(0);
                    reader.mailbox_cursor(store, &key_of(&mailbox))?.max(had)
                }
            };
            wants.push(Want::new(mailbox, after));
            self.owners.insert(mailbox, owner);
        }
        Ok(wants)
    }

    /// Takes up the invitations that wait, after a start.
    ///
    /// # Errors
    /// As all reading.
    pub fn recall(&mut self, home: &Home) -> Result<(), HomeError> {
        let waiting = home.store().awaited()?;
        for awaited in waiting {
            if self.gathered.contains_key(&awaited.id) {
                continue;
            }
            if let Some(gathered) = Gathered::of(home, awaited.bytes) {
                self.gathered.insert(awaited.id, gathered);
            }
        }
        Ok(())
    }
}

/// The tags of an epoch, from a time until so many days from now.
fn tags<'a>(
    secret: &EpochSecret,
    (since, now): (u64, u64),
    ahead: u64,
    owner: &'a Owner,
) -> impl Iterator<Item = (u64, Mailbox, Owner)> + use<'a> {
    let sealer = Sealer::new(secret);
    let today = now / DAY;
    let first = (since / DAY).saturating_sub(1).max(today.saturating_sub(BROKER_DAYS));
    (first..=today.saturating_add(ahead))
        .map(move |day| (day, Mailbox::tag(sealer.tag(day)), owner.clone()))
}

/// A mailbox as 17 bytes.
pub(super) fn key_of(mailbox: &Mailbox) -> [u8; 17] {
    let mut key = [0; 17];
    if let Some((kind, name)) = key.split_first_mut() {
        *kind = mailbox.kind as u8;
        name.copy_from_slice(&mailbox.name);
    }
    key
}

/// Back from 17 bytes.
pub(super) fn mailbox_of(key: &[u8; 17]) -> Option<Mailbox> {
    let (kind, name) = key.split_first_chunk::<1>()?;
    let name: [u8; 16] = name.try_into().ok()?;
    match kind {
        [0] => Some(Mailbox::tag(name)),
        [1] => Some(Mailbox::inbox(name)),
        [2] => Some(Mailbox::policy(name)),
        _ => None,
    }
}
