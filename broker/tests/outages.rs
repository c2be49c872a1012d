//! What users with too much, a nats-server that is killed, and a leaf do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{Place, drain, enter, open, parcel, put, tag, unlimited, until};
use mundi_broker::{Broker, Options, server};
use mundi_transport::link::Link;
use mundi_transport::wire::{Info, Parcel, Put, PutAnswer, Status, Wire};
use nkeys::{KeyPair, KeyPairType};

/// Milliseconds from `put` to `get` of single parcels, sorted.
async fn journeys(place: &Place, seed: u8, count: u64) -> Vec<u128> {
    let (from, to) = (place.user(seed).await, place.user(seed + 1).await);
    let (mut took, mut after) = (Vec::new(), 0);
    for number in 0..count {
        let since = Instant::now();
        assert_eq!(put(&from, vec![parcel(seed, number)]).await, [Status::Stored]);
        // Stored is on the disk; it is shown when all that came before it is.
        let found = loop {
            let (letters, _, last) = common::get(&to, tag(seed), after).await;
            if !letters.is_empty() || since.elapsed() > Duration::from_secs(10) {
                break (letters, last);
            }
        };
        assert_eq!(found.0.len(), 1);
        after = found.1;
        took.push(since.elapsed().as_micros());
    }
    took.sort_unstable();
    took
}

