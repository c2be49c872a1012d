//! What users ask of a broker, and what it answers (`spec/transport.md`).
//!
//! A request comes on `mundi.<user>.<verb>`, so the nats-server has verified who asks. It waits in its
//! user's queue, and is then judged before it costs anything. Invariant: an answer goes to `_R.<user>.`
//! of the user who asked, or nowhere.

mod bucket;
mod get;
mod put;
mod queues;
mod small;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_nats::{Client, Message, Subject};
use bytes::Bytes;
use futures::StreamExt;
use mundi_transport::wire::{PutAnswer, Status, Trouble, Wire};
use tokio::sync::{Notify, Semaphore};

use crate::error::BrokerError;
use crate::limits;
use crate::metrics::Counts;
use crate::settings::Settings;
use crate::store::Store;

pub use bucket::{Bucket, Rate};
pub use put::{Judged, judge};
pub use queues::{Queues, Sized, User};

/// What users may put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Parcels.
    pub parcels: Rate,
    /// Bytes.
    pub bytes: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        let parcels = Rate { each_second: limits::PARCELS_A_SECOND, burst: limits::PARCELS_BURST };
        let bytes = Rate { each_second: limits::BYTES_A_SECOND, burst: limits::BYTES_BURST };
        Self { parcels, bytes }
    }
}

/// A request with where it is answered.
pub struct Request {
    verb: Verb,
    reply: Subject,
    payload: Bytes,
}

