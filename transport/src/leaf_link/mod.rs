//! A link to a leaf: a nats-server on this machine that keeps parcels and letters while nothing else runs
//! (`spec/transport.md`, The leaf).
//!
//! Parcels go into the stream OUT, letters come out of BOX; all else goes on to the broker to which the
//! leaf is connected, if it is. Invariant: `put` and the `get` of tags need the leaf only.

mod address;
mod connect;
mod keys;
mod letters;
mod words;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_nats::jetstream::stream::Stream;
use async_nats::{Client, Request};
use bytes::Bytes;
use futures::StreamExt;
use serde::Deserialize;
use tokio::sync::watch;

use crate::address::BrokerAddress;
use crate::broker_link::BrokerLink;
use crate::limits;
use crate::link::{Answer, Ends, Letters, Link, LinkError, Standing};
use crate::wire::{Info, Kind, Parcel, PutAnswer, Status, Want, Wire};

pub use address::{LeafAddress, NoLeaf};
pub use connect::LeafEntrance;
pub use keys::{Side, side_key, side_seed};
pub use words::{BOX, DONE, FOLLOW, Follow, Followed, GONE, OUT, Outcome, STORE, all_of, subject};

/// Requests to the leaf that are on their way together: one fsync carries many.
const TOGETHER: usize = 64;
/// Letters of which it is remembered where they lie, until they are acknowledged.
const REMEMBERED: usize = 65_536;

/// A connection to a leaf.
pub struct LeafLink {
    here: Client,
    up: BrokerLink,
    letters: Stream,
    done: Stream,
    address: LeafAddress,
    store: [u8; 8],
    brokers: Vec<BrokerAddress>,
    lost: watch::Receiver<bool>,
    timeout: Duration,
    shared: Arc<Shared>,
}

/// What the link and the answers that it gives both see.
#[derive(Default)]
struct Shared {
    /// The broker that the leaf has said to be connected to.
    broker: Mutex<Option<[u8; 32]>>,
    /// Where letters lie, by their hash: numbers, and for each the mailbox as it is in subjects.
    places: Mutex<BTreeMap<[u8; 32], BTreeMap<u64, String>>>,
}

fn locked<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a stream says of a message.
#[derive(Deserialize)]
pub(crate) struct Laid {
    #[serde(default)]
    seq: u64,
    error: Option<NotLaid>,
}

#[derive(Deserialize)]
struct NotLaid {
    #[serde(default)]
    description: String,
}

/// What became of a message that was laid into a stream where each subject has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lay {
    /// On the disk.
    New,
    /// Its subject has one.
    There,
    /// There is no room.
    Full,
    /// There was no answer.
    Unclear,
}

/// Lays a message into a stream.
pub async fn lay(client: &Client, subject: String, payload: Bytes, timeout: Duration) -> Lay {
    let request = Request::new().payload(payload).timeout(Some(timeout));
    let Ok(answer) = client.send_request(subject, request).await else { return Lay::Unclear };
    match serde_json::from_slice::<Laid>(&answer.payload) {
        Ok(Laid { error: None, seq }) if seq > 0 => Lay::New,
        Ok(Laid { error: Some(error), .. }) if error.description.contains("per subject") => {
            Lay::There
        }
        Ok(Laid { error: Some(error), .. }) if error.description.contains("maximum") => Lay::Full,
        Ok(_) | Err(_) => Lay::Unclear,
    }
}

impl LeafLink {
    fn connected(&self) -> Result<(), LinkError> {
        if *self.lost.borrow() { Err(gone()) } else { Ok(()) }
    }

    async fn keep(&self, parcel: Parcel) -> Status {
        if parcel.within().is_err() {
            return Status::Size;
        }
        let subject = subject(OUT, &parcel.mailbox(), &parcel.hash());
        match lay(&self.here, subject, parcel.to_bytes().into(), self.timeout).await {
            Lay::New | Lay::There => Status::Kept,
            Lay::Full => Status::Full,
            Lay::Unclear => Status::Throttled,
        }
    }

    /// How many parcels wait to be put, and how many letters to be read.
    ///
    /// # Errors
    /// The leaf does not answer.
    pub async fn lengths(&self) -> Result<(u64, u64), LinkError> {
        let context = async_nats::jetstream::new(self.here.clone());
        let out = context.get_stream(OUT).await.map_err(|e| of_leaf(&e))?;
        let letters = self.letters.get_info().await.map_err(|e| of_leaf(&e))?;
        Ok((out.cached_info().state.messages, letters.state.messages))
    }

    async fn told(&self) -> Result<Info, LinkError> {
        let info = self.up.info().await.map_err(no_broker)?;
        let known = self.brokers.iter().any(|broker| broker.key == *info.key);
        *locked(&self.shared.broker) = known.then_some(*info.key);
        if known {
            return Ok(info);
        }
        Err(LinkError::Settings("the leaf is at a broker that this home does not know".into()))
    }

