//! A broker that runs: the nats-server, and all that serves on it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_nats::{Client, ConnectOptions, Event};
use mundi_transport::address::BrokerAddress;
use tokio::task::JoinSet;

use crate::callout::{self, Door};
use crate::error::BrokerError;
use crate::federation::Follower;
use crate::keys::{BrokerKey, Inside};
use crate::limits;
use crate::metrics::{self, Counts};
use crate::server::{Places, Server, config, find};
use crate::service::{Rates, Service};
use crate::settings::{Settings, key_path};
use crate::store::Store;

/// Tells the time, in ms since 1970.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// What a broker runs with, beside its folder.
#[derive(Clone)]
pub struct Options {
    /// The nats-server; where there is none, the variable `MUNDI_NATS_SERVER`, else the one in PATH.
    pub program: Option<PathBuf>,
    /// What users may put.
    pub rates: Rates,
    /// The clock.
    pub clock: Clock,
}

impl Default for Options {
    fn default() -> Self {
        Self { program: None, rates: Rates::default(), clock: Arc::new(system_time) }
    }
}

pub(crate) fn system_time() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A broker. Dropped, it ends at once; [`stop`](Self::stop) lets its nats-server finish.
pub struct Broker {
    server: Server,
    tasks: JoinSet<()>,
    address: BrokerAddress,
    metrics: Option<SocketAddr>,
    counts: Arc<Counts>,
    store: Arc<Store>,
}

impl Broker {
    /// Starts the broker of a folder.
    ///
    /// # Errors
    /// Its settings or key are wrong; its nats-server is missing or does not do what it is asked.
    pub async fn start(folder: &Path, options: Options) -> Result<Self, BrokerError> {
        // The nats-server runs elsewhere than where the folder may be named from.
        let folder = &std::path::absolute(folder).map_err(BrokerError::file(folder))?;
        let settings = Settings::load(folder)?;
        let key = BrokerKey::read(&key_path(folder))?;
        make_folder(&folder.join("peers"))?;
        let program = options.program.clone().unwrap_or_else(find);
        let listen = [settings.listen, settings.leaves];
        let text = |at: &[SocketAddr]| config(folder, &settings, &key, Places::of(at));
        let server = Server::start(folder, program, &listen, text).await?;
        let at = Places::of(&server.places).clients;
        let counts = Arc::new(Counts::default());
        let mut tasks = JoinSet::new();
        let inside = Inner { at, key: &key };

        let door = Door::new(&settings, key.public(), Arc::clone(&options.clock));
        let asked = inside.connect(Inside::Callout, || {}).await?;
        let issuer = key.inside(Inside::Issuer)?;
        tasks.spawn(callout::serve(asked, issuer, door, Arc::clone(&counts)).await?);

        let (again, was_away) = again();
        let client = inside.connect(Inside::Mail, again).await?;
        let kept = (settings.keeps(), settings.bytes);
        let (clock, counted) = (Arc::clone(&options.clock), Arc::clone(&counts));
        let store = Store::open(client.clone(), key.public(), kept, clock, counted).await?;
        let store = Arc::new(store);
        tasks.spawn(wake(was_away, Arc::clone(&store)));
        let keeping = Arc::clone(&store);
        tasks.spawn(async move { keeping.keep().await });
        let scrubbed = Arc::clone(&store);
        tasks.spawn(async move { scrubbed.scrub().await });

        let users = inside.connect(Inside::System, || {}).await?;
        tasks.spawn(count_users(users, Arc::clone(&counts)));
        let about = (settings.clone(), folder.clone());
        let (served, counted) = (Arc::clone(&store), Arc::clone(&counts));
        let service =
            Arc::new(Service::new(client, served, counted, about, key.public(), options.rates));
        let (hear, serve) = service.open().await?;
        tasks.spawn(hear);
        tasks.spawn(serve);
        let tidied = Arc::clone(&service);
        tasks.spawn(async move {
            loop {
                tokio::time::sleep(limits::SWEEP).await;
                tidied.tidy();
            }
        });

        follow(&mut tasks, folder, &settings, &key, (&store, &counts));
        let metrics = told(&mut tasks, settings.metrics, service).await?;
        let address =
            BrokerAddress { host: at.ip().to_string(), port: at.port(), key: key.public() };
        Ok(Self { server, tasks, address, metrics, counts, store })
    }

