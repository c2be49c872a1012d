//! Polls that other libraries have answered too, recorded by `oracles/run`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

#[path = "../examples/answer/json.rs"]
mod json;

use std::fs;
use std::path::Path;

use serde_json::Value as Json;

#[test]
fn recorded_polls_have_the_winners_that_others_found() {
    let library = consensus_std::library();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut polls = 0;
    for file in fs::read_dir(folder).unwrap() {
        for line in fs::read_to_string(file.unwrap().path()).unwrap().lines() {
            let asked: Json = serde_json::from_str(line).unwrap();
            let answer = json::answer(&library, &asked).unwrap_or_else(|e| panic!("{e}: {line}"));
            assert_eq!(answer.get("winners"), asked.get("winners"), "{line}");
            polls += 1;
        }
    }
    assert!(polls > 1_000, "there are {polls} recorded polls");
}
