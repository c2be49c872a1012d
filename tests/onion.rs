//! Two homes hold an order through a broker that is an onion service with client authorisation, over a Tor
//! network of its own on this machine; without the key nobody comes in.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![cfg(target_os = "linux")]

#[path = "../node/tests/homes/mod.rs"]
mod homes;
#[path = "../transport/tests/tornet/mod.rs"]
mod tornet;

use std::time::{Duration, Instant};

use homes::{Person, acquaint, by_real_time, escrow, people};
use mundi_broker::{Admission, Broker, Options, Settings, settings};
use mundi_engine::sealing::Waits;
use mundi_node::clock;
use mundi_node::network::{Exchange, Network, Online, Progress, Timing};
use mundi_transport::address::BrokerAddress;
use mundi_transport::control::Control;
use mundi_transport::onion::{ClientKey, Hosting, Identity, OnionAddress, Onions, reached};

const PORT: u16 = 4222;

/// Connects through Tor, catches up for a while, and leaves.
async fn sync(person: &mut Person, until: impl Fn(&Person) -> bool) -> Vec<Progress> {
    let link = person.home.connect(None).await.unwrap();
    let timing = Timing { clock: clock::now, waits: Waits::NONE };
    let begun = Exchange::begin(&mut person.home, link, Online::new(), timing).await;
    let mut exchange = begun.unwrap();
    let mut progress = exchange.catch_up(&mut person.home).await.unwrap();
    let end = Instant::now() + Duration::from_secs(30);
    while !until(person) && Instant::now() < end {
        progress.extend(exchange.next(&mut person.home).await.unwrap());
    }
    progress
}

fn entries(person: &Person) -> u64 {
    person.home.find(None).map_or(0, |row| row.entries)
}

fn is_final(person: &Person) -> bool {
    person.home.room_of(None).is_ok_and(|room| room.replica.is_final())
}

#[test]
fn an_order_is_held_through_a_broker_behind_an_onion_service() {
    let tor = tornet::Network::start();
    by_real_time();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let open = Settings { admission: Admission::Open, ..Settings::default() };
        settings::init(folder.path(), &open).unwrap();
        let broker = Broker::start(folder.path(), Options::default()).await.unwrap();
        let control = Control::connect(tor.port("control"), None).await.unwrap();
        reached(&control, |step| println!("{step}")).await.unwrap();
        let key = ClientKey::new([7; 32]);
        let hosted = control
            .host(Hosting {
                identity: Identity::New,
                port: PORT,
                local: broker.places().clients,
                leaves: None,
                clients: vec![key.public()],
            })
            .await
            .unwrap();
        let address = hosted.address.host();
        let address = BrokerAddress { host: address, port: PORT, key: broker.address().key };
        let mut all = people(&["ada", "ben", "cy"]);
        acquaint(&mut all);
        let socks = tor.port("socks");
        for person in &mut all {
            let network =
                Network { tor: Some(socks), brokers: vec![address.clone()], ..Network::default() };
            person.home.set_network(&network).unwrap();
        }
        escrow(&mut all[0]);
        without_the_key(&mut all[0]).await;
        hold(&mut all, &control, &hosted.address, key).await;
        // The proxy is gone: the home stays off-line, and says why.
        let gone = Network {
            tor: Some("127.0.0.1:9".parse().unwrap()),
            brokers: vec![address],
            ..Network::default()
        };
        all[0].home.set_network(&gone).unwrap();
        let refused = all[0].home.connect(None).await.err().unwrap().to_string();
        assert!(refused.contains("127.0.0.1:9"), "{refused}");
        broker.stop().await;
    });
}

async fn without_the_key(ada: &mut Person) {
    let refused = ada.home.connect(None).await.err().unwrap().to_string();
    println!("without the key: {refused}");
    assert!(refused.contains("Tor") || refused.contains("onion"), "{refused}");
}

async fn hold(all: &mut [Person], control: &Control, service: &OnionAddress, key: ClientKey) {
    control.admit(service.clone(), key).await.unwrap();
    let began = Instant::now();
    sync(&mut all[0], |_| true).await;
    sync(&mut all[1], |ben| entries(ben) == 1).await;
    let deeds = [
        (0, "order", "quantity=1, address=\"1 High St\""),
        (1, "accept", ""),
        (0, "pay", "reference=\"x\""),
        (1, "ship", "tracking=\"t\""),
        (0, "confirm", ""),
    ];
    for (number, (who, message, fields)) in (2..).zip(deeds) {
        all[who].say(message, fields);
        sync(&mut all[who], |_| true).await;
        let other = &mut all[1 - who];
        sync(other, |person| entries(person) >= number).await;
    }
    sync(&mut all[0], is_final).await;
    sync(&mut all[1], is_final).await;
    println!("an order through an onion service, with 12 connections: {:?}", began.elapsed());
    let hash = |person: &Person| person.home.room_of(None).unwrap().replica.state_hash();
    assert_eq!(hash(&all[0]), hash(&all[1]));
    assert!(is_final(&all[0]) && is_final(&all[1]));
}
