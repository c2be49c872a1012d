//! A Tor network of its own on this machine, for tests (`tests/tornet` in the root).
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test uses a part of it, and stops at the first surprise"
)]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use mundi_transport::proxies::Proxies;

/// A Tor network: one authority, three relays, one client. It ends when this is dropped, and with this
/// process.
pub struct Network {
    folder: tempfile::TempDir,
}

fn script() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let here = root.join("tests/tornet");
    if here.is_file() { here } else { root.join("../tests/tornet") }
}

impl Network {
    /// Starts it. One that does not come up says nothing of what is tested here: a second one is made then.
    pub fn start() -> Self {
        let tried = Self::tried().or_else(|why| {
            println!("{why}");
            Self::tried()
        });
        tried.unwrap_or_else(|why| panic!("the Tor network does not start: {why}"))
    }

    fn tried() -> Result<Self, String> {
        let network = Self { folder: tempfile::tempdir().unwrap() };
        let started = Command::new(script())
            .args(["up".as_ref(), network.place().as_os_str(), "1".as_ref(), "3".as_ref()])
            .env("CLIENTS", "1")
            .env("OWNER", std::process::id().to_string())
            .output()
            .unwrap();
        print!("{}", String::from_utf8_lossy(&started.stdout));
        let why = String::from_utf8_lossy(&started.stderr).into_owned();
        if started.status.success() { Ok(network) } else { Err(why) }
    }

    fn place(&self) -> PathBuf {
        self.folder.path().join("net")
    }

    /// Where the client listens: `control` or `socks`.
    pub fn port(&self, which: &str) -> SocketAddr {
        let ports = std::fs::read_to_string(self.place().join("c0/ports")).unwrap();
        let mut words = ports.split_whitespace();
        let found = words.find_map(|word| word.strip_prefix(which)?.strip_prefix('='));
        found.unwrap().parse().unwrap()
    }

    pub fn proxies(&self) -> Proxies {
        Proxies::new(Some(self.port("socks")), None).unwrap()
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        let _down = Command::new(script()).arg("down").arg(self.place()).status();
    }
}
