//! `mundi verify` as a whole program: certificates in; what they prove, or why they prove nothing,
//! out. The certificates are the vectors of `spec/vectors/outcome`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of its own for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("verify-{name}"));
    let _may_not_exist = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A part of a vector, as bytes.
fn part(vector: &str, name: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = root.join(format!("spec/vectors/outcome/{vector}.txt"));
    let text = std::fs::read_to_string(file).unwrap();
    let digits = text.lines().find_map(|l| l.strip_prefix(&format!("{name}: "))).unwrap();
    let digit = |at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(digit).collect()
}

/// Writes a part of a vector into a file.
fn put(folder: &Path, file: &str, vector: &str, name: &str) {
    std::fs::write(folder.join(file), part(vector, name)).unwrap();
}

/// Without a home: `HOME` is nowhere.
fn verify(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mundi"))
        .arg("verify")
        .args(arguments)
        .current_dir(folder)
        .env("HOME", "/nonexistent")
        .env_remove("MUNDI_HOME")
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_valid_certificate_is_told_in_text_html_and_json() {
    let here = folder("valid");
    put(&here, "order.cert", "good", "certificate");
    let text = verify(&here, &["order.cert"]);
    assert_eq!(text.status.code(), Some(0), "{}", err(&text));
    insta::assert_snapshot!("text", out(&text));
    insta::assert_snapshot!("html", out(&verify(&here, &["order.cert", "--html"])));
    insta::assert_snapshot!("json", out(&verify(&here, &["order.cert", "--json"])));
}

#[test]
fn a_later_round_and_revoked_keys_are_told() {
    let here = folder("notes");
    put(&here, "twice.cert", "good-round-1-sealed-twice", "certificate");
    put(&here, "left.cert", "good-enough-left", "certificate");
    put(&here, "retired.cert", "good-retired", "certificate");
    let told = ["twice.cert", "left.cert", "retired.cert"].map(|file| out(&verify(&here, &[file])));
    insta::assert_snapshot!("notes", told.join("\n\n"));
}

#[test]
fn a_log_is_replayed_to_it() {
    let here = folder("log");
    put(&here, "order.cert", "good", "certificate");
    put(&here, "order.log", "good", "log");
    let same = verify(&here, &["order.cert", "--log", "order.log", "--json"]);
    assert_eq!(same.status.code(), Some(0), "{}", out(&same));
    assert_eq!(json(&same)["replayed"], true);
    assert!(out(&verify(&here, &["order.cert", "--log", "order.log"])).contains("log"));

    for (vector, reason) in [("another-output", "other-output"), ("log-too-short", "bad-cut")] {
        put(&here, "a.cert", vector, "certificate");
        put(&here, "a.log", vector, "log");
        let other = verify(&here, &["a.cert", "--log", "a.log", "--json"]);
        assert_eq!(other.status.code(), Some(1));
        assert_eq!(json(&other)["reason"], reason);
    }

    let mut spoilt = part("good", "log");
    let last = spoilt.len() - 1;
    spoilt[last] ^= 1;
    std::fs::write(here.join("spoilt.log"), spoilt).unwrap();
    let bad = verify(&here, &["order.cert", "--log", "spoilt.log", "--json"]);
    assert_eq!((bad.status.code(), &json(&bad)["reason"]), (Some(1), &"bad-log".into()));
    put(&here, "bad.cert", "tag-flipped", "certificate");
    let first = verify(&here, &["bad.cert", "--log", "spoilt.log", "--json"]);
    assert_eq!(json(&first)["reason"], "bad-encoding", "the file comes first");
}

#[test]
fn what_is_refused_says_why() {
    let here = folder("refused");
    put(&here, "a.cert", "one-signature", "certificate");
    let text = verify(&here, &["a.cert"]);
    assert_eq!((text.status.code(), out(&text)), (Some(1), String::new()));
    assert_eq!(
        err(&text),
        "mundi: a.cert: refused (too-few): 2 of 3 sealers are needed, and 1 signed: this outcome is not final\n"
    );
    let page = verify(&here, &["a.cert", "--html"]);
    assert_eq!((page.status.code(), out(&page)), (Some(1), String::new()));
    let json = json(&verify(&here, &["a.cert", "--json"]));
    assert_eq!((&json["valid"], &json["reason"]), (&false.into(), &"too-few".into()));
    assert!(json["text"].as_str().unwrap().contains("not final"));
}

#[test]
fn two_that_contradict_each_other_are_broken_and_name_who_sealed_twice() {
    let here = folder("broken");
    put(&here, "a.cert", "broken", "certificate");
    put(&here, "b.cert", "broken", "second");
    let text = verify(&here, &["a.cert", "b.cert"]);
    assert_eq!(text.status.code(), Some(1));
    assert!(err(&text).contains("broken: a.cert and b.cert are final"), "{}", err(&text));
    assert!(err(&text).contains("sealed two outcomes in one round: ada ("), "{}", err(&text));
    assert!(out(&verify(&here, &["a.cert", "b.cert", "--html"])).contains("class=\"broken\""));
    let object = json(&verify(&here, &["a.cert", "b.cert", "--json"]));
    assert_eq!(object["valid"], false);
    assert_eq!(object["broken"][0]["sealed_twice"].as_array().unwrap().len(), 1);
    assert_eq!(object["certificates"].as_array().unwrap().len(), 2);

    put(&here, "c.cert", "good-round-1", "certificate");
    put(&here, "d.cert", "good", "certificate");
    assert_eq!(verify(&here, &["a.cert", "a.cert"]).status.code(), Some(0), "one outcome");
    assert_eq!(verify(&here, &["a.cert", "d.cert"]).status.code(), Some(0), "two conversations");
}

#[test]
fn wrong_use_and_files_that_cannot_be_read_have_their_own_status() {
    let here = folder("wrong");
    put(&here, "a.cert", "good", "certificate");
    let status = |arguments: &[&str]| verify(&here, arguments).status.code();
    assert_eq!(status(&[]), Some(2));
    assert_eq!(status(&["a.cert", "--json", "--html"]), Some(2));
    assert_eq!(status(&["nothing.cert"]), Some(3));
    assert_eq!(status(&["."]), Some(3));
    assert_eq!(status(&["a.cert", "--log", "nothing.log"]), Some(3));
    std::fs::write(here.join("empty.cert"), b"").unwrap();
    assert_eq!(status(&["empty.cert"]), Some(1));
}
