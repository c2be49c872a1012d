//! A leaf's folder: `leaf.json` (which brokers, which proxies), `key` (the leaf's key as a user of brokers),
//! `home` (the seed with which its home comes in), and what the leaf keeps there.
//!
//! Invariant: no device key and no key of a person is ever in it.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use mundi_transport::address::BrokerAddress;
use mundi_transport::leaf_link::LeafAddress;
use mundi_transport::proxies::Proxies;
use serde::{Deserialize, Serialize};

use crate::error::BrokerError;
use crate::keys::BrokerKey;
use crate::limits;
use crate::settings::write_whole;

/// A broker that a leaf may be connected to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    /// `HOST:PORT#KEY`
    pub address: String,
    /// Its port for leaves; where there is none, 3200 above the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaves: Option<u16>,
    /// The invitation code with which it lets the leaf in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<String>,
}

impl Upstream {
    /// From `HOST:PORT#KEY` or `HOST:PORT#KEY@LEAVES`.
    ///
    /// # Errors
    /// It is neither.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (address, leaves) = match text.split_once('@') {
            Some((address, port)) => {
                let port = port.parse().map_err(|_| format!("`{port}` is no port for leaves"))?;
                (address, Some(port))
            }
            None => (text, None),
        };
        let broker: BrokerAddress = address.parse().map_err(|e| format!("{e}"))?;
        Ok(Self { address: broker.to_string(), leaves, invitation: None })
    }

    /// The broker, and its port for leaves.
    ///
    /// # Errors
    /// What is wrong.
    pub fn read(&self) -> Result<(BrokerAddress, u16), String> {
        let address: BrokerAddress = self.address.parse().map_err(|e| format!("{e}"))?;
        let usual = address.port.checked_add(limits::LEAF_PORT);
        let port = self.leaves.or(usual);
        let port = port.ok_or(format!("{address}: its port for leaves must be said"))?;
        Ok((address, port))
    }
}

/// What its owner chooses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LeafSettings {
    /// Where it listens: on loopback.
    pub listen: SocketAddr,
    /// The brokers: one by chance, and the next where it fails.
    pub brokers: Vec<Upstream>,
    /// Tor's SOCKS proxy.
    pub tor: Option<SocketAddr>,
    /// I2P's.
    pub i2p: Option<SocketAddr>,
    /// Hosts that are reached without a proxy: for tests.
    pub clearnet: Vec<String>,
    /// Bytes of parcels that wait, and as many of letters.
    pub bytes: u64,
    /// Days that they are kept.
    pub days: u64,
}

impl Default for LeafSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 4223)),
            brokers: Vec::new(),
            tor: None,
            i2p: None,
            clearnet: Vec::new(),
            bytes: 512 << 20,
            days: 30,
        }
    }
}

/// The keys of a folder.
pub struct LeafKeys {
    /// As a user of brokers.
    pub leaf: BrokerKey,
    /// As which the home comes in.
    pub home: BrokerKey,
}

impl LeafKeys {
    /// Reads a folder's.
    ///
    /// # Errors
    /// One is missing, or others may read it.
    pub fn read(folder: &Path) -> Result<Self, BrokerError> {
        let key = |name| BrokerKey::read(&folder.join(name));
        Ok(Self { leaf: key("key")?, home: key("home")? })
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join("leaf.json")
}

/// Makes a leaf's folder, which must not hold one. Port 0 becomes a free one, for good.
///
/// # Errors
/// It holds one; it cannot be written; the settings are wrong.
pub fn init(folder: &Path, settings: &LeafSettings) -> Result<LeafSettings, BrokerError> {
    if path(folder).exists() || folder.join("key").exists() {
        return Err(BrokerError::Exists(folder.to_owned()));
    }
    let mut settings = settings.clone();
    settings.check(folder)?;
    if settings.listen.port() == 0 {
        let free = std::net::TcpListener::bind(settings.listen).and_then(|l| l.local_addr());
        settings.listen = free.map_err(|e| BrokerError::Server(e.to_string()))?;
    }
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(BrokerError::file(folder))?;
    for name in ["key", "home"] {
        BrokerKey::create(&folder.join(name))?;
    }
    settings.save(folder)?;
    Ok(settings)
}

impl LeafSettings {
    /// Reads a folder's.
    ///
    /// # Errors
    /// They cannot be read, or are wrong.
    pub fn load(folder: &Path) -> Result<Self, BrokerError> {
        let path = path(folder);
        let size = fs::metadata(&path).map_err(BrokerError::file(&path))?.len();
        if size > limits::SETTINGS_BYTES {
            return Err(BrokerError::Settings { path, text: "longer than 1 MiB".into() });
        }
        let text = fs::read(&path).map_err(BrokerError::file(&path))?;
        let read: Result<Self, _> = serde_json::from_slice(&text);
        let settings = read.map_err(|e| BrokerError::Settings { path, text: e.to_string() })?;
        settings.check(folder)?;
        Ok(settings)
    }

