//! The real store on a disk that crashes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{create, fresh, open, run};
use mundi_disk::{Disk, Fault};
use mundi_node::store::StoreError;

/// Seeds within which a disk that does not sync must be found out.
const FOUND_WITHIN: u64 = 5;

#[test]
fn what_was_acknowledged_is_there_after_every_crash_and_nothing_is_half_written() {
    let (mut failed, mut doubtful) = (0, 0);
    for seed in 0..300 {
        let answers = run(seed, false).unwrap_or_else(|broken| panic!("seed {seed}: {broken}"));
        let text = answers.join("\n");
        failed += u32::from(text.contains("disk is full"));
        doubtful += u32::from(text.contains("disk failed"));
    }
    // The faults were met, not only armed.
    assert!(failed > 20 && doubtful > 100, "{failed} {doubtful}");
}

#[test]
fn a_disk_that_does_not_sync_is_found_out() {
    let broken: Vec<u64> = (0..100).filter(|seed| run(*seed, true).is_err()).collect();
    assert!(broken.first().is_some_and(|first| *first < FOUND_WITHIN), "{broken:?}");
    assert!(broken.len() > 50, "{}", broken.len());
}

#[test]
fn the_same_seed_gives_the_same_answers() {
    for seed in 0..40 {
        let first = run(seed, false).unwrap();
        assert_eq!(first, run(seed, false).unwrap(), "seed {seed}");
        assert!(first.len() > 4);
    }
    assert_ne!(run(1, false).unwrap(), run(2, false).unwrap());
    // Where a law is broken, it is the same one in the same place.
    for seed in 0..20 {
        assert_eq!(run(seed, true), run(seed, true));
    }
}

#[test]
fn runs_in_many_threads_do_not_meet() {
    let alone: Vec<_> = (0..30).map(|seed| run(seed, false)).collect();
    let threads: Vec<_> = (0..4)
        .map(|_| std::thread::spawn(|| (0..30).map(|seed| run(seed, false)).collect::<Vec<_>>()))
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), alone);
    }
}

#[test]
fn a_store_whose_making_is_cut_short_is_not_taken_for_a_whole_one() {
    let whole_way = Disk::new(0);
    drop(create(&whole_way).unwrap());
    let steps = whole_way.steps();
    let (mut whole, mut none, mut refused) = (0, 0, 0);
    for seed in 0..300 {
        let disk = Disk::new(seed);
        disk.fail_after(1 + seed % steps, Fault::Power);
        let made = create(&disk);
        let acknowledged = made.is_ok();
        disk.crash(seed);
        drop(made);
        match open(&disk) {
            Ok(mut store) => {
                store.check().unwrap();
                whole += 1;
            }
            Err(error) => {
                assert!(!acknowledged, "seed {seed}: {error}");
                match error {
                    StoreError::Missing => none += 1,
                    StoreError::WrongKey | StoreError::Damaged(_) => refused += 1,
                    other => panic!("seed {seed}: {other}"),
                }
            }
        }
    }
    assert!(whole > 0 && none > 0 && refused > 0, "{whole} {none} {refused}");
}

#[test]
fn a_store_that_was_made_is_there_after_a_crash() {
    for seed in 0..50 {
        let disk = Disk::new(seed);
        let made = create(&disk).unwrap();
        disk.crash(seed);
        drop(made);
        open(&disk).unwrap().check().unwrap();
    }
    assert!(fresh().files().eq([common::DB]));
}
