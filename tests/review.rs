//! A conversation that requires the outcome of another: from an order's rehearsal to a review of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![cfg(unix)]

mod world;

use std::path::Path;

use serde_json::json;
use world::{PROGRAM, World, example};

/// Runs the program without a home, in a folder.
fn plain(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let out = std::process::Command::new(PROGRAM)
        .args(arguments)
        .current_dir(folder)
        .env_remove("MUNDI_HOME")
        .env("HOME", "/nonexistent")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (out.status.code().unwrap(), text(out.stdout), text(out.stderr))
}

/// The certificate that the rehearsal of an order gives.
fn certificate(path: &str) -> Vec<u8> {
    certificate_of("escrow.play", path)
}

fn certificate_of(play: &str, path: &str) -> Vec<u8> {
    let play = example(play);
    let (status, _, err) =
        plain(Path::new("/"), &["converse", "--play", &play, "--certificate", path]);
    assert_eq!(status, 0, "{err}");
    std::fs::read(path).unwrap()
}

/// A byte flipped within a signature: the file's parts are where they were.
fn flipped(good: &[u8]) -> Vec<u8> {
    let mut bytes = good.to_vec();
    // A signature is the 64 bytes after `58 40`.
    let at = bytes.windows(2).position(|two| two == [0x58, 0x40]).unwrap() + 40;
    bytes[at] ^= 1;
    bytes
}

#[test]
fn the_certificates_beside_the_examples_are_those_of_the_plays_there() {
    let folder = tempfile::tempdir().unwrap();
    for (play, name) in [("escrow.play", "order.cert"), ("motion-carried.play", "motion.cert")] {
        let path = folder.path().join(name);
        let made = certificate_of(play, path.to_str().unwrap());
        let kept = std::fs::read(example(name)).unwrap();
        assert!(
            made == kept,
            "in examples/conversations: mundi converse --play {play} --certificate {name}"
        );
    }
}

#[test]
fn nothing_is_appealed_or_amended_on_a_forged_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for (rules, play, name, term) in [
        ("appeal.conv", "appeal-upheld.play", "order.cert", "order"),
        ("amendment.conv", "amendment-carried.play", "motion.cert", "carried"),
    ] {
        for file in [rules, play, name] {
            std::fs::copy(example(file), at(file)).unwrap();
        }
        let converse = ["converse", "--play", play];
        let (status, out, err) = plain(folder.path(), &converse);
        assert_eq!(status, 0, "{out}{err}");
        let good = std::fs::read(at(name)).unwrap();
        std::fs::write(at(name), flipped(&good)).unwrap();
        let (status, _, err) = plain(folder.path(), &converse);
        assert_eq!(status, 1, "{err}");
        let why = format!("the term `{term}` is no certificate that counts (bad-signature)");
        assert!(err.contains(&why), "{err}");
        // That of another kind of conversation is as little worth.
        let other = if name == "order.cert" { "motion.cert" } else { "order.cert" };
        std::fs::copy(example(other), at(name)).unwrap();
        let (status, _, err) = plain(folder.path(), &converse);
        assert_eq!(status, 1, "{err}");
        assert!(err.contains(&format!("the term `{term}`")), "{err}");
    }
}

#[test]
fn an_order_is_rated_by_who_took_part_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let good = certificate(&at("order.cert"));
    for name in ["review.conv", "review-rated.play"] {
        std::fs::copy(example(name), at(name)).unwrap();
    }
    let play = ["converse", "--play", "review-rated.play"];
    let (status, out, err) = plain(folder.path(), &play);
    assert_eq!(status, 0, "{out}{err}");
    assert!(out.contains("only who took part in the order rates it"), "{out}");
    // A certificate that needs one is verified with it.
    let (status, _, err) =
        plain(folder.path(), &[&play[..], &["--certificate", "review.cert"]].concat());
    assert_eq!(status, 0, "{err}");
    let (status, out, err) = plain(folder.path(), &["verify", "review.cert"]);
    assert_eq!(status, 0, "{err}");
    assert!(out.contains("outcome of escrow, decided 2026-01-0"), "{out}");
    let (_, out, _) = plain(folder.path(), &["verify", "review.cert", "--json"]);
    let proven: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(proven["terms"]["order"]["outcome_of"], json!("escrow"));
    assert_eq!(proven["terms"]["order"]["bytes"], json!(good.len()));
    std::fs::write(at("order.cert"), flipped(&good)).unwrap();
    let (status, _, err) = plain(folder.path(), &play);
    assert_eq!(status, 1, "{err}");
    let why = "the term `order` is no certificate that counts (bad-signature)";
    assert!(err.contains("cannot be opened") && err.contains(why), "{err}");
    std::fs::remove_file(at("order.cert")).unwrap();
    let (status, _, err) = plain(folder.path(), &play);
    assert_eq!(status, 1, "{err}");
    assert!(err.contains("E0902") && err.contains("order.cert"), "{err}");
}

#[test]
fn a_home_opens_nothing_with_a_certificate_that_does_not_count() {
    let world = World::people(&["ada", "ben"]);
    let cert = world.file("order.cert");
    let good = certificate(&cert);
    let rules = example("review.conv");
    let term = format!("order=@{cert}");
    let roles = "rater=me,keeper=ben";
    let file = world.file("open.mundi");
    let open = ["open", "--rules", &rules, "--role", roles, "--terms", &term, "--export", &file];
    std::fs::write(&cert, flipped(&good)).unwrap();
    let refused = world.run("ada", &open);
    assert_ne!(refused.status, 0, "{}", refused.out);
    assert!(refused.err.contains("counts (bad-signature)"), "{}", refused.err);
    let listed = world.ok("ada", &["list", "--json"]).json();
    assert_eq!(listed["conversations"], json!([]));
    std::fs::remove_file(&cert).unwrap();
    let refused = world.run("ada", &open);
    assert_eq!(refused.status, 2, "{}", refused.err);
    assert!(refused.err.contains("the term `order`: ") && refused.err.contains(&cert));
    std::fs::write(&cert, &good).unwrap();
    world.ok("ada", &open);
    // The file has gone its way with the entry.
    std::fs::remove_file(&cert).unwrap();
    world.ok("ben", &["import", &file]);
    let shown = world.ok("ben", &["show", "1"]);
    assert!(shown.out.contains("  order: outcome of escrow, decided 2026-01-0"), "{}", shown.out);
    // It is an order of others: their names are the same, and they are not.
    let said = world.run("ada", &["say", "1", "rate", "stars=5"]);
    assert_eq!(said.status, 1, "{}{}", said.out, said.err);
    assert!(said.err.contains("only who took part in the order"), "{}", said.err);
}
