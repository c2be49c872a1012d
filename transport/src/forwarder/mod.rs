//! A forwarder: a port on this machine that leads to one host, through the user's proxy.
//!
//! Programs that would look names up, or would follow what a server tells them, are given its address and
//! nothing else (NATS clients and leafs do both). A [`Route`] goes in, an address comes out. Invariants:
//! nothing is connected to but what the route says, no name is looked up, and a host gets a circuit of
//! its own from Tor: the forwarder's user name and password isolate it (Tor's IsolateSOCKSAuth).

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::limits::{CONNECT_SECONDS, FORWARDED_CONNECTIONS};
use crate::proxies::{Proxies, Proxy, Route, RouteError};

mod connect;
mod pump;

/// Why a forwarder does not start, or why its last connection did not reach its host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForwardError {
    /// No way leads there.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// No port on this machine, or no randomness.
    #[error("no port on 127.0.0.1 can be listened on: {0}")]
    Listen(String),
    /// Nobody is behind the proxy's address.
    #[error("the {proxy} proxy at {at} does not answer ({cause}): is {proxy} running?")]
    ProxyDown {
        /// Which one.
        proxy: Proxy,
        /// Where it should be.
        at: SocketAddr,
        /// What the system says.
        cause: String,
    },
    /// Somebody else is behind it.
    #[error(
        "what answers at {at} is no SOCKS5 proxy ({cause}): is that the SOCKS port of {proxy}? \
         Set it with `{}`", .proxy.command()
    )]
    NoProxy {
        /// Which one it should be.
        proxy: Proxy,
        /// Where it should be.
        at: SocketAddr,
        /// What is wrong with its answer.
        cause: String,
    },
    /// The proxy answers, and does not reach the host.
    #[error(
        "{proxy} does not reach {host} ({cause}): it may be down, {proxy} may not be connected yet, or \
         the host asks for a key that was not given"
    )]
    Unreached {
        /// Which one.
        proxy: Proxy,
        /// Host and port.
        host: String,
        /// What the proxy says.
        cause: String,
    },
    /// It takes too long.
    #[error("{0} was not reached within {CONNECT_SECONDS} s: is the network there?")]
    Timeout(String),
    /// A host on this machine does not answer.
    #[error("nothing answers at {at} ({cause})")]
    Direct {
        /// Where.
        at: SocketAddr,
        /// What the system says.
        cause: String,
    },
    /// Too many connections at once.
    #[error(
        "{FORWARDED_CONNECTIONS} connections are open through this forwarder: no more are taken"
    )]
    Full,
}

/// What a forwarder has carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Connections that are open now, or on their way.
    pub open: usize,
    /// Connections that reached the host.
    pub reached: u64,
    /// Bytes to the host.
    pub sent: u64,
    /// Bytes from the host.
    pub received: u64,
}

/// A port on this machine that leads to one host. It ends, with its connections, when it is dropped.
#[derive(Debug)]
pub struct Forwarder {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// What the forwarder and its connections both see.
#[derive(Debug)]
struct Shared {
    route: Route,
    isolation: connect::Isolation,
    error: Mutex<Option<ForwardError>>,
    open: AtomicUsize,
    reached: AtomicU64,
    sent: AtomicU64,
    received: AtomicU64,
}

impl Forwarder {
    /// Listens on a free port of 127.0.0.1. To be called within a Tokio runtime. Nothing is connected to
    /// before somebody connects to that port.
    ///
    /// # Errors
    /// No way leads there, or no port is free.
    pub async fn start(proxies: &Proxies, host: &str, port: u16) -> Result<Self, ForwardError> {
        let route = proxies.route(host, port)?;
        let listen = |error: &dyn std::fmt::Display| ForwardError::Listen(error.to_string());
        let isolation = connect::Isolation::new(&route).map_err(|e| listen(&e))?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(|e| listen(&e))?;
        let address = listener.local_addr().map_err(|e| listen(&e))?;
        let shared = Arc::new(Shared {
            route,
            isolation,
            error: Mutex::new(None),
            open: AtomicUsize::new(0),
            reached: AtomicU64::new(0),
            sent: AtomicU64::new(0),
            received: AtomicU64::new(0),
        });
        let task = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Why the last connection did not reach the host; nothing if it did.
    #[must_use]
    pub fn last_error(&self) -> Option<ForwardError> {
        self.shared.error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What it has carried so far.
    #[must_use]
    pub fn carried(&self) -> Carried {
        Carried {
            open: self.shared.open.load(Ordering::Relaxed),
            reached: self.shared.reached.load(Ordering::Relaxed),
            sent: self.shared.sent.load(Ordering::Relaxed),
            received: self.shared.received.load(Ordering::Relaxed),
        }
    }
}

impl Drop for Forwarder {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn say(&self, error: Option<ForwardError>) {
        *self.error.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }

    /// One connection, from its beginning to its end.
    async fn carry(&self, client: TcpStream) {
        let host = tokio::select! {
            host = connect::connect(&self.route, &self.isolation) => host,
            () = hung_up(&client) => return,
        };
        match host {
            Ok(host) => {
                self.say(None);
                self.reached.fetch_add(1, Ordering::Relaxed);
                pump::both(client, host, &self.sent, &self.received).await;
            }
            Err(error) => self.say(Some(error)),
        }
    }
}

/// A place among the connections, given back on every way out.
struct Place(Arc<Shared>);

impl Place {
    fn take(shared: &Arc<Shared>) -> Option<Self> {
        // Only the one task that accepts takes places, so nothing comes between.
        if shared.open.load(Ordering::Relaxed) >= FORWARDED_CONNECTIONS {
            return None;
        }
        shared.open.fetch_add(1, Ordering::Relaxed);
        Some(Self(Arc::clone(shared)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Takes connections until it is aborted; those that it has taken end with it.
async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let Ok((client, _)) = listener.accept().await else {
            // No file descriptors are left, as a rule: others may be given back soon.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        match Place::take(&shared) {
            Some(place) => {
                connections.spawn(async move { place.0.carry(client).await });
            }
            None => shared.say(Some(ForwardError::Full)),
        }
    }
}

/// Returns when a client has gone before it was connected. One that has said something is waited for
/// until the connection is there.
async fn hung_up(client: &TcpStream) {
    let heard: io::Result<usize> = client.peek(&mut [0]).await;
    if heard.is_ok_and(|bytes| bytes > 0) {
        std::future::pending::<()>().await;
    }
}
