//! How a home reaches others: its proxies, its brokers, the key with which it connects.

use std::net::SocketAddr;

use mundi_transport::address::BrokerAddress;
use mundi_transport::leaf_link::LeafAddress;
use zeroize::Zeroizing;

use crate::home::{Home, HomeError};
use crate::limits::BROKERS;

const TOR: &str = "net tor";
const I2P: &str = "net i2p";
const CLEARNET: &str = "net clearnet";
const BROKER_LIST: &str = "net brokers";
const RECEIPTS: &str = "net receipts";
const LEAF: &str = "net leaf";
const LEAF_SEED: &str = "net leaf seed";
const ON: &str = "on";
const USER: &str = "net user";
const TOKEN: &str = "net token ";
const ONION: &str = "net onion ";

/// Where connections may go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// Tor's SOCKS proxy.
    pub tor: Option<SocketAddr>,
    /// I2P's.
    pub i2p: Option<SocketAddr>,
    /// Hosts to which a connection without a proxy is allowed: for tests.
    pub clearnet: Vec<String>,
    /// The brokers.
    pub brokers: Vec<BrokerAddress>,
    /// The local leaf, if one is used.
    pub leaf: Option<LeafAddress>,
    /// Whether others are told what the owner has been shown.
    pub receipts: bool,
}

impl Home {
    /// How this home reaches others.
    ///
    /// # Errors
    /// As all reading.
    pub fn network(&self) -> Result<Network, HomeError> {
        let store = self.store();
        let text = |name: &str| -> Result<String, HomeError> {
            let value = store.setting(name)?.unwrap_or_default();
            Ok(String::from_utf8(value).unwrap_or_default())
        };
        Ok(Network {
            tor: text(TOR)?.parse().ok(),
            i2p: text(I2P)?.parse().ok(),
            clearnet: text(CLEARNET)?.lines().map(str::to_owned).collect(),
            brokers: text(BROKER_LIST)?.lines().filter_map(|line| line.parse().ok()).collect(),
            leaf: text(LEAF)?.parse().ok(),
            receipts: text(RECEIPTS)? == ON,
        })
    }

    /// Sets how this home reaches others.
    ///
    /// # Errors
    /// There are too many brokers; the disk fails.
    pub fn set_network(&mut self, network: &Network) -> Result<(), HomeError> {
        if network.brokers.len() > BROKERS {
            return Err(HomeError::Useless(format!("a home knows at most {BROKERS} brokers")));
        }
        let lines = |all: Vec<String>| all.join("\n");
        let address = |one: Option<SocketAddr>| one.map(|a| a.to_string()).unwrap_or_default();
        let brokers = network.brokers.iter().map(ToString::to_string).collect();
        let values = [
            (TOR, address(network.tor)),
            (I2P, address(network.i2p)),
            (CLEARNET, lines(network.clearnet.clone())),
            (BROKER_LIST, lines(brokers)),
            (RECEIPTS, if network.receipts { ON.to_owned() } else { String::new() }),
            (LEAF, network.leaf.map(|leaf| leaf.to_string()).unwrap_or_default()),
        ];
        self.write(|tx| {
            values.iter().try_for_each(|(name, value)| tx.set_setting(name, value.as_bytes()))
        })
        .map_err(HomeError::from)
    }

    /// The seed of the key with which this home connects to brokers: made at the first use, and known
    /// to nobody as anybody's.
    ///
    /// # Errors
    /// There are no random bytes; the disk fails.
    pub fn user_seed(&mut self) -> Result<Zeroizing<[u8; 32]>, HomeError> {
        self.seed(USER)
    }

    /// The secret half of the key (X25519) that an onion service is shown: made at the first use, another
    /// one for each service.
    ///
    /// # Errors
    /// As [`Home::user_seed`].
    pub fn onion_seed(&mut self, service: &str) -> Result<Zeroizing<[u8; 32]>, HomeError> {
        self.seed(&format!("{ONION}{service}"))
    }

    fn seed(&mut self, name: &str) -> Result<Zeroizing<[u8; 32]>, HomeError> {
        let known = self.store().setting(name)?.map(Zeroizing::new);
        if let Some(seed) = known.and_then(|seed| seed.as_slice().try_into().ok()) {
            return Ok(Zeroizing::new(seed));
        }
        let mut seed = Zeroizing::new([0; 32]);
        self.chance.fill(seed.as_mut_slice())?;
        self.write(|tx| tx.set_setting(name, seed.as_slice()))?;
        Ok(seed)
    }

    /// The seed with which the leaf lets this home in: the leaf has made it.
    ///
    /// # Errors
    /// As all reading.
    pub fn leaf_seed(&self) -> Result<Option<Zeroizing<[u8; 32]>>, HomeError> {
        let seed = self.store().setting(LEAF_SEED)?.map(Zeroizing::new);
        Ok(seed.and_then(|seed| seed.as_slice().try_into().ok()).map(Zeroizing::new))
    }

    /// Keeps it.
    ///
    /// # Errors
    /// The disk fails.
    pub fn set_leaf_seed(&mut self, seed: &[u8; 32]) -> Result<(), HomeError> {
        Ok(self.write(|tx| tx.set_setting(LEAF_SEED, seed))?)
    }

    /// What a broker is shown so that it lets this home in, where it wants something.
    ///
    /// # Errors
    /// As all reading.
    pub fn token_for(&self, broker: &BrokerAddress) -> Result<Option<String>, HomeError> {
        let value = self.store().setting(&token_name(broker))?;
        Ok(value.and_then(|value| String::from_utf8(value).ok()).filter(|text| !text.is_empty()))
    }

    /// Keeps what a broker is shown.
    ///
    /// # Errors
    /// The disk fails.
    pub fn set_token(&mut self, broker: &BrokerAddress, token: &str) -> Result<(), HomeError> {
        Ok(self.write(|tx| tx.set_setting(&token_name(broker), token.as_bytes()))?)
    }
}

fn token_name(broker: &BrokerAddress) -> String {
    let key: String = broker.key.iter().map(|b| format!("{b:02x}")).collect();
    format!("{TOKEN}{key}")
}
