//! A backlog of 1,000 entries through an onion service on a Tor network of its own, beside the same bytes
//! through the same onion service raw; and how often each side has to wait for the other.
//!
//! Needs nats-server (in PATH or named by MUNDI_NATS_SERVER) and tor.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::float_arithmetic,
    clippy::panic,
    reason = "a measurement"
)]

#[path = "../node/tests/homes/mod.rs"]
mod homes;
mod support;
#[path = "../transport/tests/tornet/mod.rs"]
mod tornet;

use std::net::SocketAddr;
use std::time::Instant;

use homes::{Person, acquaint, by_real_time, fields, open_as, people};
use mundi_broker::service::{Rate, Rates};
use mundi_broker::{Admission, Broker, Options, Settings, settings};
use mundi_engine::sealing::Waits;
use mundi_node::clock;
use mundi_node::network::{Exchange, Network, Online, Timing};
use mundi_transport::address::BrokerAddress;
use mundi_transport::control::Control;
use mundi_transport::forwarder::Forwarder;
use mundi_transport::onion::{Hosting, Identity, Onions, reached};
use support::{figure, median};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const TALK: &str = include_str!("../examples/conversations/discussion.conv");
const ENTRIES: usize = 1_000;
const ROUNDS: usize = 5;
/// An envelope of the smallest size, and what stands around it.
const BYTES: usize = ENTRIES * (512 + 121 + 16);

async fn sync(person: &mut Person, network: &Network) -> usize {
    person.home.set_network(network).expect("set");
    let link = person.home.connect(None).await.expect("a link");
    let timing = Timing { clock: clock::now, waits: Waits::NONE };
    let begun = Exchange::begin(&mut person.home, link, Online::new(), timing).await;
    begun.expect("begun").catch_up(&mut person.home).await.expect("caught up").len()
}

/// A server that gives so many bytes to everybody who says something.
async fn giver() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut bytes = vec![0; BYTES];
                mundi_node::chance::fill(&mut bytes).unwrap();
                let mut asked = [0; 1];
                stream.read_exact(&mut asked).await.unwrap();
                stream.write_all(&bytes).await.unwrap();
                let _until_it_hangs_up = stream.read(&mut asked).await;
            });
        }
    });
    at
}

async fn raw(network: &Network, host: &str) -> f64 {
    let since = Instant::now();
    let forwarder = Forwarder::start(&network.proxies().unwrap(), host, 4222).await.unwrap();
    let mut stream = TcpStream::connect(forwarder.address()).await.unwrap();
    stream.write_all(b"x").await.unwrap();
    let mut bytes = vec![0; BYTES];
    stream.read_exact(&mut bytes).await.unwrap();
    since.elapsed().as_secs_f64()
}

fn main() {
    let tor = tornet::Network::start();
    by_real_time();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(bench(&tor));
}

async fn bench(tor: &tornet::Network) {
    let folder = tempfile::tempdir().unwrap();
    let open = Settings { admission: Admission::Open, ..Settings::default() };
    settings::init(folder.path(), &open).unwrap();
    let rate = Rate { each_second: 1 << 40, burst: 1 << 40 };
    let options = Options { rates: Rates { parcels: rate, bytes: rate }, ..Options::default() };
    let broker = Broker::start(folder.path(), options).await.unwrap_or_else(|e| panic!("{e}"));
    let control = Control::connect(tor.port("control"), None).await.unwrap();
    reached(&control, |_| ()).await.unwrap();
    let host = async |local: SocketAddr| {
        let (identity, leaves) = (Identity::New, None);
        let wanted = Hosting { identity, port: 4222, local, leaves, clients: vec![] };
        control.host(wanted).await.unwrap().address.host()
    };
    let (ours, theirs) = (host(broker.places().clients).await, host(giver().await).await);
    let key = broker.address().key;
    let near = Network { brokers: vec![broker.address().clone()], ..Network::default() };
    let far = Network {
        tor: Some(tor.port("socks")),
        brokers: vec![BrokerAddress { host: ours, port: 4222, key }],
        ..Network::default()
    };
    let mut all = people(&["ada", "ben", "cy"]);
    acquaint(&mut all);
    let mut room = open_as(
        &mut all[0],
        TALK,
        &[("moderator", "me"), ("speaker", "ben,cy")],
        "question=\"why?\"",
    );
    sync(&mut all[0], &near).await;
    sync(&mut all[1], &near).await;
    let (mut synced, mut given, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        for n in 0..ENTRIES {
            let words = fields(&format!("words=\"{round} {n}\""));
            all[0].home.say(&mut room, "say", &words, clock::now()).unwrap();
        }
        sync(&mut all[0], &near).await;
        let since = Instant::now();
        sync(&mut all[1], &far).await;
        let took = since.elapsed().as_secs_f64();
        let entries = all[1].home.find(None).unwrap().entries;
        assert_eq!(entries as usize, 1 + (round + 1) * ENTRIES);
        let bare = raw(&far, &theirs).await;
        ratios.push(took / bare);
        synced.push(took);
        given.push(bare);
    }
    println!("synced, s: {synced:.2?}; raw, s: {given:.2?}");
    figure("tor_backlog_s", median(synced));
    figure("tor_backlog_over_raw", median(ratios));
    broker.stop().await;
}
