//! A leaf: a nats-server on a user's machine that keeps and forwards sealed envelopes while nothing else
//! runs (`spec/transport.md`, The leaf).
//!
//! A folder goes in; a nats-server, a forwarder for each broker, and the *pump* between the leaf's streams
//! and the broker come out. It needs no key of the home's owner. In reading order: [`settings`] (the
//! folder), [`config`] (of the nats-server), `streams`, `upstream` (at which broker it is), `outward`
//! (parcels to the broker), `inward` (letters from it), `gone`, `cursors`.

mod config;
mod cursors;
mod gone;
mod inward;
mod outward;
pub mod settings;
mod streams;
mod upstream;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::{self, Context};
use async_nats::{Client, ConnectOptions};
use mundi_transport::address::BrokerAddress;
use mundi_transport::forwarder::Forwarder;
use mundi_transport::leaf_link::{LeafAddress, Side, side_key};
use tokio::task::JoinSet;

use crate::error::BrokerError;
use crate::run::{Clock, system_time};
use crate::server::{Server, find};

pub use config::config;
pub use settings::{LeafKeys, LeafSettings, Upstream, init};

use gone::Gone;
use streams::Streams;
use upstream::Up;

/// What a leaf runs with, beside its folder.
#[derive(Clone)]
pub struct LeafOptions {
    /// The nats-server; where there is none, the variable `MUNDI_NATS_SERVER`, else the one in PATH.
    pub program: Option<PathBuf>,
    /// The clock.
    pub clock: Clock,
}

impl Default for LeafOptions {
    fn default() -> Self {
        Self { program: None, clock: Arc::new(system_time) }
    }
}

/// How a leaf does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafStatus {
    /// The broker to which it is connected.
    pub broker: Option<BrokerAddress>,
    /// Parcels that wait to be put.
    pub out: u64,
    /// Letters that wait to be read.
    pub letters: u64,
}

/// A leaf that runs. Dropped, it ends at once; [`stop`](Self::stop) lets its nats-server finish.
pub struct Leaf {
    server: Server,
    tasks: JoinSet<()>,
    streams: Arc<Streams>,
    up: Up,
    address: LeafAddress,
}

impl Leaf {
    /// Starts the leaf of a folder.
    ///
    /// # Errors
    /// Its settings or keys are wrong, or no way leads to one of its brokers; its nats-server is missing or
    /// does not do what it is asked.
    pub async fn start(folder: &Path, options: LeafOptions) -> Result<Self, BrokerError> {
        let folder = &std::path::absolute(folder).map_err(BrokerError::file(folder))?;
        let settings = LeafSettings::load(folder)?;
        let keys = LeafKeys::read(folder)?;
        let (brokers, forwarders) = forwarders(folder, &settings).await?;
        let code =
            |(at, broker): (&Forwarder, &Upstream)| (at.address(), broker.invitation.clone());
        let ways: Vec<_> = forwarders.iter().zip(&settings.brokers).map(code).collect();
        let program = options.program.clone().unwrap_or_else(find);
        let text = |at: &[SocketAddr]| {
            config(folder, &settings, &keys, at.first().copied().unwrap_or(settings.listen), &ways)
        };
        let server = Server::start(folder, program, &[settings.listen], text).await?;
        let at = server.places.first().copied().unwrap_or(settings.listen);
        let pump = config::pump_seed(&keys);
        let here = connect(at, &pump).await?;
        let watcher = connect(at, &config::watcher_seed(&keys)).await?;
        let context = patient(here.clone());
        let streams = Arc::new(Streams::open(&context, &settings).await?);

        let address = LeafAddress { at, user: keys.leaf.public() };
        let found = brokers.iter().cloned().zip(forwarders.iter().map(Forwarder::address));
        let (up, watching) = Up::watch(watcher, address, pump, found.collect());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            watching.await;
            // They lead to the brokers for as long as the leaf runs.
            drop(forwarders);
        });
        let outward = outward::Outward::new(here.clone(), Arc::clone(&streams), up.clone());
        tasks.spawn(outward.run());
        let gone = Arc::new(Gone::default());
        let told = Gone::listen(&here).await?;
        let hearing = Arc::clone(&gone);
        tasks.spawn(async move { hearing.hear(told).await });
        let inward = inward::Inward {
            here,
            streams: Arc::clone(&streams),
            gone,
            up: up.clone(),
            folder: folder.clone(),
            clock: options.clock,
        };
        tasks.spawn(inward.run());
        Ok(Self { server, tasks, streams, up, address })
    }

    /// Where its home reaches it.
    #[must_use]
    pub fn address(&self) -> LeafAddress {
        self.address
    }

    /// The process of its nats-server, and how often it was started.
    #[must_use]
    pub fn server(&self) -> (u32, u64) {
        (self.server.pid(), self.server.starts())
    }

    /// How it does.
    ///
    /// # Errors
    /// Its nats-server does not answer.
    pub async fn status(&self) -> Result<LeafStatus, BrokerError> {
        let out = self.streams.out.get_info().await.map_err(BrokerError::nats)?.state.messages;
        let letters = self.streams.letters.get_info().await;
        let letters = letters.map_err(BrokerError::nats)?.state.messages;
        Ok(LeafStatus { broker: self.up.broker(), out, letters })
    }

    /// Stops it.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
        self.server.stop().await;
    }
}

/// A forwarder for each broker.
async fn forwarders(
    folder: &Path,
    settings: &LeafSettings,
) -> Result<(Vec<BrokerAddress>, Vec<Forwarder>), BrokerError> {
    let wrong = |text: String| BrokerError::Settings { path: folder.join("leaf.json"), text };
    let proxies = settings.proxies().map_err(wrong)?;
    let (mut brokers, mut forwarders) = (Vec::new(), Vec::new());
    for upstream in &settings.brokers {
        let (broker, port) = upstream.read().map_err(wrong)?;
        let forwarder = Forwarder::start(&proxies, &broker.host, port).await;
        forwarders.push(forwarder.map_err(|e| wrong(e.to_string()))?);
        brokers.push(broker);
    }
    Ok((brokers, forwarders))
}

/// A connection of the leaf's own, which comes back for ever.
async fn connect(at: SocketAddr, seed: &[u8; 32]) -> Result<Client, BrokerError> {
    let seed =
        side_key(seed, Side::Here).and_then(|pair| pair.seed()).map_err(BrokerError::nats)?;
    let options = ConnectOptions::with_nkey(seed)
        .custom_inbox_prefix("_P")
        .ignore_discovered_servers()
        .max_reconnects(None)
        .reconnect_delay_callback(|tries| Duration::from_millis(50 * tries.min(20) as u64));
    options.connect(at.to_string()).await.map_err(BrokerError::nats)
}

fn patient(client: Client) -> Context {
    let mut context = jetstream::new(client);
    context.set_timeout(Duration::from_secs(10));
    context
}

/// A pause that doubles.
struct Pause(Duration);

impl Pause {
    const FIRST: Duration = Duration::from_millis(100);

    fn new() -> Self {
        Self(Self::FIRST)
    }

    async fn rest(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 2).min(crate::limits::LEAF_PAUSE);
    }
}
