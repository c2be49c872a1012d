//! The letters that the home has taken in: none of them is laid into BOX again.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Mutex;

use async_nats::jetstream::consumer::{AckPolicy, pull};
use async_nats::{Client, Subscriber};
use futures::StreamExt;

use super::streams::Streams;
use crate::error::BrokerError;
use crate::limits;

/// What follows `gone.` in a subject: a mailbox and a hash, as digits.
type Named = Box<str>;

/// The letters, the newest as many as are remembered.
#[derive(Default)]
pub(super) struct Gone(Mutex<(BTreeSet<Named>, VecDeque<Named>)>);

impl Gone {
    /// Whether a letter was taken in; `subject` is that of BOX.
    pub(super) fn has(&self, subject: &str) -> bool {
        let named = subject.strip_prefix("box.").unwrap_or_default();
        let known = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.0.contains(named)
    }

    fn add(&self, subject: &str) {
        let named: Named = subject.strip_prefix("gone.").unwrap_or_default().into();
        let mut known = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if known.0.insert(named.clone()) {
            known.1.push_back(named);
        }
        if known.1.len() > limits::GONE_LETTERS
            && let Some(oldest) = known.1.pop_front()
        {
            known.0.remove(&oldest);
        }
    }

    /// Begins to hear of more. To be called before [`Self::recall`].
    pub(super) async fn listen(here: &Client) -> Result<Subscriber, BrokerError> {
        here.subscribe("gone.>").await.map_err(BrokerError::nats)
    }

    /// Hears of more, for ever.
    pub(super) async fn hear(&self, mut told: Subscriber) {
        while let Some(message) = told.next().await {
            self.add(&message.subject);
        }
    }

    /// Reads what was noted before.
    pub(super) async fn recall(&self, streams: &Streams) -> Result<(), BrokerError> {
        let config = pull::Config {
            ack_policy: AckPolicy::None,
            headers_only: true,
            memory_storage: true,
            ..pull::Config::default()
        };
        let consumer = streams.gone.create_consumer(config).await.map_err(BrokerError::nats)?;
        loop {
            let messages = consumer.fetch().max_messages(4_096).messages().await;
            let mut messages = messages.map_err(BrokerError::nats)?;
            let mut some = false;
            while let Some(message) = messages.next().await {
                self.add(&message.map_err(BrokerError::nats)?.subject);
                some = true;
            }
            if !some {
                return Ok(());
            }
        }
    }
}
