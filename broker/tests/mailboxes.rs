//! What users put and get, at a broker with a real nats-server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::time::{Duration, Instant};

use common::{Place, all, envelope, get, now, open, parcel, put, tag, until};
use mundi_broker::keys::BrokerKey;
use mundi_broker::{notice, settings};
use mundi_transport::link::Link;
use mundi_transport::wire::{Got, Parcel, Status, Want};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_is_got_once_and_in_order() {
    let place = Place::new(open()).await;
    let (ada, ben) = (place.user(1).await, place.user(2).await);
    let sent: Vec<Parcel> = (0..100).map(|n| parcel(1, n)).collect();
    assert_eq!(put(&ada, sent[..64].to_vec()).await, [Status::Stored; 64]);
    assert_eq!(put(&ada, sent[64..].to_vec()).await, [Status::Stored; 36]);
    assert_eq!(put(&ben, sent[..3].to_vec()).await, [Status::Known; 3]);
    let (letters, store, last) = get(&ben, tag(1), 0).await;
    let envelopes: Vec<&[u8]> = letters.iter().map(|letter| letter.envelope.as_slice()).collect();
    let mut expected: Vec<&[u8]> = sent.iter().map(Parcel::envelope).collect();
    expected.sort_unstable();
    let mut sorted = envelopes.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected);
    assert!(letters.is_sorted_by_key(|letter| letter.number));
    assert_eq!(get(&ben, tag(1), last).await, (vec![], store, last));
    assert_eq!(get(&ben, tag(2), 0).await.0, []);
    let half = letters[49].number;
    assert_eq!(get(&ben, tag(1), half).await.0.len(), 50);

    let had = ada.have(vec![sent[0].hash(), [9; 32], sent[99].hash()]).await.unwrap();
    assert_eq!(had, [true, false, true]);
    let info = ada.info().await.unwrap();
    assert_eq!((*info.key, *info.store, info.bits), (place.address().key, store, 16));
    assert_eq!((info.admission.as_str(), info.keeps), ("open", 30 * 86_400_000));
    assert!(info.now.abs_diff(now()) < 10_000);
    let two = || async { ada.info().await.unwrap().users == 2 };
    assert!(until(10, two).await, "two users are connected");
    place.broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_told_at_once() {
    let place = Place::new(open()).await;
    let (ada, ben) = (place.user(1).await, place.user(2).await);
    put(&ada, vec![parcel(1, 0)]).await;
    let wants = vec![Want::new(tag(9), 0), Want::new(tag(1), 0)];
    let mut letters = ben.get(wants, vec![], 3).await.unwrap();
    let Some(Ok(Got::Some(first))) = letters.recv().await else { panic!("nothing") };
    assert_eq!((first.len(), first[0].index), (1, 1));
    for number in 1..6 {
        let since = Instant::now();
        put(&ada, vec![parcel(1, number)]).await;
        let stored = since.elapsed();
        let Some(Ok(Got::Some(pushed))) = letters.recv().await else { panic!("nothing") };
        println!("stored after {stored:?}, there after {:?}", since.elapsed());
        assert_eq!(pushed[0].envelope.as_slice(), envelope(1, number, 633));
        assert!(since.elapsed() < Duration::from_secs(2));
    }
    put(&ada, vec![parcel(2, 1)]).await;
    let (rest, _, last) = all(letters).await;
    assert_eq!((rest.len(), last), (0, 7));
    place.broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn large_envelopes_come_in_several_messages() {
    let place = Place::new(open()).await;
    let ada = place.user(1).await;
    let most = mundi_transport::limits::ENVELOPE_BYTES;
    let parcels = (0..20).map(|n| Parcel::new(tag(1), envelope(1, n, most))).collect();
    assert_eq!(put(&ada, parcels).await, [Status::Stored; 20]);
    let mut letters = ada.get(vec![Want::new(tag(1), 0)], vec![], 0).await.unwrap();
    let (mut messages, mut found) = (0, 0);
    while let Some(Ok(Got::Some(some))) = letters.recv().await {
        messages += 1;
        found += some.len();
    }
    assert_eq!(found, 20);
    assert!(messages >= 7, "{messages}");
    place.broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_expires_is_forgotten_and_the_rest_is_there_after_a_restart() {
    let place = Place::new(open()).await;
    let ada = place.user(1).await;
    let mut short = parcel(1, 1);
    short.expires = now() + 2_000;
    assert_eq!(put(&ada, vec![short.clone(), parcel(1, 2)]).await, [Status::Stored; 2]);
    let mut past = parcel(1, 3);
    past.expires = now() - 1;
    assert_eq!(put(&ada, vec![past]).await, [Status::Form]);
    let (letters, store, _) = get(&ada, tag(1), 0).await;
    assert_eq!(letters.len(), 2);
    let one = || async { get(&ada, tag(1), 0).await.0.len() == 1 };
    assert!(until(10, one).await, "it is forgotten");
    let had = ada.have(vec![short.hash(), parcel(1, 2).hash()]).await.unwrap();
    assert_eq!(had, [false, true]);

    place.broker.stop().await;
    let place = Place::start(place.folder, mundi_broker::service::Rates::default()).await;
    let ada = place.user(1).await;
    let (letters, again, _) = get(&ada, tag(1), 0).await;
    assert_eq!((letters.len(), again), (1, store));
    assert_eq!(put(&ada, vec![parcel(1, 2)]).await, [Status::Known]);
    let number = letters[0].number;
    assert_eq!(put(&ada, vec![parcel(1, 4)]).await, [Status::Stored]);
    assert!(get(&ada, tag(1), number).await.0[0].number > number);
    place.broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_and_notices_are_told() {
    let place = Place::new(open()).await;
    let ada = place.user(1).await;
    put(&ada, vec![parcel(1, 1), parcel(1, 1)]).await;
    let key = BrokerKey::read(&settings::key_path(place.folder.path())).unwrap();
    // What it said when the connection began.
    assert_eq!(ada.info().await.unwrap().notices, []);
    let told = notice::add(place.folder.path(), &key, "Closed on Sunday.", now()).unwrap();
    assert_eq!(ada.info().await.unwrap().notices, [told]);

    let text = ask(&place, "/metrics").await;
    for line in ["mundi_parcels 1\n", "mundi_bytes 633\n", "mundi_parcels_stored_total 1\n"] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(text.contains("mundi_parcels_refused_total{reason=\"known\"} 1"));
    assert!(ask(&place, "/").await.starts_with("HTTP/1.1 404"));
    place.broker.stop().await;
}

async fn ask(place: &Place, path: &str) -> String {
    let at = place.broker.metrics().unwrap();
    let mut page = tokio::net::TcpStream::connect(at).await.unwrap();
    let asked = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    page.write_all(asked.as_bytes()).await.unwrap();
    let mut text = String::new();
    page.read_to_string(&mut text).await.unwrap();
    text
}
