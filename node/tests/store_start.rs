//! The first databases of a process, opened by many threads at once.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::process::Command;
use std::sync::Barrier;

use mundi_node::store::{DbKey, Store};

const CHILD: &str = "MUNDI_TEST_OPENS_AT_ONCE";

/// SQLite starts once a process, so each try is a process of its own.
#[test]
fn the_first_databases_of_a_process_may_be_opened_at_once() {
    if std::env::var_os(CHILD).is_some() {
        open_at_once();
        return;
    }
    for _ in 0..40 {
        let mut child = Command::new(std::env::current_exe().unwrap());
        let ended = child.env(CHILD, "1").output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stdout));
    }
}

fn open_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let start = Barrier::new(8);
    std::thread::scope(|scope| {
        for n in 0..8 {
            let (folder, start) = (folder.path(), &start);
            scope.spawn(move || {
                start.wait();
                drop(Store::create(&folder.join(format!("db{n}")), &DbKey::new(&[9; 32])).unwrap());
            });
        }
    });
}
