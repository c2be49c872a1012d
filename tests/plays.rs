//! Every play of the examples does what it says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::path::Path;

use mundi::load::LoadedPlay;
use mundi::play::play;

#[test]
fn every_example_plays_as_it_expects() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut failed = Vec::new();
    let plays = mundi::discover::plays(&[folder]).unwrap();
    assert!(!plays.is_empty());
    for path in plays {
        let loaded = LoadedPlay::read(&path, None).unwrap();
        let Some((tree, rules)) = loaded.ready() else {
            failed.push(format!("{}: errors", path.display()));
            continue;
        };
        let report = play(&loaded.source, tree, rules).unwrap();
        for unmet in &report.unmet {
            let (line, expected, found) = (unmet.line, &unmet.expected, &unmet.found);
            failed.push(format!("{}:{line}: {expected}; found {found}", path.display()));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
