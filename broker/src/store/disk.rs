//! The stream of JetStream under a store.

use std::collections::HashMap;
use std::time::Duration;

use async_nats::client::RequestErrorKind;
use async_nats::jetstream::consumer::{DeliverPolicy, pull};
use async_nats::jetstream::stream::{
    Config, DirectGetErrorKind, DiscardPolicy, StorageType, Stream,
};
use async_nats::jetstream::{self, Context};
use async_nats::{Client, HeaderMap, Request};
use bytes::Bytes;
use futures::StreamExt;
use serde::Deserialize;

use crate::error::BrokerError;
use crate::keys::{hex, unhex};
use crate::limits;

/// The stream.
const STREAM: &str = "MAIL";
/// Where its name is.
const NAME: &str = "mundi-store";
/// JetStream's code for "this subject has its message" (maximum messages per subject exceeded).
const SUBJECT_TAKEN: u64 = 10_077;

/// A stream.
pub(super) struct Disk {
    client: Client,
    stream: Stream,
    /// The store's name.
    pub(super) name: [u8; 8],
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// On the disk, under a number.
    Stored(u64),
    /// Its subject has one.
    Known,
    /// Not taken.
    Full,
    /// There was no answer.
    Unclear,
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// The payload.
    There(Bytes),
    /// There is none.
    Gone,
    /// There was no answer.
    Unclear,
}

#[derive(Deserialize)]
struct Ack {
    #[serde(default)]
    seq: u64,
    error: Option<AckError>,
}

#[derive(Deserialize)]
struct AckError {
    #[serde(default)]
    err_code: u64,
}

impl Disk {
    /// Opens the stream, or makes it.
    pub(super) async fn open(client: Client, keeps: u64, bytes: u64) -> Result<Self, BrokerError> {
        let context = jetstream::new(client.clone());
        let stream = existing_or_new(&context, keeps, bytes).await?;
        let known = stream.cached_info().config.metadata.get(NAME);
        let name = known.and_then(|name| unhex(name));
        let name = name.ok_or_else(|| BrokerError::Nats("the store has no name".into()))?;
        Ok(Self { client, stream, name })
    }

    /// Stores a message.
    pub(super) async fn publish(
        &self,
        subject: String,
        headers: HeaderMap,
        payload: Bytes,
    ) -> Outcome {
        let request = Request::new().payload(payload).headers(headers);
        let request = request.timeout(Some(limits::PUT_TIMEOUT));
        match self.client.send_request(subject, request).await {
            Ok(answer) => match serde_json::from_slice::<Ack>(&answer.payload) {
                Ok(Ack { error: None, seq }) if seq > 0 => Outcome::Stored(seq),
                Ok(Ack { error: Some(error), .. }) if error.err_code == SUBJECT_TAKEN => {
                    Outcome::Known
                }
                Ok(_) => Outcome::Full,
                Err(_) => Outcome::Unclear,
            },
            Err(error) if error.kind() == RequestErrorKind::MaxPayloadExceeded => Outcome::Full,
            Err(_) => Outcome::Unclear,
        }
    }

    /// Reads a message's payload.
    pub(super) async fn read(&self, number: u64) -> Read {
        match self.stream.direct_get(number).await {
            Ok(message) => Read::There(message.payload),
            // So the nats-server also calls one of which the checksum is wrong.
            Err(error) if error.kind() == DirectGetErrorKind::NotFound => Read::Gone,
            Err(_) => Read::Unclear,
        }
    }

    /// Removes a message.
    pub(super) async fn delete(&self, number: u64) {
        // What is gone need not go.
        let _gone = self.stream.delete_message(number).await;
    }

    /// The last number.
    pub(super) async fn last(&self) -> Result<u64, BrokerError> {
        Ok(self.stream.get_info().await.map_err(BrokerError::nats)?.state.last_sequence)
    }

    /// Shows each message from a number to another: number, subject, headers, and when it was stored.
    pub(super) async fn visit(
        &self,
        from: u64,
        to: u64,
        mut show: impl FnMut(u64, &str, &HeaderMap, u64),
    ) -> Result<(), BrokerError> {
        let consumer = pull::OrderedConfig {
            headers_only: true,
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: from },
            ..pull::OrderedConfig::default()
        };
        let consumer = self.stream.create_consumer(consumer).await.map_err(BrokerError::nats)?;
        if consumer.cached_info().num_pending == 0 {
            return Ok(());
        }
        let mut messages = consumer.messages().await.map_err(BrokerError::nats)?;
        let none = HeaderMap::new();
        loop {
            let next = tokio::time::timeout(Duration::from_secs(5), messages.next()).await;
            let next =
                next.map_err(|_| BrokerError::Nats("reading the store takes long".into()))?;
            let Some(message) = next else { return Ok(()) };
            let message = message.map_err(BrokerError::nats)?;
            let info = message.info().map_err(BrokerError::nats)?;
            let (number, pending) = (info.stream_sequence, info.pending);
            if number > to {
                return Ok(());
            }
            let at = u64::try_from(info.published.unix_timestamp_nanos() / 1_000_000).unwrap_or(0);
            show(number, &message.subject, message.headers.as_ref().unwrap_or(&none), at);
            if number == to || pending == 0 {
                return Ok(());
            }
        }
    }
}

async fn existing_or_new(context: &Context, keeps: u64, bytes: u64) -> Result<Stream, BrokerError> {
    let mut name = [0; 8];
    getrandom::fill(&mut name).map_err(BrokerError::nats)?;
    let mut config = Config {
        name: STREAM.into(),
        subjects: vec!["b.*.*.*".into()],
        max_messages_per_subject: 1,
        discard: DiscardPolicy::New,
        discard_new_per_subject: true,
        max_age: Duration::from_millis(keeps),
        // Headers, subjects and proofs count there too: half of the smallest envelope.
        max_bytes: i64::try_from(bytes.saturating_add(bytes / 4)).unwrap_or(i64::MAX),
        storage: StorageType::File,
        num_replicas: 1,
        allow_direct: true,
        allow_message_ttl: true,
        // A hash in the subject does it, without a window.
        duplicate_window: Duration::from_millis(100),
        metadata: HashMap::from([(NAME.into(), hex(&name))]),
        ..Config::default()
    };
    match context.get_stream(STREAM).await {
        Ok(stream) => {
            let known = stream.cached_info().config.metadata.get(NAME).cloned();
            config.metadata = HashMap::from([(NAME.into(), known.unwrap_or(hex(&name)))]);
            context.update_stream(&config).await.map_err(BrokerError::nats)?;
        }
        Err(_) => {
            context.create_stream(&config).await.map_err(BrokerError::nats)?;
        }
    }
    context.get_stream(STREAM).await.map_err(BrokerError::nats)
}
