//! Brokers that ask each other for what they have.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::time::Instant;

use common::{Hands, Place, code, drain, entrance, now, open, options, parcel, put, start, tag};
use common::{unlimited, until};
use mundi_broker::keys::{BrokerKey, hex};
use mundi_broker::{Broker, Peer, Settings, settings};
use mundi_identity::DeviceKey;
use mundi_identity::inbox::{Policy, hashed, inbox_of, pass};
use mundi_transport::broker_link::BrokerLink;
use mundi_transport::wire::{Mailbox, Parcel, Status};

struct Three {
    folders: Vec<tempfile::TempDir>,
    brokers: Vec<Option<Broker>>,
}

/// Three brokers that have each other on their lists.
async fn three() -> Three {
    let ports: Vec<TcpListener> =
        (0..3).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    let at: Vec<SocketAddr> = ports.iter().map(|port| port.local_addr().unwrap()).collect();
    drop(ports);
    let folders: Vec<_> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let mut keys = Vec::new();
    for folder in &folders {
        keys.push(settings::init(folder.path(), &open()).unwrap().public());
    }
    let peer = |n: usize| Peer { address: format!("{}#{}", at[n], hex(&keys[n])), via: None };
    let mut brokers = Vec::new();
    for (n, folder) in folders.iter().enumerate() {
        let peers = (0..3).filter(|other| *other != n).map(peer).collect();
        Settings { listen: at[n], peers, ..open() }.save(folder.path()).unwrap();
        brokers.push(Some(start(folder.path(), options(&Hands::default(), unlimited())).await));
    }
    Three { folders, brokers }
}

impl Three {
    async fn user(&self, broker: usize) -> BrokerLink {
        let address = self.brokers[broker].as_ref().unwrap().address();
        common::enter(address, 1, None).await.unwrap()
    }
}

async fn has(link: &BrokerLink, mailbox: u8, count: usize) -> bool {
    drain(link, tag(mailbox)).await.len() == count
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_everywhere_and_who_was_away_catches_up() {
    let mut three = three().await;
    let users = [three.user(0).await, three.user(1).await, three.user(2).await];
    for (n, user) in (0..).zip(&users) {
        for part in 0..4 {
            let parcels = (0..50).map(|k| parcel(1, n * 1_000 + part * 50 + k)).collect();
            assert_eq!(put(user, parcels).await, [Status::Stored; 50]);
        }
    }
    let since = Instant::now();
    for user in &users {
        assert!(until(30, || has(user, 1, 600)).await);
    }
    println!("600 parcels at three brokers after {:?}", since.elapsed());

    // A pass is valid everywhere, as its policy goes there too.
    let (ada, ben) = (DeviceKey::rehearsal("p", "ada", ""), DeviceKey::rehearsal("p", "ben", ""));
    let (name, pass) = (inbox_of(&ada.public()), pass(&ben, &ada.public(), &ada.public()).unwrap());
    let policy = Policy { device: ada.public(), at: now(), bits: 30, passes: vec![hashed(&pass)] };
    let policy = Parcel::new(Mailbox::policy(name), policy.sign(&ada));
    let letter = Parcel::new(Mailbox::inbox(name), vec![1; 512]).with_proof(pass.to_vec());
    assert_eq!(put(&users[0], vec![policy]).await, [Status::Stored]);
    assert_eq!(put(&users[0], vec![letter.clone()]).await, [Status::Stored]);
    // A newer one takes the place of that which the letter has come under.
    let newer =
        Policy { device: ada.public(), at: now() + 1_000, bits: 31, passes: vec![hashed(&pass)] };
    let newer = Parcel::new(Mailbox::policy(name), newer.sign(&ada));
    assert_eq!(put(&users[0], vec![newer]).await, [Status::Stored]);
    for user in &users {
        let had = || async {
            use mundi_transport::link::Link;
            user.have(vec![letter.hash()]).await.unwrap() == [true]
        };
        assert!(until(30, had).await);
    }

    let away = three.brokers[2].take().unwrap();
    let pid = away.server().0.to_string();
    assert!(std::process::Command::new("kill").args(["-9", &pid]).status().unwrap().success());
    drop(away);
    let parcels = (0..50).map(|n| parcel(2, n)).collect();
    assert_eq!(put(&users[0], parcels).await, [Status::Stored; 50]);
    let folder = three.folders[2].path();
    three.brokers[2] = Some(start(folder, options(&Hands::default(), unlimited())).await);
    let since = Instant::now();
    let back = three.user(2).await;
    assert!(until(30, || has(&back, 2, 50)).await);
    println!("caught up after {:?}", since.elapsed());
    assert!(has(&back, 1, 600).await);
    assert!(until(30, || has(&users[1], 2, 50)).await);
    // Each parcel was stored once, and those of others taken once.
    let counts = three.brokers[1].as_ref().unwrap().counts();
    assert!((652..=653).contains(&counts.stored.get()));
    assert_eq!(counts.stored.get() - counts.federated.get(), 200);
    for broker in three.brokers.into_iter().flatten() {
        broker.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_on_no_list_is_refused() {
    let place = Place::new(Settings { name: "closed".into(), ..Settings::default() }).await;
    assert!(entrance(&place.address(), 7).connect().await.is_err());
    place.broker.stop().await;

    let listed = BrokerKey::from_seed(&[7; 32]).public();
    let peers = vec![Peer { address: format!("127.0.0.1:9#{}", hex(&listed)), via: None }];
    let place = Place::new(Settings { peers, ..open() }).await;
    let (peer, stranger) = (place.user(7).await, place.user(8).await);
    put(&stranger, vec![parcel(1, 1), parcel(1, 2)]).await;
    assert_eq!(code(stranger.list(0).await), "not-allowed");
    assert_eq!(code(stranger.take(vec![1]).await), "not-allowed");
    let listed = peer.list(0).await.unwrap();
    assert_eq!((listed.rows.len(), listed.last), (2, 2));
    assert_eq!((listed.rows[0].size, listed.rows[0].hash), (633, parcel(1, 1).hash().into()));
    let taken = peer.take(vec![2, 9, 1]).await.unwrap();
    let numbers: BTreeSet<u64> = taken.0.iter().map(|(.., number)| *number).collect();
    assert_eq!(numbers, BTreeSet::from([1, 2]));
    assert_eq!(taken.0[0].1, place.address().key.into());
    place.broker.stop().await;
}
