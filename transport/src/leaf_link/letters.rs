//! Letters out of BOX, and outcomes out of DONE.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull};
use async_nats::jetstream::stream::Stream;
use futures::StreamExt;
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::words::{Outcome, all_of};
use super::{REMEMBERED, Shared, gone, locked, of_leaf};
use crate::limits;
use crate::link::{Letters, LinkError};
use crate::wire::{Got, Letter, Want, Wire};

/// A consumer that nobody asks is forgotten after so long.
const IDLE: Duration = Duration::from_secs(30);

/// Where letters are, the name of that store, and what is remembered of them.
type From = (Stream, [u8; 8], Arc<Shared>);

/// Gives what is there for some tags, and for a while what comes.
pub(super) async fn letters(
    (stream, store, shared): From,
    wants: Vec<Want>,
    wait: Duration,
    mut lost: watch::Receiver<bool>,
) -> Result<Letters, LinkError> {
    let end = Instant::now() + wait;
    let (to, letters) = mpsc::channel(limits::GOT_WAITING);
    let last = stream.get_info().await.map_err(|e| of_leaf(&e))?.state.last_sequence;
    if wants.is_empty() {
        let _there = to.try_send(Ok(Got::End { store: store.into(), last }));
        return Ok(letters);
    }
    let consumer = consumer(&stream, &wants).await?;
    let named =
        (0..).zip(&wants).map(|(index, want)| (want.mailbox().to_string(), (index, want.after)));
    let wants = named.collect();
    let reading = Reading { wants, shared, part: Vec::new(), bytes: 0, last, to };
    tokio::spawn(async move {
        let to = reading.to.clone();
        let given = tokio::select! {
            given = reading.give(consumer, end) => given,
            () = to.closed() => return,
            _lost = lost.wait_for(|lost| *lost) => Err(gone()),
        };
        let last = given.map(|last| Got::End { store: store.into(), last });
        // Who asked may be gone.
        let _gone = to.send(last).await;
    });
    Ok(letters)
}

async fn consumer(stream: &Stream, wants: &[Want]) -> Result<PullConsumer, LinkError> {
    let after = wants.iter().map(|want| want.after).min().unwrap_or(0);
    let config = pull::Config {
        filter_subjects: wants.iter().map(|want| all_of(&want.mailbox())).collect(),
        deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: after.saturating_add(1) },
        ack_policy: AckPolicy::None,
        inactive_threshold: IDLE,
        memory_storage: true,
        ..pull::Config::default()
    };
    stream.create_consumer(config).await.map_err(|e| of_leaf(&e))
}

struct Reading {
    /// The place of each mailbox in the question, and after which number it was asked for.
    wants: BTreeMap<String, (u64, u64)>,
    shared: Arc<Shared>,
    part: Vec<Letter>,
    bytes: usize,
    last: u64,
    to: mpsc::Sender<Result<Got, LinkError>>,
}

impl Reading {
    /// Gives letters until the end; then the last number that was looked at.
    async fn give(mut self, consumer: PullConsumer, end: Instant) -> Result<u64, LinkError> {
        let mut pending = consumer.cached_info().num_pending;
        let mut messages = consumer
            .stream()
            .max_messages_per_batch(64)
            .expires(Duration::from_secs(20))
            .messages()
            .await
            .map_err(|e| of_leaf(&e))?;
        loop {
            let next = if pending > 0 {
                let next = tokio::time::timeout(IDLE, messages.next()).await;
                Some(next.map_err(|_| LinkError::Timeout(IDLE.as_secs()))?)
            } else {
                self.flush().await?;
                tokio::time::timeout_at(end, messages.next()).await.ok()
            };
            let Some(next) = next else { return Ok(self.last) };
            let message = next.ok_or_else(gone)?.map_err(|e| of_leaf(&e))?;
            let info = message.info().map_err(|e| of_leaf(&e))?;
            pending = info.pending;
            let number = info.stream_sequence;
            self.last = self.last.max(number);
            self.letter(number, &message.subject, &message.payload).await?;
        }
    }

    async fn letter(&mut self, number: u64, subject: &str, bytes: &[u8]) -> Result<(), LinkError> {
        let mailbox = subject.strip_prefix("box.").and_then(|rest| rest.rsplit_once('.'));
        let wanted = mailbox.and_then(|(mailbox, _)| self.wants.get(mailbox).copied());
        let Some((index, _)) = wanted.filter(|(_, after)| number > *after) else { return Ok(()) };
        self.remember(subject, bytes, number);
        if self.bytes + bytes.len() > limits::GOT_BYTES {
            self.flush().await?;
        }
        self.bytes += bytes.len();
        self.part.push(Letter { index, number, envelope: bytes.to_vec().into() });
        Ok(())
    }

    fn remember(&self, subject: &str, envelope: &[u8], number: u64) {
        let mut places = locked(&self.shared.places);
        if places.len() >= REMEMBERED {
            // It stays in the leaf, and is known when it comes again.
            places.pop_first();
        }
        let named = subject.strip_prefix("box.").unwrap_or_default().to_owned();
        places.entry(Sha256::digest(envelope).into()).or_default().insert(number, named);
    }

    async fn flush(&mut self) -> Result<(), LinkError> {
        self.bytes = 0;
        let part = std::mem::take(&mut self.part);
        if part.is_empty() {
            return Ok(());
        }
        self.to.send(Ok(Got::Some(part))).await.map_err(|_| gone())
    }
}

/// What the pump has noted, the oldest first.
pub(super) async fn outcomes(stream: &Stream) -> Result<Vec<(u64, Outcome)>, LinkError> {
    let info = stream.get_info().await.map_err(|e| of_leaf(&e))?;
    if info.state.messages == 0 {
        return Ok(Vec::new());
    }
    let config = pull::Config {
        ack_policy: AckPolicy::None,
        inactive_threshold: IDLE,
        memory_storage: true,
        ..pull::Config::default()
    };
    let consumer = stream.create_consumer(config).await.map_err(|e| of_leaf(&e))?;
    let fetched = consumer.fetch().max_messages(limits::OUTCOMES).messages().await;
    let mut messages = fetched.map_err(|e| of_leaf(&e))?;
    let mut found = Vec::new();
    while let Some(message) = messages.next().await {
        let message = message.map_err(|e| of_leaf(&e))?;
        let info = message.info().map_err(|e| of_leaf(&e))?;
        if let Ok(outcome) = Outcome::from_bytes(&message.payload) {
            found.push((info.stream_sequence, outcome));
        }
    }
    Ok(found)
}
