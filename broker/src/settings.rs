//! A broker's folder: `broker.json` (what its operator chooses), `key`, and what the broker keeps there.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use mundi_transport::address::BrokerAddress;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::BrokerError;
use crate::keys::{BrokerKey, hex};
use crate::limits;

/// Who is let in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Admission {
    /// Everybody.
    Open,
    /// Who shows an invitation code.
    #[default]
    Invited,
    /// Whose OpenPGP key is on the list.
    Pgp,
}

impl Admission {
    /// As `info` says it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Invited => "invited",
            Self::Pgp => "pgp",
        }
    }
}

/// Another broker, whose parcels are taken, and which may take from here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// `HOST:PORT#KEY`
    pub address: String,
    /// A forwarder on this machine through which it is reached; none where the host is a loopback
    /// address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<SocketAddr>,
}

/// What an operator chooses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// What it is called.
    pub name: String,
    /// `HOST:PORT` under which others reach it; where there is none, the one that it listens on.
    pub addresses: Vec<String>,
    /// Where the nats-server listens: on loopback. Port 0: a free one.
    pub listen: SocketAddr,
    /// Where leaves are let in: on loopback. Port 0: a free one.
    pub leaves: SocketAddr,
    /// Where counts are told (`/metrics`): on loopback. Port 0: a free one; `null`: nowhere.
    pub metrics: Option<SocketAddr>,
    /// Who is let in.
    pub admission: Admission,
    /// Days that a parcel is kept.
    pub days: u64,
    /// Bytes of all parcels.
    pub bytes: u64,
    /// The work that an inbox without a policy asks of strangers.
    pub stamp_bits: u8,
    /// Other brokers.
    pub peers: Vec<Peer>,
    /// Fingerprints of OpenPGP keys, in hexadecimal.
    pub fingerprints: Vec<String>,
    /// SHA-256 of invitation codes, in hexadecimal.
    pub invitations: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            name: "broker".into(),
            addresses: Vec::new(),
            listen: free,
            leaves: free,
            metrics: Some(free),
            admission: Admission::default(),
            days: 30,
            bytes: 10 << 30,
            stamp_bits: 16,
            peers: Vec::new(),
            fingerprints: Vec::new(),
            invitations: Vec::new(),
        }
    }
}

/// An invitation code as it stands in the settings.
#[must_use]
pub fn hashed(code: &str) -> String {
    hex(&Sha256::new_with_prefix(b"mundi.invite.1").chain_update(code).finalize())
}

/// Where the settings are.
#[must_use]
pub fn settings_path(folder: &Path) -> PathBuf {
    folder.join("broker.json")
}

/// Where the key is.
#[must_use]
pub fn key_path(folder: &Path) -> PathBuf {
    folder.join("key")
}

/// Makes a broker's folder, which must not hold one.
///
/// # Errors
/// It holds one; it cannot be written; the settings are wrong.
pub fn init(folder: &Path, settings: &Settings) -> Result<BrokerKey, BrokerError> {
    if settings_path(folder).exists() || key_path(folder).exists() {
        return Err(BrokerError::Exists(folder.to_owned()));
    }
    settings.check(folder)?;
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(BrokerError::file(folder))?;
    let key = BrokerKey::create(&key_path(folder))?;
    settings.save(folder)?;
    Ok(key)
}

impl Settings {
    /// Reads a folder's.
    ///
    /// # Errors
    /// They cannot be read, or are wrong.
    pub fn load(folder: &Path) -> Result<Self, BrokerError> {
        let path = settings_path(folder);
        let size = fs::metadata(&path).map_err(BrokerError::file(&path))?.len();
        if size > limits::SETTINGS_BYTES {
            return Err(BrokerError::Settings { path, text: "longer than 1 MiB".into() });
        }
        let text = fs::read(&path).map_err(BrokerError::file(&path))?;
        let read: Result<Self, _> = serde_json::from_slice(&text);
        let settings =
            read.map_err(|e| BrokerError::Settings { path: path.clone(), text: e.to_string() })?;
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
        write_whole(&settings_path(folder), &text)
    }

