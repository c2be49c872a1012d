//! How a broker is reached, and reaches its peers, through Tor.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use mundi_broker::limits::LEAF_PORT;
use mundi_broker::{Broker, Settings};
use mundi_node::private;
use mundi_transport::address::{BrokerAddress, Network};
use mundi_transport::control::Control;
use mundi_transport::forwarder::Forwarder;
use mundi_transport::onion::{self, ClientPublic, Identity, Onions, ServiceKey};
use mundi_transport::proxies::Proxies;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::of_broker;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// The file of the onion service's key.
const KEY: &str = "onion";
/// Bytes of counts that are read.
const COUNTS: u64 = 65_536;

/// Through Tor.
#[derive(clap::Args)]
pub(super) struct Hosting {
    /// Be an onion service, by the Tor whose control port is there: 127.0.0.1:9051.
    #[arg(long, value_name = "IP:PORT")]
    control: Option<SocketAddr>,
    /// The port of the onion service.
    #[arg(long, value_name = "PORT", default_value_t = 4222, requires = "control")]
    port: u16,
    /// Only who has the secret to this key may connect (X25519, base32); may be given several times.
    #[arg(long = "client", value_name = "KEY", requires = "control")]
    clients: Vec<String>,
    /// Reach peers through Tor's SOCKS proxy: 127.0.0.1:9050.
    #[arg(long, value_name = "IP:PORT")]
    tor: Option<SocketAddr>,
    /// Reach peers through I2P's SOCKS proxy: 127.0.0.1:4447.
    #[arg(long, value_name = "IP:PORT")]
    i2p: Option<SocketAddr>,
}

/// Starts a forwarder for each peer on another machine, and notes in the settings where it is.
pub(super) async fn reach_peers(folder: &Path, hosting: &Hosting) -> Answer {
    let mut settings = Settings::load(folder).map_err(|e| of_broker(&e))?;
    let proxies = Proxies::new(hosting.tor, hosting.i2p).map_err(|e| Stop::Usage(e.to_string()))?;
    for peer in &mut settings.peers {
        let address: BrokerAddress =
            peer.address.parse().map_err(|e| Stop::Usage(format!("{e}")))?;
        if address.network() == Network::Loopback {
            continue;
        }
        let forwarder = Forwarder::start(&proxies, &address.host, address.port).await;
        let forwarder = forwarder.map_err(|e| Stop::Usage(format!("the peer {address}: {e}")))?;
        peer.via = Some(forwarder.address());
        // It lives as long as the broker: until this process ends.
        std::mem::forget(forwarder);
    }
    settings.save(folder).map_err(|e| of_broker(&e))
}

/// Makes a running broker an onion service, if that is wanted.
pub(super) async fn host(
    folder: &Path,
    hosting: &Hosting,
    broker: &Broker,
    screen: &Screen,
) -> Result<Option<Control>, Stop> {
    let Some(at) = hosting.control else { return Ok(None) };
    let failed = |e: &dyn std::fmt::Display| Stop::Environment(e.to_string());
    let control = Control::connect(at, None).await.map_err(|e| failed(&e))?;
    onion::reached(&control, |step| screen.note(&format!("{step}\n")))
        .await
        .map_err(|e| failed(&e))?;
    let clients: Result<Vec<ClientPublic>, _> = hosting.clients.iter().map(|c| c.parse()).collect();
    let clients = clients.map_err(|e| Stop::Usage(format!("--client: {e}")))?;
    let path = folder.join(KEY);
    let identity = match kept(&path)? {
        Some(key) => Identity::Kept(key),
        None => Identity::New,
    };
    screen.note("announcing the onion service\n");
    let local = broker.places().clients;
    // Where leaves look for it.
    let leaves = hosting.port.checked_add(LEAF_PORT).map(|port| (port, broker.places().leaves));
    let wanted = onion::Hosting { identity, port: hosting.port, local, leaves, clients };
    let hosted = control.host(wanted).await.map_err(|e| failed(&e))?;
    if let Some(key) = hosted.key {
        private::write(&path, key.expose().as_bytes()).map_err(|e| failed(&e))?;
    }
    let host = hosted.address.host();
    let address = BrokerAddress { host, port: hosting.port, key: broker.address().key };
    screen.line(&format!("reached through Tor: {address}"))?;
    Ok(Some(control))
}

/// The key of the service, if there was one before.
fn kept(path: &Path) -> Result<Option<ServiceKey>, Stop> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Stop::Environment(format!("{}: {error}", path.display()))),
    };
    let key = text.trim().parse();
    key.map(Some).map_err(|e| Stop::Environment(format!("{}: {e}", path.display())))
}

/// Until Tor has gone; for ever where there is none.
pub(super) async fn ended(control: Option<&Control>) {
    match control {
        Some(control) => drop(control.ended().await),
        None => std::future::pending().await,
    }
}

/// The counts of a broker that runs.
pub(super) async fn counts(at: SocketAddr) -> Option<String> {
    let asked = async {
        let mut stream = tokio::net::TcpStream::connect(at).await.ok()?;
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").await.ok()?;
        let mut text = String::new();
        stream.take(COUNTS).read_to_string(&mut text).await.ok()?;
        let (_, body) = text.split_once("\r\n\r\n")?;
        let lines = body.lines().filter(|line| !line.starts_with('#'));
        Some(lines.map(|line| format!("  {line}\n")).collect::<String>())
    };
    tokio::time::timeout(Duration::from_secs(2), asked).await.ok().flatten()
}
