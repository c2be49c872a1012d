//! At which broker a leaf is, and requests to it.
//!
//! The nats-server chooses one of the forwarders by chance, and the next where it fails; it is asked where
//! it is. A request goes over a connection to the nats-server itself, which lives on when the leaf moves to
//! another broker: so whoever waits for an answer looks here whether it can still come.

use std::net::SocketAddr;
use std::time::Duration;

use async_nats::Client;
use mundi_transport::address::BrokerAddress;
use mundi_transport::broker_link::{BrokerLink, Entrance};
use mundi_transport::leaf_link::{LeafAddress, Side, side_seed};
use mundi_transport::link::{Link, LinkError};
use mundi_transport::wire::Info;
use serde::Deserialize;
use tokio::sync::watch;

use super::Pause;
use crate::limits;

/// A connection of the leaf to a broker, told from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Joined {
    at: SocketAddr,
    number: u64,
}

/// Why a request was given up.
#[derive(Debug)]
pub(super) enum Broken {
    /// The leaf is at another broker now, or at none.
    Moved,
    /// The request failed.
    Failed,
}

/// The way up.
#[derive(Clone)]
pub(super) struct Up {
    joined: watch::Receiver<Option<Joined>>,
    leaf: LeafAddress,
    pump: [u8; 32],
    brokers: Vec<(BrokerAddress, SocketAddr)>,
}

#[derive(Deserialize)]
struct Answered {
    data: Leaves,
}

#[derive(Deserialize)]
struct Leaves {
    #[serde(default)]
    leafs: Vec<Leafed>,
}

#[derive(Deserialize)]
struct Leafed {
    #[serde(default)]
    id: u64,
    ip: String,
    port: u16,
}

impl Up {
    /// Begins to look; what is returned goes on looking while it is polled.
    pub(super) fn watch(
        watcher: Client,
        leaf: LeafAddress,
        pump: [u8; 32],
        brokers: Vec<(BrokerAddress, SocketAddr)>,
    ) -> (Self, impl Future<Output = ()>) {
        let (tell, joined) = watch::channel(None);
        let watching = async move {
            loop {
                let now = look(&watcher).await;
                tell.send_if_modified(|known| std::mem::replace(known, now) != now);
                tokio::time::sleep(limits::LEAF_LOOK).await;
            }
        };
        (Self { joined, leaf, pump, brokers }, watching)
    }

    /// The broker.
    pub(super) fn broker(&self) -> Option<BrokerAddress> {
        let joined = (*self.joined.borrow())?;
        let at = self.brokers.iter().find(|(_, at)| *at == joined.at);
        at.map(|(broker, _)| broker.clone())
    }

    /// Waits for a broker that is the one that was meant, and gives a link to it.
    pub(super) async fn reach(&mut self) -> (BrokerLink, Info) {
        let mut pause = Pause::new();
        loop {
            if self.joined.wait_for(Option::is_some).await.is_err() {
                // Nobody looks any more: the leaf ends.
                std::future::pending::<()>().await;
            }
            let meant = self.broker().map(|broker| broker.key);
            self.joined.mark_unchanged();
            if let Ok(link) = self.enter().await
                && let Ok(Ok(info)) = tokio::time::timeout(limits::LEAF_ANSWER, link.info()).await
                && Some(*info.key) == meant
            {
                return (link, info);
            }
            pause.rest().await;
        }
    }

    /// Does something with a link, unless the leaf moves.
    pub(super) async fn during<T>(
        &mut self,
        asked: impl Future<Output = Result<T, LinkError>>,
    ) -> Result<T, Broken> {
        tokio::select! {
            answer = asked => answer.map_err(|_| Broken::Failed),
            () = self.moved() => Err(Broken::Moved),
        }
    }

    /// Until the leaf is at another broker, or at none.
    pub(super) async fn moved(&mut self) {
        if self.joined.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    async fn enter(&self) -> Result<BrokerLink, LinkError> {
        let named = BrokerAddress {
            host: self.leaf.at.ip().to_string(),
            port: self.leaf.at.port(),
            key: self.leaf.user,
        };
        let entrance = Entrance::new(named, self.leaf.at, &side_seed(&self.pump, Side::Up))?;
        entrance.behind(self.leaf.user).with_timeout(limits::LEAF_ANSWER).enter().await
    }
}

/// Where the nats-server is.
async fn look(watcher: &Client) -> Option<Joined> {
    let asked = watcher.request("$SYS.REQ.SERVER.PING.LEAFZ", "".into());
    let answer = tokio::time::timeout(Duration::from_secs(5), asked).await.ok()?.ok()?;
    let answered: Answered = serde_json::from_slice(&answer.payload).ok()?;
    let leaf = answered.data.leafs.first()?;
    let at = SocketAddr::new(leaf.ip.parse().ok()?, leaf.port);
    Some(Joined { at, number: leaf.id })
}
