//! `mundi explore` and `mundi diff` as commands: what they say, how they end, the plays that they write.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/conversations")
}

fn mundi(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mundi"));
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1").output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn escrow_is_explored_and_every_bound_is_named() {
    let output = mundi(&examples(), &["explore", "escrow.conv", "--people", "3"]);
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!("escrow", said(&output));
}

#[test]
fn a_dead_end_is_a_fault_whose_play_can_be_tested() {
    let folder = tempfile::tempdir().unwrap();
    let rules = std::fs::read_to_string(examples().join("ballot.conv")).unwrap().replace(
        "{ each voter ( vote* ) unless (closed | close) }",
        "{ each voter ( vote ), close }\nallow close when { count(\"vote\") > 5 } else \"never\"",
    );
    std::fs::write(folder.path().join("stuck.conv"), rules).unwrap();
    let arguments = ["explore", "stuck.conv", "--write", "plays", "--json"];
    let output = mundi(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_str(&said(&output)).unwrap();
    let kinds: Vec<_> = found["answers"].as_array().unwrap().iter().map(|a| &a["kind"]).collect();
    assert!(kinds.contains(&&Value::from("dead-end")), "{kinds:?}");
    assert_eq!(found["consensus"], Value::Null);
    let tested = mundi(folder.path(), &["test", "plays", "--accept"]);
    assert_eq!(tested.status.code(), Some(0), "{}", String::from_utf8_lossy(&tested.stderr));
    assert!(folder.path().join("plays").read_dir().unwrap().count() >= 2);
}

#[test]
fn what_cannot_be_made_up_is_asked_for_or_taken_from_a_play() {
    let output = mundi(&examples(), &["explore", "appeal.conv"]);
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("`order` cannot be made up: give it with `--terms`"), "{error}");
    let like = ["explore", "appeal.conv", "--like", "appeal-upheld.play", "--states", "5000"];
    let output = mundi(&examples(), &like);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("consensus can be reached"));
}

#[test]
fn versions_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let old = std::fs::read_to_string(examples().join("escrow.conv")).unwrap();
    std::fs::write(folder.path().join("old.conv"), &old).unwrap();
    let new = old.replace("msg.to_seller <= state.total", "msg.to_seller < state.total");
    std::fs::write(folder.path().join("new.conv"), new).unwrap();
    let output = mundi(folder.path(), &["diff", "old.conv", "new.conv"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!("differ", said(&output));
    let output = mundi(folder.path(), &["diff", "old.conv", "old.conv", "--json"]);
    assert_eq!(output.status.code(), Some(0));
    let found: Value = serde_json::from_str(&said(&output)).unwrap();
    assert_eq!((&found["differs"], &found["complete"]), (&false.into(), &true.into()));
}
