//! Homes with leaves: what is said while the broker is away arrives, and what has come is read while it is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

#[path = "../node/tests/homes/mod.rs"]
mod homes;

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use homes::{Person, acquaint, by_real_time, escrow, people};
use mundi_broker::leaf::{Leaf, LeafKeys, LeafOptions, LeafSettings, Upstream, init};
use mundi_broker::{Admission, Broker, Options, Settings, settings};
use mundi_engine::sealing::Waits;
use mundi_node::clock;
use mundi_node::network::{Exchange, Network, Online, Progress, Timing};

fn free() -> SocketAddr {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap()
}

/// Gives a home a leaf at a broker.
async fn planted(person: &mut Person, upstream: &Upstream) -> (tempfile::TempDir, Leaf) {
    let folder = tempfile::tempdir().unwrap();
    let settings =
        LeafSettings { listen: free(), brokers: vec![upstream.clone()], ..Default::default() };
    let settings = init(folder.path(), &settings).unwrap();
    let keys = LeafKeys::read(folder.path()).unwrap();
    let leaf = Leaf::start(folder.path(), LeafOptions::default()).await;
    let leaf = leaf.unwrap_or_else(|e| panic!("the leaf does not start: {e}"));
    let brokers = vec![upstream.read().unwrap().0];
    let address = Some(settings.address(&keys));
    let network = Network { brokers, leaf: address, ..Network::default() };
    person.home.set_network(&network).unwrap();
    person.home.set_leaf_seed(&keys.home.seed()).unwrap();
    (folder, leaf)
}

/// Connects, catches up, and leaves. What has happened, and how the link stood.
async fn sync(person: &mut Person) -> (Vec<Progress>, String) {
    let link = person.home.connect(None).await.unwrap();
    let timing = Timing { clock: clock::now, waits: Waits::NONE };
    let begun = Exchange::begin(&mut person.home, link, Online::new(), timing).await;
    let mut exchange = begun.unwrap();
    let progress = exchange.catch_up(&mut person.home).await.unwrap();
    (progress, exchange.link().standing().to_string())
}

fn entries(person: &Person) -> usize {
    person.home.room_of(None).map_or(0, |room| room.replica.len())
}

/// Waits until something holds of a leaf.
async fn until(leaf: &Leaf, holds: impl Fn(bool, u64, u64) -> bool) {
    for _ in 0..600 {
        let status = leaf.status().await.unwrap();
        if holds(status.broker.is_some(), status.out, status.letters) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{:?}", leaf.status().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_while_the_broker_is_away_comes_and_is_read_while_it_is() {
    by_real_time();
    let mut all = people(&["ada", "ben", "cy"]);
    acquaint(&mut all);
    let folder = tempfile::tempdir().unwrap();
    let open = Settings {
        listen: free(),
        leaves: free(),
        admission: Admission::Open,
        ..Settings::default()
    };
    settings::init(folder.path(), &open).unwrap();
    let start = || async { Broker::start(folder.path(), Options::default()).await.unwrap() };
    let broker = start().await;
    let leaves = Some(open.leaves.port());
    let upstream = Upstream { address: broker.address().to_string(), leaves, invitation: None };
    let (_one, ada) = planted(&mut all[0], &upstream).await;
    let (_two, ben) = planted(&mut all[1], &upstream).await;
    until(&ada, |there, _, _| there).await;
    until(&ben, |there, _, _| there).await;

    // An invitation comes through leaves, to an inbox that is read live.
    escrow(&mut all[0]);
    let (said, standing) = sync(&mut all[0]).await;
    assert!(standing.contains("through the local leaf"), "{standing}");
    assert!(said.iter().any(|one| matches!(one, Progress::Kept(_))), "{said:?}");
    assert!(all[0].home.store().queued().unwrap() > 0, "until a broker has it, it is queued");
    until(&ada, |_, out, _| out == 0).await;
    // Where an inbox does not know her pass yet, the home hears so, does the work, and gives it again.
    for _ in 0..40 {
        sync(&mut all[0]).await;
        if all[0].home.store().queued().unwrap() == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    assert_eq!(all[0].home.store().queued().unwrap(), 0, "the leaf has told");
    // What is followed since the invitation comes a moment later.
    for _ in 0..40 {
        sync(&mut all[1]).await;
        if entries(&all[1]) > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    assert_eq!(entries(&all[1]), entries(&all[0]), "ben has the conversation");

    // The broker is away: ada says something all the same, and her home is closed then.
    broker.stop().await;
    until(&ada, |there, _, _| !there).await;
    all[0].say("order", "quantity=1, address=\"1 High St\"");
    let (said, standing) = sync(&mut all[0]).await;
    assert!(said.iter().any(|one| matches!(one, Progress::Kept(_))), "{said:?}");
    assert!(standing.contains("no broker just now"), "{standing}");
    until(&ada, |_, out, _| out > 0).await;

    // It is back: the leaves do the rest, and no home is open.
    let broker = start().await;
    until(&ada, |there, out, _| there && out == 0).await;
    until(&ben, |there, _, letters| there && letters > 0).await;

    // It is away again, and ben reads.
    broker.stop().await;
    until(&ben, |there, _, _| !there).await;
    sync(&mut all[1]).await;
    assert_eq!(entries(&all[1]), entries(&all[0]));

    // Without leaves everything works directly.
    ada.stop().await;
    ben.stop().await;
    let broker = start().await;
    let (said, standing) = sync(&mut all[1]).await;
    assert!(!standing.contains("leaf"), "{standing} {said:?}");
    broker.stop().await;
}