    /// The peers, each with where to connect to.
    ///
    /// # Errors
    /// What is wrong with one.
    pub fn peers(&self) -> Result<Vec<(BrokerAddress, SocketAddr)>, String> {
        let reach = |peer: &Peer| {
            let address: BrokerAddress = peer.address.parse().map_err(|e| format!("{e}"))?;
            let at = peer.via.or(address.socket()).filter(|at| at.ip().is_loopback());
            let at = at.ok_or(format!(
                "peer {address}: give `via`, the address of a forwarder on this machine"
            ))?;
            Ok((address, at))
        };
        self.peers.iter().map(reach).collect()
    }

    fn check(&self, folder: &Path) -> Result<(), BrokerError> {
        self.checked().map_err(|text| BrokerError::Settings { path: settings_path(folder), text })
    }

    fn checked(&self) -> Result<(), String> {
        let named = [("listen", Some(self.listen)), ("leaves", Some(self.leaves))];
        for (what, at) in named.into_iter().chain([("metrics", self.metrics)]) {
            if at.is_some_and(|at| !at.ip().is_loopback()) {
                return Err(format!(
                    "`{what}` must be on loopback: publish it as an onion service or I2P tunnel"
                ));
            }
        }
        if self.stamp_bits > mundi_transport::limits::STAMP_BITS {
            return Err("`stamp_bits` is more than 32".into());
        }
        if self.days == 0 || self.days > 3_650 || self.bytes < 1 << 20 || self.bytes > 1 << 50 {
            return Err("`days` must be 1 to 3650, `bytes` at least 1 MiB".into());
        }
        if self.name.is_empty() || self.name.len() > 128 {
            return Err("`name` must have 1 to 128 bytes".into());
        }
        let digits = |text: &String| text.bytes().all(|b| b.is_ascii_hexdigit());
        let hashes = |text: &String| text.len() == 64 && digits(text);
        if !self.invitations.iter().all(hashes) {
            return Err("`invitations` are SHA-256 hashes in hexadecimal".into());
        }
        let print = |text: &String| matches!(text.len(), 40 | 64) && digits(text);
        if !self.fingerprints.iter().all(print) {
            return Err("`fingerprints` have 40 or 64 hexadecimal digits, without spaces".into());
        }
        self.peers().map(|_| ())
    }

    /// How long a parcel is kept, in ms.
    #[must_use]
    pub fn keeps(&self) -> u64 {
        self.days.saturating_mul(86_400_000)
    }
}

/// Writes a file beside its place and moves it there.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), BrokerError> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let part = path.with_extension("part");
    let write = || {
        let mut options = fs::OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&part, path)?;
        fs::File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
    };
    write().map_err(BrokerError::file(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("broker");
        let settings = Settings { name: "x".into(), ..Settings::default() };
        let key = init(&folder, &settings).unwrap();
        assert!(matches!(init(&folder, &settings), Err(BrokerError::Exists(_))));
        assert_eq!(Settings::load(&folder).unwrap(), settings);
        assert_eq!(BrokerKey::read(&key_path(&folder)).unwrap().public(), key.public());
    }

    #[test]
    fn what_cannot_be_is_said() {
        let said = |settings: Settings| settings.checked().unwrap_err();
        let open = "0.0.0.0:4222".parse().unwrap();
        assert!(said(Settings { listen: open, ..Settings::default() }).contains("loopback"));
        let peer = Peer { address: format!("a.onion:1#{}", "ab".repeat(32)), via: None };
        assert!(said(Settings { peers: vec![peer], ..Settings::default() }).contains("via"));
        let bits = Settings { stamp_bits: 33, ..Settings::default() };
        assert!(said(bits).contains("stamp_bits"));
        let code = Settings { invitations: vec!["secret".into()], ..Settings::default() };
        assert!(said(code).contains("invitations"));
    }
}
