//! What a store on a disk costs, in µs of processor time. `cargo bench -p mundi-disk`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement stops at the first surprise"
)]
#![allow(clippy::float_arithmetic, reason = "means of times")]

#[path = "../tests/common/mod.rs"]
mod common;

use std::path::Path;

use common::{DB, conversation, create, disk, fresh, open, run};
use mundi_disk::Disk;
use mundi_engine::EntryId;
use mundi_node::store::Store;

fn now() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}

fn measure(what: &str, times: u32, mut work: impl FnMut(u32)) {
    work(0);
    let start = now();
    (0..times).for_each(&mut work);
    println!("{what:<48} {:>10.0} µs", (now() - start) / f64::from(times));
}

/// So many transactions of one entry of 512 bytes.
fn transactions(mut store: Store, count: u32) {
    let to = store.conversations().unwrap()[0].number;
    for n in 0..count {
        let mut id = [0x77; 32];
        id[..4].copy_from_slice(&n.to_be_bytes());
        store.write(|tx| tx.append(to, &[(EntryId(id), &[3; 512][..])])).unwrap();
    }
}

fn main() {
    let path = Path::new(DB);
    measure("a new disk, dropped", 1_000, |n| drop(Disk::new(n.into())));
    measure("a disk with a fresh store put onto it", 1_000, |n| drop(disk(n.into())));
    measure("making a store, encrypted", 50, |n| drop(create(&Disk::new(n.into())).unwrap()));
    measure("making a store, plain", 50, |n| {
        drop(Store::create_on(Disk::new(n.into()).vfs(), path, None).unwrap());
    });
    measure("putting a fresh one and opening it, encrypted", 300, |n| {
        drop(open(&disk(n.into())).unwrap());
    });
    let plain = Disk::new(0);
    drop(Store::create_on(plain.vfs(), path, None).unwrap());
    let image = plain.snapshot();
    measure("putting a fresh one and opening it, plain", 300, |n| {
        let disk = Disk::new(n.into());
        disk.restore(&image);
        drop(Store::open_on(disk.vfs(), path, None).unwrap());
    });
    measure("the same, encrypted, and 100 transactions", 30, |n| {
        transactions(open(&disk(n.into())).unwrap(), 100);
    });
    let mut plain_store = Store::open_on(plain.vfs(), path, None).unwrap();
    plain_store.write(|tx| tx.add_conversation(&conversation())).unwrap();
    drop(plain_store);
    let image = plain.snapshot();
    measure("the same, plain, and 100 transactions", 30, |n| {
        let disk = Disk::new(n.into());
        disk.restore(&image);
        transactions(Store::open_on(disk.vfs(), path, None).unwrap(), 100);
    });
    let busy = disk(0);
    transactions(open(&busy).unwrap(), 1_000);
    measure("a backup of 1,000 entries, and putting it back", 1_000, |_| {
        busy.restore(&busy.snapshot());
    });
    measure("a crash and opening again, 1,000 entries", 100, |n| {
        let store = open(&busy).unwrap();
        busy.crash(n.into());
        drop(store);
    });
    measure("one run of the test: 4 crashes, 26 writes or so", 100, |n| {
        run(n.into(), false).unwrap();
    });
    let bytes: usize =
        fresh().files().filter_map(|name| fresh().bytes(name)).map(<[u8]>::len).sum();
    println!("{:<48} {bytes:>10} bytes", "a fresh store");
}
