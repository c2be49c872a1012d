//! Taking a conversation up: from what was saved of it, and the entries that came since.

use std::sync::{Arc, Mutex, PoisonError};

use mundi_engine::entry::{Entry, EntryId, Verified, verify};
use mundi_engine::saved::Bodies;
use mundi_engine::{Reasons, Replica};

use super::Room;
use crate::home::{Home, HomeError};
use crate::pool;
use crate::store::{Conversation, Store};

/// Entries since a conversation was last saved, above which it is saved again; or an eighth of
/// them all, so that saving stays a small part of the work.
const SAVE_EVERY: u64 = 64;

/// The entries of a store, for a replica that was resumed.
pub struct Stored(Arc<Mutex<Store>>);

impl Stored {
    /// Of a store that others use as well.
    #[must_use]
    pub fn new(store: Arc<Mutex<Store>>) -> Self {
        Self(store)
    }
}

impl Bodies for Stored {
    fn bytes(&self, id: &EntryId) -> Option<Vec<u8>> {
        let store = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        store.entry(id).ok().flatten().map(|kept| kept.bytes)
    }
}

impl Home {
    /// Takes a conversation up.
    ///
    /// # Errors
    /// The store fails, or holds something that is no conversation.
    pub fn room(&self, row: &Conversation) -> Result<Room, HomeError> {
        let open = self.store().opening(row.number)?;
        let open = open.ok_or_else(|| HomeError::NoSuchConversation(row.id.to_string()))?;
        let open = verify(Entry::decode(&open)?)?;
        let (replica, from) = self.begin(row, &open)?;
        let room = self.caught_up(row, replica, from)?;
        if room.replica.missing().is_none() {
            return Ok(room);
        }
        // What was saved does not fit what is stored: all is folded anew.
        let replica = Replica::open(&open, &consensus_std::library(), Reasons::Keep)?;
        self.caught_up(row, replica, 1)
    }

    /// Tells a replica the entries that it does not know yet: from a position on.
    fn caught_up(
        &self,
        row: &Conversation,
        mut replica: Replica,
        from: u64,
    ) -> Result<Room, HomeError> {
        let entries: Vec<Vec<u8>> = {
            let store = self.store();
            let stored = store.entries_from(row.number, from);
            stored.map(|entry| entry.map(|(_, bytes)| bytes)).collect::<Result<_, _>>()?
        };
        let views: Vec<&[u8]> = entries.iter().map(Vec::as_slice).collect();
        let mut broken = None;
        pool::verified(&views, pool::cores(), &[0; 32], |n, entry| match entry {
            Ok(entry) => {
                replica.insert(entry);
                if n.is_multiple_of(pool::BATCH) {
                    replica.advance();
                }
            }
            Err(error) => broken = Some(error),
        });
        if let Some(error) = broken {
            return Err(error.into());
        }
        replica.advance();
        Ok(Room::new(row.clone(), replica))
    }

    /// The replica as it was saved, else from `open`; and from which entry on it must be told more.
    fn begin(&self, row: &Conversation, open: &Verified) -> Result<(Replica, u64), HomeError> {
        let library = consensus_std::library();
        let saved = self.store().checkpoint(row.number).ok().flatten();
        if let Some(saved) = saved {
            let bodies = Arc::new(Stored::new(self.shared_store()));
            let resumed = Replica::resume(open, &saved.bytes, bodies, &library, Reasons::Keep);
            // What cannot be read, being damaged or another version's, is folded anew instead.
            if let Ok(replica) = resumed {
                return Ok((replica, saved.entries));
            }
        }
        // The first stored entry is `open` itself.
        Ok((Replica::open(open, &library, Reasons::Keep)?, 1))
    }

    /// Saves a conversation, if enough has come since it was saved last.
    ///
    /// # Errors
    /// The disk fails.
    pub(crate) fn save(&mut self, room: &Room) -> Result<(), HomeError> {
        let (number, entries) = (room.row.number, room.row.entries);
        let since = self.store().checkpoint_at(number)?.unwrap_or(0);
        if entries.saturating_sub(since) < SAVE_EVERY.max(entries / 8) {
            return Ok(());
        }
        self.keep(room)
    }

    /// Saves a conversation as it is, so that it is taken up fast.
    ///
    /// # Errors
    /// The disk fails.
    pub fn keep(&mut self, room: &Room) -> Result<(), HomeError> {
        let (number, entries) = (room.row.number, room.row.entries);
        let bytes = room.replica.save();
        Ok(self.write(|tx| tx.set_checkpoint(number, entries, &bytes))?)
    }
}