    /// Writes them, whole or not at all.
    ///
    /// # Errors
    /// They are wrong, or cannot be written.
    pub fn save(&self, folder: &Path) -> Result<(), BrokerError> {
        self.check(folder)?;
        let text = serde_json::to_vec_pretty(self).map_err(BrokerError::nats)?;
        write_whole(&path(folder), &text)
    }

    /// The proxies.
    ///
    /// # Errors
    /// One is not on this machine.
    pub fn proxies(&self) -> Result<Proxies, String> {
        let proxies = Proxies::new(self.tor, self.i2p).map_err(|e| e.to_string())?;
        Ok(self.clearnet.iter().fold(proxies, |proxies, host| proxies.allow(host)))
    }

    /// The address under which the home uses it.
    #[must_use]
    pub fn address(&self, keys: &LeafKeys) -> LeafAddress {
        LeafAddress { at: self.listen, user: keys.leaf.public() }
    }

    fn check(&self, folder: &Path) -> Result<(), BrokerError> {
        self.checked().map_err(|text| BrokerError::Settings { path: path(folder), text })
    }

    fn checked(&self) -> Result<(), String> {
        if !self.listen.ip().is_loopback() {
            return Err("`listen` must be on loopback: a leaf is for this machine".into());
        }
        if self.brokers.len() > limits::LEAF_BROKERS {
            return Err(format!("more than {} brokers", limits::LEAF_BROKERS));
        }
        if self.days == 0 || self.days > 3_650 || self.bytes < 1 << 20 || self.bytes > 1 << 40 {
            return Err("`days` must be 1 to 3650, `bytes` at least 1 MiB".into());
        }
        let plain = |code: &String| code.bytes().all(|b| b.is_ascii_alphanumeric());
        for broker in &self.brokers {
            broker.read()?;
            if !broker.invitation.iter().all(|code| code.len() <= 256 && plain(code)) {
                return Err("an invitation code has letters and digits only".into());
            }
        }
        self.proxies().map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broker_of_a_leaf_has_a_port_for_leaves() {
        let key = "ab".repeat(32);
        let read = |text: &str| Upstream::parse(text).unwrap().read();
        let (broker, port) = read(&format!("x.onion:4222#{key}")).unwrap();
        assert_eq!((broker.port, port), (4222, 7422));
        assert_eq!(read(&format!("x.onion:4222#{key}@99")).unwrap().1, 99);
        assert!(read(&format!("x.onion:65000#{key}")).is_err());
        assert!(Upstream::parse(&format!("x.onion:1#{key}@no")).is_err());
    }

    #[test]
    fn a_folder_is_made_once_and_keeps_its_port() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("leaf");
        let free = LeafSettings { listen: "127.0.0.1:0".parse().unwrap(), ..Default::default() };
        let made = init(&folder, &free).unwrap();
        assert!(made.listen.port() > 0);
        assert_eq!(LeafSettings::load(&folder).unwrap(), made);
        assert!(matches!(init(&folder, &free), Err(BrokerError::Exists(_))));
        let open = LeafSettings { listen: "0.0.0.0:1".parse().unwrap(), ..made };
        assert!(open.save(&folder).is_err());
    }
}