    /// Where it is reached on this machine.
    #[must_use]
    pub fn address(&self) -> &BrokerAddress {
        &self.address
    }

    /// Where its nats-server listens.
    #[must_use]
    pub fn places(&self) -> Places {
        Places::of(&self.server.places)
    }

    /// Where its counts are told.
    #[must_use]
    pub fn metrics(&self) -> Option<SocketAddr> {
        self.metrics
    }

    /// Its counts.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Its store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The process of its nats-server, and how often it was started.
    #[must_use]
    pub fn server(&self) -> (u32, u64) {
        (self.server.pid(), self.server.starts())
    }

    /// Stops it.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
        self.server.stop().await;
    }
}

fn make_folder(path: &Path) -> Result<(), BrokerError> {
    use std::os::unix::fs::DirBuilderExt;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(BrokerError::file(path))
}

struct Inner<'a> {
    at: SocketAddr,
    key: &'a BrokerKey,
}

impl Inner<'_> {
    /// A connection of the broker's own, which comes back for ever. `back` is called whenever it has.
    async fn connect(
        &self,
        who: Inside,
        back: impl Fn() + Send + Sync + 'static,
    ) -> Result<Client, BrokerError> {
        let seed = self.key.inside(who)?.seed().map_err(BrokerError::nats)?;
        let options = ConnectOptions::with_nkey(seed)
            .ignore_discovered_servers()
            .max_reconnects(None)
            .reconnect_delay_callback(|tries| Duration::from_millis(50 * tries.min(20) as u64))
            .event_callback(move |event| {
                if matches!(event, Event::Connected) {
                    back();
                }
                async {}
            });
        options.connect(self.at.to_string()).await.map_err(BrokerError::nats)
    }
}

fn again() -> (impl Fn() + Send + Sync, tokio::sync::mpsc::Receiver<()>) {
    let (to, from) = tokio::sync::mpsc::channel(1);
    (
        move || {
            // One is enough.
            let _there = to.try_send(());
        },
        from,
    )
}

async fn wake(mut again: tokio::sync::mpsc::Receiver<()>, store: Arc<Store>) {
    while again.recv().await.is_some() {
        store.was_away();
    }
}

/// Listens to what the nats-server says of the users' account.
async fn count_users(client: Client, counts: Arc<Counts>) {
    use futures::StreamExt;
    #[derive(serde::Deserialize)]
    struct Said {
        #[serde(default)]
        conns: u64,
        #[serde(default)]
        leafnodes: u64,
    }
    let Ok(mut said) = client.subscribe("$SYS.SERVER.ACCOUNT.MAIL.CONNS").await else { return };
    while let Some(message) = said.next().await {
        if let Ok(Said { conns, leafnodes }) = serde_json::from_slice(&message.payload) {
            // One of them is the broker.
            counts.users.set((conns + leafnodes).saturating_sub(1));
        }
    }
}

fn follow(
    tasks: &mut JoinSet<()>,
    folder: &Path,
    settings: &Settings,
    key: &BrokerKey,
    (store, counts): (&Arc<Store>, &Arc<Counts>),
) {
    for (peer, at) in settings.peers().unwrap_or_default() {
        let follower = Follower {
            peer,
            at,
            seed: key.seed(),
            store: Arc::clone(store),
            counts: Arc::clone(counts),
            folder: folder.to_owned(),
            bits: settings.stamp_bits,
        };
        tasks.spawn(follower.follow());
    }
}

async fn told(
    tasks: &mut JoinSet<()>,
    at: Option<SocketAddr>,
    service: Arc<Service>,
) -> Result<Option<SocketAddr>, BrokerError> {
    let Some(at) = at else { return Ok(None) };
    let (at, serving) = metrics::serve(at, move || service.page()).await?;
    tasks.spawn(serving);
    Ok(Some(at))
}