#[tokio::test(flavor = "multi_thread")]
async fn who_floods_is_throttled_and_others_are_served() {
    let place = Place::new(open()).await;
    let alone = journeys(&place, 10, 200).await;
    let flooder = place.user(1).await;
    let flood = async {
        let (mut stored, mut throttled, mut wait) = (0, 0, 0);
        let parts: Vec<Vec<Parcel>> = (0..10_000_u64)
            .map(|number| parcel(1, number))
            .collect::<Vec<_>>()
            .chunks(64)
            .map(<[Parcel]>::to_vec)
            .collect();
        let asked = parts.into_iter().map(|part| flooder.put(part));
        for answer in futures::future::join_all(asked).await {
            let PutAnswer { statuses, wait: asked } = answer.unwrap();
            stored += statuses.iter().filter(|s| **s == Status::Stored).count();
            throttled += statuses.iter().filter(|s| **s == Status::Throttled).count();
            wait = wait.max(asked);
        }
        (stored, throttled, wait)
    };
    let (flooded, (stored, throttled, wait)) = tokio::join!(journeys(&place, 20, 200), flood);
    let p99 = |took: &[u128]| took[took.len() * 99 / 100];
    println!("p99 put to get, alone: {} us; beside a flood: {} us", p99(&alone), p99(&flooded));
    println!("of the flood {stored} stored, {throttled} throttled, wait {wait} ms");
    assert_eq!(stored + throttled, 10_000);
    assert!((2_000..5_000).contains(&stored), "{stored}");
    assert!(wait > 0);
    assert!(place.broker.counts().throttled.get() >= 5_000);
    place.broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_called_stored_survives_the_death_of_the_server() {
    let place = Place::with(open(), unlimited()).await;
    let address = place.address();
    let (first, _) = place.broker.server();
    let mut stored = Vec::new();
    let mut link = place.user(1).await;
    // Twenty waves of ten requests at once; the server is killed in the midst of the tenth.
    for wave in 0..20_u64 {
        if wave == 10 {
            let pid = first.to_string();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(5)).await;
                assert!(Command::new("kill").args(["-9", &pid]).status().unwrap().success());
            });
        }
        let part = |k: u64| (0..50).map(|n| parcel(1, wave * 500 + k * 50 + n)).collect();
        let parts: Vec<Vec<Parcel>> = (0..10).map(part).collect();
        let asked = parts.iter().map(|part| link.put(part.clone()));
        let answers = futures::future::join_all(asked).await;
        for (part, answer) in parts.iter().zip(&answers) {
            let Ok(answer) = answer else { continue };
            let sure = part.iter().zip(&answer.statuses);
            let sure = sure.filter(|(_, s)| matches!(s, Status::Stored | Status::Known));
            stored.extend(sure.map(|(parcel, _)| parcel.hash()));
        }
        if link.ends().is_none() {
            let again = || async { enter(&address, 1, None).await.is_ok() };
            assert!(until(30, again).await, "the server comes back");
            link = enter(&address, 1, None).await.unwrap();
        }
    }
    let (second, starts) = place.broker.server();
    assert!(second != first && starts == 2, "{first} {second} {starts}");
    println!("{} of 10000 were called stored", stored.len());
    assert!(stored.len() >= 9_000);
    for hashes in stored.chunks(1_000) {
        let had = link.have(hashes.to_vec()).await.unwrap();
        assert!(had.iter().all(|had| *had));
    }
    let found = drain(&link, tag(1)).await;
    let found: std::collections::BTreeSet<_> =
        found.into_iter().map(|e| Parcel::new(tag(1), e).hash()).collect();
    assert!(stored.iter().all(|hash| found.contains(hash)), "all of it can be got");

    // And what the index says is what the disk has.
    place.broker.stop().await;
    let place = Place::start(place.folder, unlimited()).await;
    let link = place.user(1).await;
    assert_eq!(drain(&link, tag(1)).await.len(), found.len());
    place.broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaf_carries_what_its_user_asks() {
    let place = Place::new(open()).await;
    let user = KeyPair::new_from_raw(KeyPairType::User, [5; 32]).unwrap();
    let (name, seed) = (user.public_key(), user.seed().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let at = free.local_addr().unwrap();
    drop(free);
    let leaves = place.broker.places().leaves;
    let store = folder.path().join("store");
    let config = format!(
        "listen: \"{at}\"\nserver_name: leaf\njetstream {{ store_dir: {store:?}, domain: leaf }}\nleafnodes {{ remotes: [ {{ url: \"nats-leaf://{leaves}\", \
         nkey: \"{seed}\", ignore_discovered_servers: true }} ] }}\n"
    );
    let path = folder.path().join("leaf.conf");
    std::fs::write(&path, config).unwrap();
    let mut leaf = Command::new(server::find());
    let leaf = leaf.arg("-c").arg(&path).stdout(Stdio::null()).stderr(Stdio::null());
    let leaf = Ended(leaf.spawn().unwrap());

    let connected = || async { async_nats::connect(at.to_string()).await.is_ok() };
    assert!(until(20, connected).await, "the leaf starts");
    let local = async_nats::ConnectOptions::new().custom_inbox_prefix(format!("_R.{name}"));
    let local = local.connect(at.to_string()).await.unwrap();
    let info = || async {
        let asked = local.request(format!("mundi.{name}.info"), "".into()).await;
        asked.is_ok_and(|answer| Info::from_bytes(&answer.payload).is_ok())
    };
    assert!(until(20, info).await, "the leaf reaches the broker");
    let request = Put(vec![parcel(1, 1)]).to_bytes();
    let answer = local.request(format!("mundi.{name}.put"), request.into()).await.unwrap();
    let answer = PutAnswer::from_bytes(&answer.payload).unwrap();
    assert_eq!(answer.statuses, [Status::Stored]);
    assert_eq!(drain(&place.user(1).await, tag(1)).await.len(), 1);
    // Another's verbs it cannot reach.
    let other = KeyPair::new_from_raw(KeyPairType::User, [6; 32]).unwrap().public_key();
    let answer = local.request(format!("mundi.{other}.info"), "".into()).await;
    assert!(answer.is_err());
    drop(leaf);
    place.broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_server_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    mundi_broker::settings::init(folder.path(), &open()).unwrap();
    let program = Some("/nowhere/nats-server".into());
    let missing = Options { program, ..Options::default() };
    let Err(error) = Broker::start(folder.path(), missing).await else { panic!("it starts") };
    let said = error.to_string();
    assert!(said.contains("/nowhere/nats-server") && said.contains("MUNDI_NATS_SERVER"), "{said}");
    // One that is no nats-server says so too.
    let program = Some("/bin/false".into());
    let wrong = Options { program, ..Options::default() };
    assert!(Broker::start(folder.path(), wrong).await.is_err());
}

struct Ended(std::process::Child);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}
