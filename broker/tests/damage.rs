//! What a broker does whose disk has changed what it keeps.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::path::{Path, PathBuf};

use common::{Place, drain, open, parcel, put, tag, unlimited, until};
use mundi_transport::wire::Status;

const PARCELS: u64 = 60;

fn blocks(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.extension().is_some_and(|e| e == "blk") => found.push(path),
                false => {}
            }
        }
    }
    found
}

/// Turns a bit in many places; gives how many.
fn flip_bits(folder: &Path) -> usize {
    let mut flipped = 0;
    for path in blocks(folder).iter().filter(|path| path.to_string_lossy().contains("MAIL")) {
        let mut bytes = std::fs::read(path).unwrap();
        for at in (997..bytes.len()).step_by(4_999) {
            bytes[at] ^= 1 << (at % 8);
            flipped += 1;
        }
        std::fs::write(path, bytes).unwrap();
    }
    flipped
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_disk_has_damaged_is_found_and_can_be_put_again() {
    let place = Place::with(open(), unlimited()).await;
    let parcels: Vec<_> = (0..PARCELS).map(|number| parcel(1, number)).collect();
    let link = place.user(1).await;
    assert!(put(&link, parcels.clone()).await.iter().all(|status| *status == Status::Stored));
    drop(link);
    let Place { folder, broker, .. } = place;
    broker.stop().await;
    let flipped = flip_bits(folder.path());
    assert!(flipped >= 5, "{flipped}");
    let place = Place::start(folder, unlimited()).await;
    // The nats-server has not shown them, or the broker has found them.
    let fewer = async || place.broker.store().index().size().0 < 60;
    assert!(until(20, fewer).await, "nothing is found");
    let link = place.user(1).await;
    let left = drain(&link, tag(1)).await.len();
    println!("{flipped} bits turned, {left} of {PARCELS} left");
    assert!(left < 60, "{left}");
    let again = put(&link, parcels.clone()).await;
    let stored = again.iter().filter(|status| **status == Status::Stored).count();
    assert_eq!(stored + left, 60, "{again:?}");
    let mut found = drain(&link, tag(1)).await;
    found.sort();
    let mut wanted: Vec<Vec<u8>> =
        parcels.iter().map(|parcel| parcel.envelope().to_vec()).collect();
    wanted.sort();
    assert!(found == wanted, "{} of {}", found.len(), wanted.len());
    place.broker.stop().await;
}
