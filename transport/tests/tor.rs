//! Onion services and forwarders over a Tor network of its own, on this machine (`tests/tornet`).
//!
//! One network for all checks, as it takes half a minute to start; so they are one test.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![cfg(target_os = "linux")]

#[allow(dead_code, reason = "each test program uses some")]
mod support;
mod tornet;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use mundi_transport::control::Control;
use mundi_transport::forwarder::{ForwardError, Forwarder};
use mundi_transport::onion::{ClientKey, Hosted, Hosting, Identity, OnionAddress, Onions, reached};
use mundi_transport::proxies::Proxies;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tornet::Network;

/// A server on this machine that says back what it hears.
struct Echo {
    at: SocketAddr,
    met: Arc<AtomicUsize>,
}

impl Echo {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let met = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&met);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(async move {
                    let (mut from, mut to) = stream.split();
                    let _ended = tokio::io::copy(&mut from, &mut to).await;
                });
            }
        });
        Self { at, met }
    }

    fn met(&self) -> usize {
        self.met.load(Ordering::Relaxed)
    }

    fn hosting(&self, identity: Identity, clients: &[&ClientKey]) -> Hosting {
        let clients = clients.iter().map(|key| key.public()).collect();
        Hosting { identity, port: 4222, local: self.at, leaves: None, clients }
    }
}

/// Says something to a service through a forwarder, and hears it again; or why not. Nothing is tried twice.
async fn echoed(proxies: &Proxies, address: &OnionAddress) -> Result<(), ForwardError> {
    let forwarder = Forwarder::start(proxies, &address.host(), 4222).await?;
    let mut stream = TcpStream::connect(forwarder.address()).await.unwrap();
    let _sent = stream.write_all(b"PING\r\n").await;
    // Tor ends both directions when one ends, so the end is not said before the answer is there.
    let mut heard = [0; 6];
    let read = stream.read_exact(&mut heard).await;
    if let Some(error) = forwarder.last_error() {
        assert!(read.is_err());
        return Err(error);
    }
    assert_eq!((read.unwrap(), &heard), (6, b"PING\r\n"));
    assert_eq!((forwarder.carried().sent, forwarder.carried().received), (6, 6));
    Ok(())
}

/// Whether Tor says that it does not get there.
async fn unreached(proxies: &Proxies, address: &OnionAddress) {
    let error = echoed(proxies, address).await.unwrap_err();
    assert!(matches!(error, ForwardError::Unreached { .. }), "{error}");
}

async fn timed<T>(what: &str, doing: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let done = doing.await;
    println!("{what}: {:.1?}", began.elapsed());
    done
}

async fn connect(network: &Network) -> Control {
    Control::connect(network.port("control"), None).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn onion_services_are_reached_by_whom_they_let_in() {
    let network = timed("network", async { Network::start() }).await;
    let control = connect(&network).await;
    let mut last = 0;
    reached(&control, |step| last = step.progress).await.unwrap();
    assert_eq!(last, 100);

    let echo = Echo::start().await;
    ephemeral_services_are_found_at_first_try(&network, &control, &echo).await;
    let hosted = clients_without_the_key_do_not_get_in(&network, &control, &echo).await;
    kept_services_come_back(&network, control, &echo, hosted).await;
    without_a_proxy_there_is_no_way(&echo).await;
}

async fn ephemeral_services_are_found_at_first_try(
    network: &Network,
    control: &Control,
    echo: &Echo,
) {
    let wanted = echo.hosting(Identity::Ephemeral, &[]);
    let one = timed("an ephemeral service", control.host(wanted.clone())).await.unwrap();
    timed("first words", echoed(&network.proxies(), &one.address)).await.unwrap();
    let other = control.host(wanted).await.unwrap();
    assert_ne!(one.address, other.address);
    assert_eq!((one.key, other.key), (None, None), "nobody keeps these keys");
    control.withdraw(other.address).await.unwrap();
    control.withdraw(one.address.clone()).await.unwrap();
    let again = control.withdraw(one.address).await.unwrap_err().to_string();
    assert!(again.contains("Tor refuses DEL_ONION"), "{again}");
}

/// Gives back the service, with its key; it may be entered still.
async fn clients_without_the_key_do_not_get_in(
    network: &Network,
    control: &Control,
    echo: &Echo,
) -> (Hosted, ClientKey) {
    let (key, wrong) = (ClientKey::new([7; 32]), ClientKey::new([8; 32]));
    let wanted = echo.hosting(Identity::New, &[&key, &ClientKey::new([9; 32])]);
    let hosted = timed("a service for two clients", control.host(wanted)).await.unwrap();
    let address = &hosted.address;
    let met = echo.met();
    timed("without a key", unreached(&network.proxies(), address)).await;
    control.admit(address.clone(), wrong).await.unwrap();
    timed("with a wrong key", unreached(&network.proxies(), address)).await;
    assert_eq!(echo.met(), met);
    control.admit(address.clone(), key.clone()).await.unwrap();
    timed("with the key", echoed(&network.proxies(), address)).await.unwrap();
    assert_eq!(echo.met(), met + 1);
    control.forget(address.clone()).await.unwrap();
    timed("without it again", unreached(&network.proxies(), address)).await;
    assert_eq!(echo.met(), met + 1);
    (hosted, key)
}

async fn kept_services_come_back(
    network: &Network,
    control: Control,
    echo: &Echo,
    (hosted, key): (Hosted, ClientKey),
) {
    let wanted = echo.hosting(Identity::Kept(hosted.key.clone().unwrap()), &[&key]);
    let twice = control.host(wanted.clone()).await.unwrap_err().to_string();
    assert!(twice.contains("a service of this key is hosted already"), "{twice}");
    // It ends with the connection to Tor. Tor takes a moment to notice that end.
    drop(control);
    let control = connect(network).await;
    let again = timed("a kept service", async {
        for _ in 0..20 {
            match control.host(wanted.clone()).await {
                Ok(again) => return again,
                Err(error) if error.to_string().contains("already") => {}
                Err(error) => panic!("{error}"),
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        panic!("the service outlives the connection of whom it is");
    });
    let again = again.await;
    assert_eq!((again.address.clone(), again.key), (hosted.address, None));
    control.admit(again.address.clone(), key).await.unwrap();
    timed("to the kept service", echoed(&network.proxies(), &again.address)).await.unwrap();
}

/// What else it might connect to is looked at in `leaks.rs`.
async fn without_a_proxy_there_is_no_way(echo: &Echo) {
    let met = echo.met();
    let down = support::nobody();
    let proxies = Proxies::new(Some(down), None).unwrap();
    let name = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion";
    let error = echoed(&proxies, &name.parse().unwrap()).await.unwrap_err().to_string();
    let wanted =
        format!("the Tor proxy at {down} does not answer (connection refused): is Tor running?");
    assert_eq!(error, wanted);
    let error = Control::connect(down, None).await.unwrap_err().to_string();
    assert!(
        error.contains("does not answer") && error.contains("CookieAuthentication 1"),
        "{error}"
    );
    let unset = echoed(&Proxies::default(), &name.parse().unwrap()).await.unwrap_err().to_string();
    assert!(unset.contains("no Tor proxy is set: `mundi net tor 127.0.0.1:9050`"), "{unset}");
    assert_eq!(echo.met(), met);
}
