//! What a leaf is told to watch, and what it tells of parcels (`spec/transport.md`, The leaf).

use mundi_identity::envelope::DAY;
use mundi_transport::leaf_link::{Follow, Followed, Outcome};
use mundi_transport::limits::FOLLOWED_TAGS;
use mundi_transport::link::LinkError;
use mundi_transport::wire::{Kind, Mailbox, Status, Want};

use super::exchange::{Exchange, ExchangeEnd};
use super::online::{Online, Owner, key_of};
use super::outgoing::{Said, outgoing};
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
            let said = Said { statuses: &[status], broker: &outcome.broker, wait: 0, bits };
            self.answered(home, &[one], &said, now)?;
            stored += usize::from(matches!(status, Status::Stored | Status::Known));
        }
        Ok(stored)
    }
}

impl Exchange {
    /// Tells a leaf what was taken in, and hears of the parcels that it has kept.
    pub(super) async fn settle(&mut self, home: &mut Home) -> Result<usize, ExchangeEnd> {
        if !self.taken.is_empty() {
            self.link.acknowledge(self.taken.clone()).await?;
            self.taken.clear();
        }
        let mut stored = 0;
        loop {
            let outcomes = self.link.outcomes().await?;
            if outcomes.is_empty() {
                return Ok(stored);
            }
            let (numbers, outcomes): (Vec<_>, Vec<_>) = outcomes.into_iter().unzip();
            let now = (self.timing.clock)();
            stored += self.online.told(home, &outcomes, self.bits(), now)?;
            self.link.settled(numbers).await?;
        }
    }

    /// Tells the leaf what to watch, where that has changed.
    pub(super) async fn tell_leaf(&mut self, home: &Home) -> Result<(), ExchangeEnd> {
        let store = self.info.as_ref().map(|info| *info.store);
        let follow = self.online.followed(home, store, (self.timing.clock)())?;
        let names: Vec<Mailbox> = follow.tags.iter().map(Followed::mailbox).collect();
        if names != self.followed {
            self.link.follow(follow).await?;
            self.followed = names;
        }
        Ok(())
    }

    /// Behind a leaf the broker may go: then only what comes from the leaf itself must come.
    pub(super) fn forgive(&self, wants: &[Want], error: LinkError) -> Result<(), ExchangeEnd> {
        let tags = wants.iter().all(|want| want.mailbox().kind == Kind::Tag);
        if self.link.keeps().is_none() || tags { Err(error.into()) } else { Ok(()) }
    }
}