    async fn remove(&self, stream: &Stream, numbers: impl IntoIterator<Item = u64>) -> usize {
        let removed = futures::stream::iter(numbers)
            .map(|number| stream.delete_message(number))
            .buffer_unordered(TOGETHER);
        removed.filter(|gone| std::future::ready(gone.is_err())).count().await
    }
}

fn gone() -> LinkError {
    LinkError::Offline("the connection to the leaf was lost".into())
}

fn of_leaf(error: &dyn std::fmt::Display) -> LinkError {
    LinkError::Offline(format!("the leaf does not answer: {error}"))
}

/// Nobody listens where the leaf is not connected.
fn no_broker(error: LinkError) -> LinkError {
    match error {
        LinkError::Offline(_) => LinkError::Offline("the leaf has no broker just now".into()),
        other => other,
    }
}

impl Link for LeafLink {
    fn put(&self, parcels: Vec<Parcel>) -> Answer<'_, PutAnswer> {
        Box::pin(async move {
            self.connected()?;
            let kept = futures::stream::iter(parcels).map(|parcel| self.keep(parcel));
            let statuses = kept.buffered(TOGETHER).collect().await;
            // What was on its way when the leaf went is unclear; the next try finds it there.
            self.connected()?;
            Ok(PutAnswer { statuses, wait: 0 })
        })
    }

    fn get(&self, wants: Vec<Want>, ticket: Vec<u8>, seconds: u64) -> Answer<'_, Letters> {
        Box::pin(async move {
            self.connected()?;
            let tags = wants.iter().filter(|want| want.mailbox().kind == Kind::Tag).count();
            if tags == 0 && !wants.is_empty() {
                return self.up.get(wants, ticket, seconds).await.map_err(no_broker);
            }
            if tags < wants.len() || tags > limits::GET_MAILBOXES {
                let text = "a leaf is asked for tags or for inboxes, not for both at once";
                return Err(LinkError::Settings(text.into()));
            }
            let from = (self.letters.clone(), self.store, Arc::clone(&self.shared));
            letters::letters(from, wants, Duration::from_secs(seconds), self.lost.clone()).await
        })
    }

    fn have(&self, hashes: Vec<[u8; 32]>) -> Answer<'_, Vec<bool>> {
        Box::pin(async move { self.up.have(hashes).await.map_err(no_broker) })
    }

    fn info(&self) -> Answer<'_, Info> {
        Box::pin(self.told())
    }

    fn acknowledge(&self, hashes: Vec<[u8; 32]>) -> Answer<'_, ()> {
        Box::pin(async move {
            self.connected()?;
            let places: Vec<(u64, String)> = {
                let mut places = locked(&self.shared.places);
                hashes.iter().filter_map(|hash| places.remove(hash)).flatten().collect()
            };
            // It is noted that they were taken in before they go, so that none comes again.
            let mut sure = Vec::with_capacity(places.len());
            for some in places.chunks(TOGETHER) {
                let subjects = some.iter().map(|(_, named)| format!("gone.{named}"));
                let noted =
                    subjects.map(|subject| lay(&self.here, subject, Bytes::new(), self.timeout));
                let noted = futures::future::join_all(noted).await;
                let known = some.iter().zip(noted).filter(|(_, lay)| *lay != Lay::Unclear);
                sure.extend(known.map(|((number, _), _)| *number));
            }
            // One that is not removed comes once more, and is known then.
            self.remove(&self.letters, sure).await;
            Ok(())
        })
    }

    fn ends(&self) -> Option<Ends> {
        self.connected().ok()?;
        let broker = (*locked(&self.shared.broker))?;
        Some(Ends { broker, user: self.address.user })
    }

    fn standing(&self) -> Standing {
        if let Err(error) = self.connected() {
            return Standing::Offline { why: error.to_string() };
        }
        let broker = *locked(&self.shared.broker);
        let broker = self.brokers.iter().find(|one| Some(one.key) == broker);
        let to = broker.map_or_else(|| "no broker just now".into(), ToString::to_string);
        Standing::Online { to, by: "leaf" }
    }

    fn keeps(&self) -> Option<[u8; 8]> {
        Some(self.store)
    }

    fn follow(&self, follow: Follow) -> Answer<'_, ()> {
        Box::pin(async move {
            self.connected()?;
            let laid = lay(&self.here, "follow".into(), follow.to_bytes().into(), self.timeout);
            match laid.await {
                Lay::New | Lay::There => Ok(()),
                Lay::Full | Lay::Unclear => Err(of_leaf(&"what to follow was not kept")),
            }
        })
    }

    fn outcomes(&self) -> Answer<'_, Vec<(u64, Outcome)>> {
        Box::pin(async move {
            self.connected()?;
            letters::outcomes(&self.done).await
        })
    }

    fn settled(&self, numbers: Vec<u64>) -> Answer<'_, ()> {
        Box::pin(async move {
            self.connected()?;
            self.remove(&self.done, numbers).await;
            Ok(())
        })
    }
}
