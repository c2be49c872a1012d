//! The vectors of `spec/vectors/replay`: whole logs, with what must become of each entry, the state
//! hash and the end. Every build, debug or release, on every machine must say the same.
//!
//! `MUNDI_VECTORS=write cargo test -p mundi-engine --test replays` writes the files anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::path::PathBuf;

use mundi_engine::Verdict;
use mundi_engine::entry::{Entry, verify};
use support::talk::{Dice, Move, talk};
use support::{Room, replica, try_open};

const PEOPLE: [&str; 6] = ["ada", "ben", "cy", "dan", "eve", "gus"];

const BUDGET: &str = r#"
conversation budget "Budget"
edition 1
role a
message run by a { rounds: int(0..) }
message sort by a { size: int(0..), rounds: int(0..) }
state { sum: int = 0 }
on run { let i = 0; while i < msg.rounds { i += 1; } state.sum += i; }
on sort {
    let list = [];
    for i in 0..msg.size { list.push(msg.size - i); }
    for i in 0..msg.rounds { list = list.reversed(); }
    state.sum += list.len();
}
consensus { false }
"#;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/vectors/replay"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digit).collect()
}

/// A log and what becomes of it: a line for each entry, then the hash and the end.
fn page(entries: &[Entry]) -> String {
    let mut replica = replica(&entries[0]);
    let mut text = String::new();
    for entry in &entries[1..] {
        replica.insert(verify(entry.clone()).unwrap());
    }
    replica.advance();
    for entry in entries {
        let verdict = match replica.verdict(&entry.id()) {
            Some(Verdict::Accepted) => "accepted".to_owned(),
            Some(Verdict::Refused(code)) => code.to_string(),
            None => "invalid".to_owned(),
        };
        text += &format!("{} {verdict} {}\n", entry.message(), hex(entry.bytes()));
    }
    text += &format!("state {}\n", hex(&replica.state_hash()));
    text += &format!("end {:?}\n", replica.ending());
    text
}

/// A random log of random rules.
fn random(seed: u64) -> Vec<Entry> {
    let texts = (0..500).map(|n| support::rules::rules(seed * 1_000_003 + n));
    let open = |text: String| try_open(&text, "a: ada ben, b: cy", "").ok();
    let open = texts.into_iter().find_map(open).unwrap();
    let dice = &mut Dice::new(seed);
    let one = |dice: &mut Dice| Move {
        who: u16::try_from(dice.roll(65_536)).unwrap(),
        what: u16::try_from(dice.roll(65_536)).unwrap(),
        fields: dice.roll(1 << 30) as u64,
        seen: u32::try_from(dice.roll(1 << 30)).unwrap(),
        later: u32::try_from(dice.roll(9_000)).unwrap() + 1,
        fork: dice.roll(9) == 0,
        rekey: false,
    };
    let moves: Vec<Move> = (0..24).map(|_| one(dice)).collect();
    talk(&open, "ada", &PEOPLE, &moves)
}

/// The most rounds that the budget allows, by trying, and one more: each is an entry.
fn at_the_limit(message: &str, fields: impl Fn(u64) -> String) -> Vec<Entry> {
    let accepted = |n: u64| {
        let mut room = Room::new(BUDGET, "a: ada");
        room.say("ada", message, &fields(n)).code == "accepted"
    };
    let (mut good, mut bad) = (0_u64, 1_000_000_u64);
    while bad - good > 1 {
        let middle = good.midpoint(bad);
        if accepted(middle) { good = middle } else { bad = middle }
    }
    let mut room = Room::new(BUDGET, "a: ada");
    let mut entries = vec![room.open.clone()];
    for n in [good, bad] {
        let entry = room.draft("ada", message, &fields(n)).sign(&support::device("ada")).unwrap();
        room.insert(entry.clone());
        entries.push(entry);
    }
    entries
}

#[test]
fn every_vector_replays_to_what_it_says() {
    if std::env::var("MUNDI_VECTORS").is_ok_and(|v| v == "write") {
        let mut all: Vec<(String, Vec<Entry>)> =
            (1..=8).map(|seed| (format!("random-{seed}"), random(seed))).collect();
        all.push(("budget-loop".into(), at_the_limit("run", |n| format!("rounds: {n}"))));
        all.push((
            "budget-list".into(),
            at_the_limit("sort", |n| format!("size: 900, rounds: {n}")),
        ));
        for (name, entries) in all {
            std::fs::write(folder().join(format!("{name}.txt")), page(&entries)).unwrap();
        }
    }
    let files: Vec<PathBuf> =
        std::fs::read_dir(folder()).unwrap().map(|f| f.unwrap().path()).collect();
    assert!(files.len() >= 10, "{} vectors", files.len());
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let entry =
            |line: &str| line.split(' ').nth(2).map(|hex| Entry::decode(&unhex(hex)).unwrap());
        let lines = text.lines().filter(|l| !l.starts_with("state ") && !l.starts_with("end "));
        let entries: Vec<Entry> = lines.filter_map(entry).collect();
        let found = page(&entries);
        for (expected, found) in text.lines().zip(found.lines()) {
            let cut = |line: &str| line.chars().take(200).collect::<String>();
            assert_eq!(cut(expected), cut(found), "{}", file.display());
        }
        assert_eq!(text, found, "{}", file.display());
    }
}

#[test]
fn the_budget_ends_between_two_neighbours() {
    for name in ["budget-loop", "budget-list"] {
        let text = std::fs::read_to_string(folder().join(format!("{name}.txt"))).unwrap();
        let verdicts: Vec<&str> =
            text.lines().filter_map(|l| l.split(' ').nth(1)).take(3).collect();
        assert_eq!(verdicts, ["accepted", "accepted", "budget-spent"], "{name}");
    }
}
