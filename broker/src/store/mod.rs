//! Parcels on the disk: one stream of JetStream, one subject a parcel, and the index of it in memory.
//!
//! Invariant: what is called stored was acknowledged by JetStream, which syncs every message
//! (`sync_interval: always`). Invariant: a parcel is once in a mailbox: its subject ends with its hash,
//! and a subject takes one message.

mod disk;
mod index;
mod row;
mod waiters;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use mundi_identity::inbox::Policy;
use mundi_transport::wire::{Kind, Parcel, Status, Wire};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::error::BrokerError;
use crate::limits;
use crate::metrics::Counts;
use crate::run::Clock;
use disk::{Disk, Outcome, Read};

pub use index::{Found, Index, Room};
pub use row::{Row, until_when};
pub use waiters::{Fresh, Lag, News, Waiters};

/// A store.
pub struct Store {
    disk: Disk,
    index: Mutex<Index>,
    window: Arc<Semaphore>,
    unclear: Notify,
    own: [u8; 32],
    keeps: u64,
    clock: Clock,
    counts: Arc<Counts>,
}

impl Store {
    /// Opens the store of a broker, or makes it, and reads what is in it.
    ///
    /// # Errors
    /// The nats-server does not do it.
    pub async fn open(
        client: async_nats::Client,
        own: [u8; 32],
        (keeps, bytes): (u64, u64),
        clock: Clock,
        counts: Arc<Counts>,
    ) -> Result<Self, BrokerError> {
        let store = Self {
            disk: Disk::open(client, keeps, bytes).await?,
            index: Mutex::default(),
            window: Arc::new(Semaphore::new(limits::PUTS_IN_FLIGHT)),
            unclear: Notify::new(),
            own,
            keeps,
            clock,
            counts,
        };
        store.catch_up().await?;
        Ok(store)
    }

    /// The store's name.
    #[must_use]
    pub fn name(&self) -> [u8; 8] {
        self.disk.name
    }

    /// The index.
    pub fn index(&self) -> MutexGuard<'_, Index> {
        // Nothing in the index panics half-way.
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The index, without what has expired.
    pub fn swept(&self) -> MutexGuard<'_, Index> {
        let now = self.now();
        let mut index = self.index();
        index.sweep(now);
        index
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> u64 {
        (self.clock)()
    }

    /// Waits for a place among the parcels on their way to the disk.
    pub async fn turn(&self, parcels: usize) -> Option<OwnedSemaphorePermit> {
        let parcels = u32::try_from(parcels.min(limits::PUTS_IN_FLIGHT)).unwrap_or(1);
        Arc::clone(&self.window).acquire_many_owned(parcels).await.ok()
    }

    /// Stores a parcel that was found good, and says what became of it.
    pub async fn put(&self, parcel: Parcel, hash: [u8; 32], origin: [u8; 32]) -> Status {
        let now = self.now();
        let row = Row {
            mailbox: parcel.mailbox(),
            hash,
            size: parcel.envelope().len() as u64,
            origin,
            expires: until_when(parcel.expires, now.saturating_add(self.keeps)),
        };
        let policy = match self.policy_of(&parcel) {
            Ok(policy) => policy,
            Err(status) => return status,
        };
        match self.index().reserve(&row) {
            Room::Free => {}
            Room::Known => return Status::Known,
            Room::Full => return Status::Full,
        }
        let bytes = Bytes::from(parcel.to_bytes());
        let headers = row.headers(&self.own, parcel.expires, now);
        let outcome = self.disk.publish(row.subject(), headers, bytes).await;
        let number = match outcome {
            Outcome::Stored(number) => number,
            other => {
                self.index().give_up(&row);
                return self.not_stored(other);
            }
        };
        let fresh = Some(Bytes::from(parcel.into_envelope()));
        self.index().place(number, row, fresh);
        self.counts.stored.add(1);
        if let Some(policy) = policy {
            self.replace(number, policy).await;
        }
        Status::Stored
    }

