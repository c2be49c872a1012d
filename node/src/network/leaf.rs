//! What a leaf is told to watch, and what it tells of parcels (`spec/transport.md`, The leaf).

use mundi_identity::envelope::DAY;
use mundi_transport::leaf_link::{Follow, Followed, Outcome};
use mundi_transport::limits::FOLLOWED_TAGS;
use mundi_transport::wire::{Kind, Status};

use super::online::{Online, Owner, key_of};
use super::outgoing::outgoing;
use crate::home::{Home, HomeError};
use crate::limits::{BROKER_DAYS, LEAF_DAYS};

impl Online {
    /// The tags that a leaf is to watch while this home is locked: those of brokers' memory, and of days
    /// ahead; the nearest first, as many as a leaf takes. `store` is the broker's, if it is known.
    ///
    /// # Errors
    /// As all reading.
    pub(super) fn followed(
        &self,
        home: &Home,
        store: Option<[u8; 8]>,
        now: u64,
    ) -> Result<Follow, HomeError> {
        let today = now / DAY;
        let mut found = self.mailboxes(home, now, LEAF_DAYS)?;
        found.retain(|(_, mailbox, _)| mailbox.kind == Kind::Tag);
        found.sort_by_key(|(day, ..)| day.abs_diff(today));
        found.truncate(FOLLOWED_TAGS);
        let reader = home.store();
        let mut tags = Vec::with_capacity(found.len());
        for (day, mailbox, owner) in found {
            let after = match (owner, store) {
                (Owner::Conversation(_), Some(store)) => {
                    reader.mailbox_cursor(&store, &key_of(&mailbox))?
                }
                _ => 0,
            };
            // From the day before, as a clock may be ahead, until no broker has it any more.
            let from = day.saturating_sub(1).saturating_mul(DAY);
            let until = day.saturating_add(BROKER_DAYS + 1).saturating_mul(DAY);
            tags.push(Followed::new(mailbox.name, from, until, after));
        }
        Ok(Follow { store: store.unwrap_or_default().into(), tags })
    }

    /// What became of parcels that a leaf has kept: how many are at a broker now. Those leave the queue;
    /// what was refused is made anew or given up, as if a broker had said so here.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn told(
        &mut self,
        home: &mut Home,
        outcomes: &[Outcome],
        bits: u8,
        now: u64,
    ) -> Result<usize, HomeError> {
        let waiting = home.store().due(u64::MAX, u32::MAX)?;
        let mut stored = 0;
        for one in waiting.into_iter().filter_map(outgoing) {
            let (mailbox, hash) = (one.parcel.mailbox(), one.parcel.hash());
            let same = |o: &&Outcome| o.mailbox() == mailbox && *o.hash == hash;
            let Some(outcome) = outcomes.iter().find(same) else { continue };
            let status = outcome.status;
            self.answered(home, &[one], &[status], &outcome.broker, 0, bits, now)?;
            stored += usize::from(matches!(status, Status::Stored | Status::Known));
        }
        Ok(stored)
    }
}
