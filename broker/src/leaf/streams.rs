//! The streams of a leaf: OUT, BOX, DONE, GONE and FOLLOW (`spec/transport.md`, The leaf).

use std::collections::HashMap;
use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy, StorageType, Stream};
use mundi_transport::leaf_link::{BOX, DONE, FOLLOW, GONE, OUT, STORE};

use super::settings::LeafSettings;
use crate::error::BrokerError;
use crate::keys::hex;
use crate::limits;

/// The streams.
pub(super) struct Streams {
    pub(super) out: Stream,
    pub(super) letters: Stream,
    pub(super) gone: Stream,
    pub(super) follow: Stream,
}

impl Streams {
    /// Opens them, or makes them.
    pub(super) async fn open(
        context: &Context,
        settings: &LeafSettings,
    ) -> Result<Self, BrokerError> {
        let age = Duration::from_secs(settings.days.saturating_mul(86_400));
        let bytes = i64::try_from(settings.bytes).unwrap_or(i64::MAX);
        let mut name = [0; 8];
        getrandom::fill(&mut name).map_err(BrokerError::nats)?;
        let named = HashMap::from([(STORE.to_owned(), hex(&name))]);
        // What the home was told of as kept is not pushed out by what comes later.
        let of = |stream: &str, subjects: &str, max_bytes: i64| Config {
            name: stream.into(),
            subjects: vec![subjects.into()],
            max_messages_per_subject: 1,
            discard: DiscardPolicy::New,
            discard_new_per_subject: true,
            max_age: age,
            max_bytes,
            storage: StorageType::File,
            num_replicas: 1,
            // A hash in the subject does it, without a window.
            duplicate_window: Duration::from_millis(100),
            ..Config::default()
        };
        let out = Config { retention: RetentionPolicy::WorkQueue, ..of(OUT, "out.*.*.*", bytes) };
        let letters = Config { metadata: named, ..of(BOX, "box.*.*.*", bytes) };
        let last = |config| Config {
            discard: DiscardPolicy::Old,
            discard_new_per_subject: false,
            ..config
        };
        let done = last(of(DONE, "done.*.*.*", limits::DONE_BYTES));
        let most = i64::try_from(limits::GONE_LETTERS).unwrap_or(i64::MAX);
        let gone = Config { max_messages: most, ..last(of(GONE, "gone.*.*.*", -1)) };
        let follow = Config { max_age: Duration::ZERO, ..last(of(FOLLOW, "follow", -1)) };
        opened(context, done).await?;
        Ok(Self {
            out: opened(context, out).await?,
            letters: opened(context, letters).await?,
            gone: opened(context, gone).await?,
            follow: opened(context, follow).await?,
        })
    }
}

async fn opened(context: &Context, mut config: Config) -> Result<Stream, BrokerError> {
    match context.get_stream(&config.name).await {
        Ok(stream) => {
            // BOX keeps its name.
            config.metadata.extend(stream.cached_info().config.metadata.clone());
            context.update_stream(&config).await.map_err(BrokerError::nats)?;
        }
        Err(_) => {
            context.create_stream(&config).await.map_err(BrokerError::nats)?;
        }
    }
    context.get_stream(&config.name).await.map_err(BrokerError::nats)
}
