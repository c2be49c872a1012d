//! What was written here in one conversation and nobody else has yet: sealed, for its mailbox.

use mundi_engine::{Entry, EntryId};
use mundi_identity::DevicePublic;
use mundi_identity::envelope::{DAY, Sealer, envelope_id};
use mundi_transport::wire::{Mailbox, Parcel};

use super::outgoing::{parcel_of, to_queue};
use crate::conversation::Room;
use crate::home::{Home, HomeError};
use crate::store::{ConversationNo, Delivered, Delivery, NewQueued, StoreError, Tx};

/// Own entries from a position on, and the values for roles that go with them.
pub(super) struct Written {
    conversation: ConversationNo,
    /// The position up to which this is all.
    pub(super) end: u64,
    letters: Vec<(NewQueued, Delivery)>,
    told: Vec<NewQueued>,
}

impl Written {
    /// Reads and seals them.
    pub(super) fn since(
        home: &Home,
        room: &Room,
        posted: u64,
        now: u64,
    ) -> Result<Self, HomeError> {
        let (_, secret) = home.newest_epoch(room)?;
        let sealing = Sealing { sealer: Sealer::new(&secret), conversation: room.row.number, now };
        let entries: Vec<(EntryId, Vec<u8>)> =
            home.store().entries_from(room.row.number, posted).collect::<Result<_, _>>()?;
        let (mut letters, mut told) = (Vec::new(), Vec::new());
        for (id, bytes) in &entries {
            let entry = Entry::decode(bytes)?;
            let author = entry.author();
            if home.is_own_device(&author)? {
                letters.push(sealing.letter(*id, &author, entry.at(), bytes)?);
                for content in home.told(room, id, now)? {
                    told.push(sealing.letter(*id, &author, now, &content)?.0);
                }
            }
        }
        let end = posted.saturating_add(entries.len() as u64);
        Ok(Self { conversation: room.row.number, end, letters, told })
    }

    /// Whether nobody here has written anything.
    pub(super) fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// What it takes to send it.
    pub(super) fn parcels(&self) -> Vec<Parcel> {
        let letters = self.letters.iter().map(|(letter, _)| letter);
        letters.chain(&self.told).cloned().filter_map(parcel_of).collect()
    }

    /// All of it into the queue.
    pub(super) fn queue(&self, tx: &Tx<'_>) -> Result<(), StoreError> {
        for (queued, delivery) in &self.letters {
            tx.enqueue(queued)?;
            tx.set_delivery(delivery)?;
        }
        self.told.iter().try_for_each(|queued| tx.enqueue(queued))?;
        tx.set_posted(self.conversation, self.end)
    }

    /// All of it is on the disk of a broker, and never was in the queue.
    pub(super) fn stored(&self, tx: &Tx<'_>, broker: &[u8; 32]) -> Result<(), StoreError> {
        for (_, delivery) in &self.letters {
            let brokers = vec![*broker];
            let stored = Delivery { state: Delivered::Stored, brokers, ..delivery.clone() };
            tx.set_delivery(&stored)?;
        }
        tx.set_posted(self.conversation, self.end)
    }
}

struct Sealing {
    sealer: Sealer,
    conversation: ConversationNo,
    now: u64,
}

impl Sealing {
    fn letter(
        &self,
        id: EntryId,
        author: &DevicePublic,
        at: u64,
        content: &[u8],
    ) -> Result<(NewQueued, Delivery), HomeError> {
        let envelope =
            self.sealer.seal(author, at, content).map_err(crate::exchange::ExchangeError::from)?;
        let mailbox = Mailbox::tag(self.sealer.tag(at / DAY));
        let delivery = Delivery {
            id: id.0,
            conversation: Some(self.conversation),
            envelope: envelope_id(&envelope),
            state: Delivered::Queued,
            brokers: Vec::new(),
            at: self.now,
        };
        Ok((to_queue(&mailbox, &[], envelope, self.now), delivery))
    }
}
