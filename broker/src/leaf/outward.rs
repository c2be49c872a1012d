//! Parcels out of OUT, to the broker.
//!
//! Invariant: a parcel leaves OUT only after the broker has said that it is on its disk, or that it will
//! never be, and after that was noted in DONE.

use std::sync::Arc;
use std::time::Duration;

use async_nats::Client;
use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use async_nats::jetstream::{AckKind, Message};
use futures::StreamExt;
use mundi_transport::broker_link::BrokerLink;
use mundi_transport::leaf_link::{DONE, Lay, Outcome, lay, subject};
use mundi_transport::limits::PUT_PARCELS;
use mundi_transport::link::Link;
use mundi_transport::wire::{Parcel, PutAnswer, Status, Wire};

use super::Pause;
use super::streams::Streams;
use super::upstream::{Broken, Up};
use crate::error::BrokerError;
use crate::limits;

pub(super) struct Outward {
    here: Client,
    streams: Arc<Streams>,
    up: Up,
}

/// A parcel on its way.
struct Taken {
    message: Message,
    parcel: Parcel,
}

impl Outward {
    pub(super) fn new(here: Client, streams: Arc<Streams>, up: Up) -> Self {
        Self { here, streams, up }
    }

    /// Puts what there is, for ever.
    pub(super) async fn run(mut self) {
        let mut pause = Pause::new();
        loop {
            let (link, info) = self.up.reach().await;
            match self.put_all(&link, *info.key).await {
                Broken::Moved => pause = Pause::new(),
                Broken::Failed => pause.rest().await,
            }
        }
    }

    async fn put_all(&mut self, link: &BrokerLink, broker: [u8; 32]) -> Broken {
        let Ok(consumer) = self.consumer().await else { return Broken::Failed };
        loop {
            let Ok(batch) = self.take(&consumer).await else { return Broken::Failed };
            if batch.is_empty() {
                continue;
            }
            let parcels = batch.iter().map(|one| one.parcel.clone()).collect();
            match self.up.during(link.put(parcels)).await {
                Ok(answer) => self.answered(batch, answer, broker).await,
                Err(broken) => return broken,
            }
        }
    }

    /// What waits; after a while, nothing.
    async fn take(&self, consumer: &PullConsumer) -> Result<Vec<Taken>, BrokerError> {
        let mut found = self.batch(consumer, PUT_PARCELS, None).await?;
        if found.is_empty() {
            found = self.batch(consumer, 1, Some(Duration::from_secs(20))).await?;
            if !found.is_empty() {
                found.extend(self.batch(consumer, PUT_PARCELS - 1, None).await?);
            }
        }
        let mut taken = Vec::with_capacity(found.len());
        for message in found {
            match Parcel::from_bytes(&message.payload) {
                Ok(parcel) => taken.push(Taken { message, parcel }),
                // Nothing that a broker would read.
                Err(_) => drop(message.ack_with(AckKind::Term).await),
            }
        }
        Ok(taken)
    }

    /// Made anew for each connection: so what was taken before and not settled is there again at once.
    async fn consumer(&self) -> Result<PullConsumer, BrokerError> {
        // There is none at first.
        let _none = self.streams.out.delete_consumer("pump").await;
        let config = pull::Config {
            durable_name: Some("pump".into()),
            ack_policy: AckPolicy::Explicit,
            ack_wait: limits::LEAF_ACK,
            max_ack_pending: 100_000,
            ..pull::Config::default()
        };
        self.streams.out.create_consumer(config).await.map_err(BrokerError::nats)
    }

    async fn batch(
        &self,
        consumer: &PullConsumer,
        most: usize,
        wait: Option<Duration>,
    ) -> Result<Vec<Message>, BrokerError> {
        let messages = match wait {
            None => consumer.fetch().max_messages(most).messages().await,
            Some(wait) => consumer.batch().max_messages(most).expires(wait).messages().await,
        };
        let mut messages = messages.map_err(BrokerError::nats)?;
        let mut found = Vec::new();
        while let Some(message) = messages.next().await {
            found.push(message.map_err(BrokerError::nats)?);
        }
        Ok(found)
    }

    async fn answered(&self, batch: Vec<Taken>, answer: PutAnswer, broker: [u8; 32]) {
        let wait = Duration::from_millis(answer.wait).clamp(Pause::FIRST, limits::LEAF_PAUSE);
        let judged = batch.into_iter().zip(answer.statuses);
        let settled = judged.map(|(one, status)| async move {
            match status {
                Status::Throttled | Status::Kept => {
                    let _later = one.message.ack_with(AckKind::Nak(Some(wait))).await;
                    true
                }
                Status::Full => {
                    let later = AckKind::Nak(Some(limits::LEAF_FULL));
                    let _later = one.message.ack_with(later).await;
                    false
                }
                _ => {
                    self.settle(&one, status, broker).await;
                    false
                }
            }
        });
        let throttled = futures::future::join_all(settled).await;
        if throttled.contains(&true) {
            tokio::time::sleep(wait).await;
        }
    }

    /// Notes what became of a parcel, and lets it go.
    async fn settle(&self, one: &Taken, status: Status, broker: [u8; 32]) {
        let outcome = Outcome::new(&one.parcel, status, broker);
        let subject = subject(DONE, &one.parcel.mailbox(), &one.parcel.hash());
        let noted = lay(&self.here, subject, outcome.to_bytes().into(), limits::LEAF_LAY).await;
        if noted != Lay::Unclear {
            // If this is lost, it is put again, and is there already.
            let _gone = one.message.double_ack().await;
        }
    }
}
