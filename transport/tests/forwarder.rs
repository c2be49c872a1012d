//! Forwarders against proxies that write down what they are asked for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod support;

use std::net::SocketAddr;
use std::time::Duration;

use mundi_transport::forwarder::{ForwardError, Forwarder};
use mundi_transport::limits::FORWARDED_CONNECTIONS;
use mundi_transport::proxies::Proxies;
use support::{Answer, Socks, nobody};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

fn tor(at: SocketAddr) -> Proxies {
    Proxies::new(Some(at), None).unwrap()
}

/// What comes back for what is said, when no more is said.
async fn said(forwarder: &Forwarder, text: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(forwarder.address()).await.unwrap();
    // A forwarder that reaches nobody hangs up, perhaps before this is written.
    let _sent = stream.write_all(text).await;
    let _ended = stream.shutdown().await;
    let mut heard = Vec::new();
    let _broken = stream.read_to_end(&mut heard).await;
    heard
}

/// Waits for something that another task does; at most ten seconds.
async fn until(what: &str, mut there: impl FnMut() -> bool) {
    for _ in 0..500 {
        if there() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{what}");
}

#[tokio::test]
async fn the_proxy_gets_the_name_and_looks_it_up() {
    let (tor, i2p) = (Socks::start(Answer::Echo), Socks::start(Answer::Echo));
    let proxies = Proxies::new(Some(tor.at), Some(i2p.at)).unwrap().allow("[2001:db8::1]");
    let onion = Forwarder::start(&proxies, "ABCD.onion", 4222).await.unwrap();
    assert!(onion.address().ip().is_loopback());
    assert_eq!(said(&onion, b"PING\r\n").await, b"PING\r\n.");
    let hidden = Forwarder::start(&proxies, "xyz.b32.i2p", 7).await.unwrap();
    assert_eq!(said(&hidden, b"PING\r\n").await, b"PING\r\n.");
    let six = Forwarder::start(&proxies, "[2001:db8::1]", 8).await.unwrap();
    assert_eq!(said(&six, b"PING\r\n").await, b"PING\r\n.");

    let asked = tor.asked();
    let places: Vec<_> = asked.iter().map(|a| (a.kind, a.name.as_str(), a.port)).collect();
    assert!(places.contains(&(3, "abcd.onion", 4222)), "{places:?}");
    assert!(places.contains(&(4, "20010db8000000000000000000000001", 8)), "{places:?}");
    assert_eq!(i2p.asked().len(), 1);
    assert_eq!((i2p.asked()[0].name.as_str(), i2p.asked()[0].port), ("xyz.b32.i2p", 7));
    assert_eq!(i2p.asked()[0].user, "", "I2P may know no passwords");
}

#[tokio::test]
async fn circuits_are_apart_by_destination_and_by_forwarder() {
    let socks = Socks::start(Answer::Echo);
    for host in ["one.onion", "two.onion", "one.onion"] {
        let forwarder = Forwarder::start(&tor(socks.at), host, 1).await.unwrap();
        for _ in 0..2 {
            said(&forwarder, b"x").await;
        }
    }
    let asked = socks.asked();
    assert_eq!(asked.len(), 6);
    for pair in asked.chunks(2) {
        assert_eq!((&pair[0].user, &pair[0].password), (&pair[1].user, &pair[1].password));
        assert!(pair[0].user.starts_with("mundi-") && pair[0].password.len() == 32, "{pair:?}");
    }
    assert_ne!(asked[0].user, asked[2].user, "by destination");
    assert_eq!(asked[0].user, asked[4].user);
    assert_ne!(asked[0].password, asked[4].password, "by forwarder");
}

#[tokio::test]
async fn what_is_wrong_with_a_proxy_is_said() {
    let down = nobody();
    for (at, wanted) in [
        (
            down,
            format!(
                "the Tor proxy at {down} does not answer (connection refused): is Tor running?"
            ),
        ),
        (Socks::start(Answer::Garbage).at, "is no SOCKS5 proxy".to_owned()),
        (
            Socks::start(Answer::Refuse(4)).at,
            "Tor does not reach a.onion:9 (host unreachable)".to_owned(),
        ),
        (
            Socks::start(Answer::Refuse(0xf4)).at,
            "Tor does not reach a.onion:9 (for a reason of its own)".to_owned(),
        ),
    ] {
        let forwarder = Forwarder::start(&tor(at), "a.onion", 9).await.unwrap();
        assert_eq!(forwarder.last_error(), None, "nothing is connected to before it is asked");
        assert_eq!(said(&forwarder, b"PING").await, b"");
        let error = forwarder.last_error().unwrap().to_string();
        assert!(error.contains(&wanted), "{error}");
        assert_eq!(forwarder.carried().reached, 0);
    }
}

#[tokio::test]
async fn an_error_is_forgotten_when_the_host_is_reached() {
    let place = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = place.local_addr().unwrap();
    drop(place);
    let forwarder = Forwarder::start(&Proxies::default(), "localhost", at.port()).await.unwrap();
    assert_eq!(said(&forwarder, b"x").await, b"");
    let error = forwarder.last_error().unwrap().to_string();
    assert!(error.contains(&format!("nothing answers at {at} (connection refused)")), "{error}");

    let place = TcpListener::bind(at).await.unwrap();
    let (client, host) = tokio::join!(TcpStream::connect(forwarder.address()), place.accept());
    let (mut client, (mut host, _)) = (client.unwrap(), host.unwrap());
    client.write_all(b"abc").await.unwrap();
    let mut heard = [0; 3];
    host.read_exact(&mut heard).await.unwrap();
    assert_eq!(forwarder.last_error(), None);
    assert_eq!((forwarder.carried().open, forwarder.carried().sent), (1, 3));
}

#[tokio::test]
async fn one_direction_goes_on_when_the_other_has_ended() {
    let place = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = place.local_addr().unwrap().port();
    let forwarder = Forwarder::start(&Proxies::default(), "127.0.0.1", port).await.unwrap();
    let (client, host) = tokio::join!(TcpStream::connect(forwarder.address()), place.accept());
    let (mut client, (mut host, _)) = (client.unwrap(), host.unwrap());
    let much = vec![7; 300_000];
    host.shutdown().await.unwrap();
    let mut heard = Vec::new();
    client.read_to_end(&mut heard).await.unwrap();
    assert!(heard.is_empty());
    let write = async {
        client.write_all(&much).await.unwrap();
        client.shutdown().await.unwrap();
    };
    let ((), read) = tokio::join!(write, host.read_to_end(&mut heard));
    assert_eq!((read.unwrap(), heard == much), (300_000, true));
    until("the connection ends", || forwarder.carried().open == 0).await;
    assert_eq!((forwarder.carried().sent, forwarder.carried().received), (300_000, 0));
}

#[tokio::test]
async fn more_connections_than_a_home_makes_are_not_taken() {
    let silent = Socks::start(Answer::Nothing);
    let forwarder = Forwarder::start(&tor(silent.at), "a.onion", 9).await.unwrap();
    let mut clients = Vec::new();
    for _ in 0..FORWARDED_CONNECTIONS {
        clients.push(TcpStream::connect(forwarder.address()).await.unwrap());
    }
    until("all are taken", || forwarder.carried().open == FORWARDED_CONNECTIONS).await;
    assert_eq!(said(&forwarder, b"").await, b"");
    assert_eq!(forwarder.last_error(), Some(ForwardError::Full));
    // Whoever hangs up before the host is reached gives its place back at once.
    clients.clear();
    until("places are given back", || forwarder.carried().open == 0).await;
}

#[tokio::test]
async fn a_dropped_forwarder_carries_nothing_any_more() {
    let socks = Socks::start(Answer::Echo);
    let forwarder = Forwarder::start(&tor(socks.at), "a.onion", 9).await.unwrap();
    let at = forwarder.address();
    let mut client = TcpStream::connect(at).await.unwrap();
    client.write_all(b"a").await.unwrap();
    assert_eq!(client.read_u8().await.unwrap(), b'a');
    drop(forwarder);
    assert!(client.read_u8().await.is_err());
    for _ in 0..100 {
        if TcpStream::connect(at).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it still listens");
}

#[tokio::test(start_paused = true)]
async fn a_proxy_that_says_nothing_is_given_up() {
    let silent = Socks::start(Answer::Nothing);
    let forwarder = Forwarder::start(&tor(silent.at), "a.onion", 9).await.unwrap();
    assert_eq!(said(&forwarder, b"x").await, b"");
    let error = forwarder.last_error().unwrap();
    assert_eq!(error, ForwardError::Timeout("a.onion:9".into()));
}