    fn not_stored(&self, outcome: Outcome) -> Status {
        match outcome {
            Outcome::Known => Status::Known,
            Outcome::Full => Status::Full,
            _ => {
                self.unclear.notify_one();
                Status::Throttled
            }
        }
    }

    /// The policy in a parcel that is one; an older one than is known is there already.
    fn policy_of(&self, parcel: &Parcel) -> Result<Option<Policy>, Status> {
        if parcel.mailbox().kind != Kind::Policy {
            return Ok(None);
        }
        let policy = Policy::verify(parcel.envelope()).map_err(|_| Status::Proof)?;
        let index = self.index();
        let newer = index.policy(&policy.inbox()).is_some_and(|known| known.at >= policy.at);
        if newer { Err(Status::Known) } else { Ok(Some(policy)) }
    }

    async fn replace(&self, number: u64, policy: Policy) {
        let obsolete = self.index().set_policy(number, policy);
        if let Some(obsolete) = obsolete {
            self.index().forget(obsolete);
            // Where this fails it is forgotten at the next start, or when it expires.
            self.disk.delete(obsolete).await;
        }
    }

    /// Reads a parcel; `None` where it is gone. One that the disk has damaged goes, so that whoever has it
    /// can put it again.
    pub async fn parcel(&self, number: u64) -> Option<Parcel> {
        let read = match self.disk.read(number).await {
            Read::There(bytes) => Parcel::from_bytes(&bytes).ok(),
            Read::Gone => None,
            Read::Unclear => return None,
        };
        let hash = self.index().row(number).map(|row| row.hash);
        let whole = read.filter(|parcel| hash.is_none_or(|hash| parcel.hash() == hash));
        if whole.is_none() && hash.is_some() {
            self.index().forget(number);
            self.disk.delete(number).await;
            self.counts.damaged.add(1);
        }
        whole
    }

    /// Reads all that was there at the start, a little at a time, and so finds what is damaged.
    pub async fn scrub(&self) {
        let numbers = self.index().numbers();
        for some in numbers.chunks(limits::SCRUB_PARCELS) {
            for number in some {
                let _whole = self.parcel(*number).await;
            }
            tokio::time::sleep(limits::SCRUB_PAUSE).await;
        }
    }

    /// Reads what the disk has beyond the index: at the start, and when it is unclear what came of
    /// some parcels.
    ///
    /// # Errors
    /// The nats-server does not answer.
    pub async fn catch_up(&self) -> Result<(), BrokerError> {
        let before = self.index().frontier();
        let last = self.disk.last().await?;
        if last <= before {
            return Ok(());
        }
        let (own, keeps) = (self.own, self.keeps);
        let visit = |number, subject: &str, headers: &async_nats::HeaderMap, at: u64| {
            if let Some(row) = Row::read(subject, headers, &own, at.saturating_add(keeps)) {
                self.index().read(number, row);
            }
        };
        self.disk.visit(before + 1, last, visit).await?;
        self.index().pass(last);
        let policies = self.index().policy_rows(before);
        for number in policies {
            let policy = self.parcel(number).await;
            match policy.and_then(|parcel| Policy::verify(parcel.envelope()).ok()) {
                Some(policy) => self.replace(number, policy).await,
                None => self.index().forget(number),
            }
        }
        Ok(())
    }

    /// It is unclear what came of some parcels: the nats-server was away.
    pub fn was_away(&self) {
        self.unclear.notify_one();
    }

    /// Forgets what has expired, and clears up what is unclear, for ever.
    pub async fn keep(&self) {
        let mut pause = tokio::time::interval(limits::SWEEP);
        let mut gap = None;
        loop {
            tokio::select! {
                _tick = pause.tick() => {
                    // A number that nobody was told of: it came to the disk after it was given up.
                    let now = self.swept().gap();
                    if now.is_some() && now == gap {
                        self.unclear.notify_one();
                    }
                    gap = now;
                }
                () = self.unclear.notified() => {
                    if self.catch_up().await.is_err() {
                        tokio::time::sleep(limits::SWEEP).await;
                        self.unclear.notify_one();
                    }
                }
            }
        }
    }
}