impl Sized for Request {
    fn bytes(&self) -> usize {
        self.payload.len() + 128
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Put,
    Get,
    Have,
    Info,
    List,
    Take,
}

/// All that serves.
pub struct Service {
    client: Client,
    store: Arc<Store>,
    counts: Arc<Counts>,
    settings: Settings,
    folder: PathBuf,
    broker: [u8; 32],
    peers: Vec<[u8; 32]>,
    rates: Rates,
    queues: Mutex<Queues<Request>>,
    asked: Notify,
    buckets: Mutex<HashMap<User, (Bucket, Bucket)>>,
    gets: Mutex<HashMap<User, usize>>,
    reading: Arc<Semaphore>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that is done under these locks panics half-way.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Why a request is not answered as it wishes.
type Refused = (&'static str, String);

fn bad(error: impl std::fmt::Display) -> Refused {
    ("bad-request", error.to_string())
}

impl Service {
    /// A service over a store.
    #[must_use]
    pub fn new(
        client: Client,
        store: Arc<Store>,
        counts: Arc<Counts>,
        (settings, folder): (Settings, PathBuf),
        broker: [u8; 32],
        rates: Rates,
    ) -> Self {
        let peers = settings.peers().unwrap_or_default();
        Self {
            client,
            store,
            counts,
            settings,
            folder,
            broker,
            peers: peers.into_iter().map(|(address, _)| address.key).collect(),
            rates,
            queues: Mutex::default(),
            asked: Notify::new(),
            buckets: Mutex::default(),
            gets: Mutex::default(),
            reading: Arc::new(Semaphore::new(limits::GETS_READING)),
        }
    }

    /// Subscribes; gives what hears requests and what serves them, both for ever.
    ///
    /// # Errors
    /// It cannot be subscribed.
    pub async fn open(
        self: &Arc<Self>,
    ) -> Result<(impl Future<Output = ()> + use<>, impl Future<Output = ()> + use<>), BrokerError>
    {
        let mut requests = self.client.subscribe("mundi.*.*").await.map_err(BrokerError::nats)?;
        self.client.flush().await.map_err(BrokerError::nats)?;
        let (hearing, serving) = (Arc::clone(self), Arc::clone(self));
        let hear = async move {
            while let Some(message) = requests.next().await {
                hearing.hear(message).await;
            }
        };
        let serve = async move {
            loop {
                let next = locked(&serving.queues).pop();
                match next {
                    Some((user, request)) => serving.serve(user, request).await,
                    None => serving.asked.notified().await,
                }
            }
        };
        Ok((hear, serve))
    }

    async fn hear(&self, message: Message) {
        let Some((user, request)) = read(message) else {
            self.counts.dropped.add(1);
            return;
        };
        let refused = locked(&self.queues).push(user, request);
        match refused {
            Ok(()) => self.asked.notify_one(),
            Err(request) => self.full(&request).await,
        }
    }

    /// A full queue: its parcels are throttled, anything else may be asked again.
    async fn full(&self, request: &Request) {
        if request.verb != Verb::Put {
            return self.trouble(request, ("busy", "too many requests at once".into())).await;
        }
        let parcels = minicbor::Decoder::new(&request.payload).array().ok().flatten().unwrap_or(0);
        let most = mundi_transport::limits::PUT_PARCELS;
        let parcels = usize::try_from(parcels).unwrap_or(most).min(most);
        self.counts.throttled.add(parcels as u64);
        let statuses = vec![Status::Throttled; parcels];
        self.answer(&request.reply, PutAnswer { statuses, wait: 1_000 }.to_bytes()).await;
    }

    async fn serve(self: &Arc<Self>, user: User, request: Request) {
        let done = match request.verb {
            Verb::Put => self.put(user, &request).await,
            Verb::Get => self.get(user, &request),
            Verb::Have => self.have(&request).await,
            Verb::Info => self.info(&request).await,
            Verb::List | Verb::Take if !self.peers.contains(&user) => {
                Err(("not-allowed", "only for brokers on the operator's list".into()))
            }
            Verb::List => self.list(user, &request).await,
            Verb::Take => self.take(&request),
        };
        if let Err(refused) = done {
            self.trouble(&request, refused).await;
        }
    }

    async fn trouble(&self, request: &Request, (code, text): Refused) {
        self.counts.bad_requests.add(1);
        self.answer(&request.reply, Trouble::new(code, &text).to_bytes()).await;
    }

    async fn answer(&self, reply: &Subject, answer: Vec<u8>) {
        // Fails only when the connection has ended for good.
        let _sent = self.client.publish(reply.clone(), answer.into()).await;
    }

    /// Every so often: what nobody need remember is forgotten, and what is, counted.
    pub fn tidy(&self) {
        let now = self.store.now();
        locked(&self.buckets)
            .retain(|_, (parcels, bytes)| !parcels.is_full(now) || !bytes.is_full(now));
        self.counts.queued.set(locked(&self.queues).len() as u64);
        let index = self.store.index();
        let (parcels, bytes) = index.size();
        self.counts.parcels.set(parcels as u64);
        self.counts.bytes.set(bytes);
        self.counts.waiting.set(index.waiters.count() as u64);
    }
}

impl Service {
    /// The page of counts.
    #[must_use]
    pub fn page(&self) -> String {
        self.tidy();
        self.counts.page()
    }
}

/// Who asks what; `None` where it cannot be answered, or is not of this protocol.
fn read(message: Message) -> Option<(User, Request)> {
    let mut words = message.subject.split('.');
    let (Some("mundi"), Some(name), Some(verb), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return None;
    };
    let verb = match verb {
        "put" => Verb::Put,
        "get" => Verb::Get,
        "have" => Verb::Have,
        "info" => Verb::Info,
        "list" => Verb::List,
        "take" => Verb::Take,
        _ => return None,
    };
    let (prefix, user) = nkeys::from_public_key(name).ok()?;
    let reply = message.reply?;
    let own = reply.strip_prefix("_R.")?.strip_prefix(name)?.strip_prefix('.')?;
    let plain = own.bytes().all(|b| b.is_ascii_graphic() && b != b'*' && b != b'>');
    let fits = prefix == 20 << 3 && !own.is_empty() && plain;
    fits.then_some((user, Request { verb, reply, payload: message.payload }))
}
