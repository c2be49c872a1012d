//! Brokers with real nats-servers on free ports of loopback, in folders that go away.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test program uses a part of it, and stops at the first surprise"
)]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mundi_broker::service::{Rate, Rates};
use mundi_broker::{Admission, Broker, Options, Settings, settings};
use mundi_transport::address::BrokerAddress;
use mundi_transport::broker_link::{BrokerLink, Entrance};
use mundi_transport::link::{Letters, Link, LinkError};
use mundi_transport::wire::{Got, Letter, Mailbox, Parcel, PutAnswer, Status, Want};

/// A clock that a test moves: ms beside the real one.
#[derive(Clone, Default)]
pub struct Hands(Arc<AtomicU64>);

impl Hands {
    pub fn forward(&self, ms: u64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }

    pub fn now(&self) -> u64 {
        now() + self.0.load(Ordering::SeqCst)
    }
}

pub fn now() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// A broker in a folder of its own.
pub struct Place {
    pub folder: tempfile::TempDir,
    pub broker: Broker,
    pub clock: Hands,
}

pub fn open() -> Settings {
    Settings { admission: Admission::Open, ..Settings::default() }
}

/// Rates that nobody reaches.
pub fn unlimited() -> Rates {
    let rate = Rate { each_second: 1 << 40, burst: 1 << 40 };
    Rates { parcels: rate, bytes: rate }
}

pub fn options(clock: &Hands, rates: Rates) -> Options {
    let clock = clock.clone();
    Options { rates, clock: Arc::new(move || clock.now()), ..Options::default() }
}

impl Place {
    pub async fn new(settings: Settings) -> Self {
        Self::with(settings, Rates::default()).await
    }

    pub async fn with(settings: Settings, rates: Rates) -> Self {
        let folder = tempfile::tempdir().unwrap();
        settings::init(folder.path(), &settings).unwrap();
        Self::start(folder, rates).await
    }

    pub async fn start(folder: tempfile::TempDir, rates: Rates) -> Self {
        let clock = Hands::default();
        let broker = start(folder.path(), options(&clock, rates)).await;
        Self { folder, broker, clock }
    }

    pub fn address(&self) -> BrokerAddress {
        self.broker.address().clone()
    }

    /// A user comes in.
    pub async fn user(&self, seed: u8) -> BrokerLink {
        enter(&self.address(), seed, None).await.unwrap()
    }
}

/// Starts a broker; a missing nats-server fails the test, and says what to do.
pub async fn start(folder: &Path, options: Options) -> Broker {
    match Broker::start(folder, options).await {
        Ok(broker) => broker,
        Err(error) => panic!("the broker does not start: {error}"),
    }
}

pub fn entrance(address: &BrokerAddress, seed: u8) -> Entrance {
    Entrance::new(address.clone(), address.socket().unwrap(), &[seed; 32]).unwrap()
}

pub async fn enter(
    address: &BrokerAddress,
    seed: u8,
    token: Option<String>,
) -> Result<BrokerLink, LinkError> {
    entrance(address, seed).with_token(token).with_timeout(Duration::from_secs(20)).connect().await
}

/// An envelope that is like no other: so many bytes, from a name and a number.
pub fn envelope(name: u8, number: u64, bytes: usize) -> Vec<u8> {
    let mut envelope = vec![name; bytes];
    envelope[..8].copy_from_slice(&number.to_be_bytes());
    envelope
}

pub fn tag(name: u8) -> Mailbox {
    Mailbox::tag([name; 16])
}

pub fn parcel(mailbox: u8, number: u64) -> Parcel {
    Parcel::new(tag(mailbox), envelope(mailbox, number, 633))
}

pub async fn put(link: &BrokerLink, parcels: Vec<Parcel>) -> Vec<Status> {
    let PutAnswer { statuses, .. } = link.put(parcels).await.unwrap();
    statuses
}

/// Everything until the end: letters, the store's name, and the last position.
pub async fn all(mut letters: Letters) -> (Vec<Letter>, [u8; 8], u64) {
    let mut got = Vec::new();
    while let Some(next) = letters.recv().await {
        match next.unwrap() {
            Got::Some(some) => got.extend(some),
            Got::End { store, last } => return (got, *store, last),
        }
    }
    panic!("it ended without an end");
}

pub async fn get(link: &BrokerLink, mailbox: Mailbox, after: u64) -> (Vec<Letter>, [u8; 8], u64) {
    all(link.get(vec![Want::new(mailbox, after)], vec![], 0).await.unwrap()).await
}

/// Everything in a mailbox, however often one must ask.
pub async fn drain(link: &BrokerLink, mailbox: Mailbox) -> Vec<Vec<u8>> {
    let (mut found, mut after) = (Vec::new(), 0);
    loop {
        let (letters, _, last) = get(link, mailbox, after).await;
        let done = letters.is_empty();
        found.extend(letters.into_iter().map(|letter| Vec::from(letter.envelope)));
        if done {
            return found;
        }
        after = last;
    }
}

/// The code of a refusal.
pub fn code<T: std::fmt::Debug>(answer: Result<T, LinkError>) -> String {
    match answer {
        Err(LinkError::Refused { code, .. }) => code,
        other => panic!("not refused: {other:?}"),
    }
}

/// What a `get` is refused with.
pub async fn get_code(link: &BrokerLink, wants: Vec<Want>, ticket: Vec<u8>) -> String {
    let mut letters = link.get(wants, ticket, 0).await.unwrap();
    code(letters.recv().await.unwrap())
}

/// Waits until something holds, for so many seconds at most.
pub async fn until<F: Future<Output = bool>>(seconds: u64, mut holds: impl FnMut() -> F) -> bool {
    for _ in 0..seconds * 20 {
        if holds().await {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}
