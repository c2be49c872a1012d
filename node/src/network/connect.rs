//! From settings to a link: the leaf, if there is one that runs; else a broker chosen by chance, and the
//! next one where it fails.

use std::net::SocketAddr;
use std::time::Duration;

use mundi_transport::address::BrokerAddress;
use mundi_transport::broker_link::{BrokerLink, Entrance};
use mundi_transport::forwarder::Forwarder;
use mundi_transport::leaf_link::{LeafAddress, LeafEntrance};
use mundi_transport::link::{Answer, Ends, Letters, Link, LinkError, Standing};
use mundi_transport::proxies::{Proxies, Route};
use mundi_transport::wire::{Info, Parcel, PutAnswer, Want};
use zeroize::Zeroizing;

use super::settings::Network;
use crate::home::{Home, HomeError};

/// How long a connection may take that goes by no proxy.
const NEAR: Duration = Duration::from_secs(5);
/// How long one by a proxy may: Tor builds a circuit and looks for the service.
const FAR: Duration = Duration::from_secs(90);

/// A link to a broker, and the forwarder through which it goes.
struct Forwarded {
    link: BrokerLink,
    _forwarder: Option<Forwarder>,
}

impl Link for Forwarded {
    fn put(&self, parcels: Vec<Parcel>) -> Answer<'_, PutAnswer> {
        self.link.put(parcels)
    }

    fn get(&self, wants: Vec<Want>, ticket: Vec<u8>, seconds: u64) -> Answer<'_, Letters> {
        self.link.get(wants, ticket, seconds)
    }

    fn have(&self, hashes: Vec<[u8; 32]>) -> Answer<'_, Vec<bool>> {
        self.link.have(hashes)
    }

    fn info(&self) -> Answer<'_, Info> {
        self.link.info()
    }

    fn acknowledge(&self, hashes: Vec<[u8; 32]>) -> Answer<'_, ()> {
        self.link.acknowledge(hashes)
    }

    fn ends(&self) -> Option<Ends> {
        self.link.ends()
    }

    fn standing(&self) -> Standing {
        self.link.standing()
    }
}

impl Network {
    /// The proxies, and what may be reached without one.
    ///
    /// # Errors
    /// A proxy is not on this machine.
    pub fn proxies(&self) -> Result<Proxies, LinkError> {
        let proxies = Proxies::new(self.tor, self.i2p).map_err(|e| settings(&e))?;
        Ok(self.clearnet.iter().fold(proxies, |proxies, host| proxies.allow(host)))
    }
}

/// All that is needed to connect, apart from the home: so that the home can be used meanwhile.
pub struct Dial {
    proxies: Proxies,
    seed: Zeroizing<[u8; 32]>,
    brokers: Vec<(BrokerAddress, Option<String>)>,
    leaf: Option<(LeafAddress, Zeroizing<[u8; 32]>)>,
}

impl Home {
    /// What is needed to connect to a broker, in an order by chance. `avoid` is tried last.
    ///
    /// # Errors
    /// A proxy is not on this machine; the disk fails.
    pub fn dial(&mut self, avoid: Option<[u8; 32]>) -> Result<Dial, LinkError> {
        let network = self.network().map_err(|e| of_home(&e))?;
        let proxies = network.proxies()?;
        let shuffled = self.shuffled(&network, avoid).map_err(|e| of_home(&e))?;
        let seed = self.user_seed().map_err(|e| of_home(&e))?;
        let token = |broker: BrokerAddress| {
            let token = self.token_for(&broker).map_err(|e| of_home(&e))?;
            Ok((broker, token))
        };
        let brokers = shuffled.into_iter().map(token).collect::<Result<_, LinkError>>()?;
        let leaf_seed = self.leaf_seed().map_err(|e| of_home(&e))?;
        let leaf = network.leaf.zip(leaf_seed);
        Ok(Dial { proxies, seed, brokers, leaf })
    }

    /// Connects to a broker: to one by chance, and to the next where that fails.
    ///
    /// # Errors
    /// As [`Dial::connect`].
    pub async fn connect(&mut self, avoid: Option<[u8; 32]>) -> Result<Box<dyn Link>, LinkError> {
        self.dial(avoid)?.connect().await
    }

    fn shuffled(
        &self,
        network: &Network,
        avoid: Option<[u8; 32]>,
    ) -> Result<Vec<BrokerAddress>, HomeError> {
        let mut keyed = Vec::new();
        for broker in &network.brokers {
            let mut place = [0; 8];
            self.chance.fill(&mut place)?;
            keyed.push((avoid == Some(broker.key), place, broker.clone()));
        }
        keyed.sort();
        Ok(keyed.into_iter().map(|(.., broker)| broker).collect())
    }
}

impl Dial {
    /// Tries the leaf, then one broker after the other.
    ///
    /// # Errors
    /// None can be reached: why the last one could not, and how many were tried.
    pub async fn connect(self) -> Result<Box<dyn Link>, LinkError> {
        if let Some((leaf, seed)) = &self.leaf {
            let known = self.brokers.iter().map(|(broker, _)| broker.clone()).collect();
            let entrance = LeafEntrance::new(*leaf, seed, known)?.with_timeout(NEAR);
            // One that does not run stands in nobody's way.
            if let Ok(link) = entrance.connect().await {
                return Ok(Box::new(link));
            }
        }
        let mut last = LinkError::Offline(
            "no broker is known: add one with `mundi net broker add HOST:PORT#KEY`".into(),
        );
        for (broker, token) in &self.brokers {
            match self.connect_to(broker, token.clone()).await {
                Ok(link) => return Ok(link),
                Err(error) => last = error,
            }
        }
        match self.brokers.len() {
            0 | 1 => Err(last),
            tried => Err(LinkError::Offline(format!(
                "none of {tried} brokers can be reached; the last one: {last}"
            ))),
        }
    }

    async fn connect_to(
        &self,
        broker: &BrokerAddress,
        token: Option<String>,
    ) -> Result<Box<dyn Link>, LinkError> {
        let route = self.proxies.route(&broker.host, broker.port).map_err(|e| settings(&e))?;
        let (at, forwarder) = way(&self.proxies, broker, &route).await?;
        let timeout = if forwarder.is_some() { FAR } else { NEAR };
        let entrance = Entrance::new(broker.clone(), at, &self.seed)?;
        match entrance.with_token(token).with_timeout(timeout).connect().await {
            Ok(link) => Ok(Box::new(Forwarded { link, _forwarder: forwarder })),
            Err(error) => match forwarder.and_then(|forwarder| forwarder.last_error()) {
                Some(why) => Err(LinkError::Offline(why.to_string())),
                None => Err(error),
            },
        }
    }
}

/// Where to connect to on this machine: the broker itself, if it is here, else a forwarder.
async fn way(
    proxies: &Proxies,
    broker: &BrokerAddress,
    route: &Route,
) -> Result<(SocketAddr, Option<Forwarder>), LinkError> {
    if let Route::Direct(at) = route
        && at.ip().is_loopback()
    {
        return Ok((*at, None));
    }
    let forwarder = Forwarder::start(proxies, &broker.host, broker.port).await;
    let forwarder = forwarder.map_err(|e| settings(&e))?;
    Ok((forwarder.address(), Some(forwarder)))
}

fn settings(error: &dyn std::fmt::Display) -> LinkError {
    LinkError::Settings(error.to_string())
}

fn of_home(error: &HomeError) -> LinkError {
    LinkError::Settings(error.to_string())
}
