//! What plays come to of their rules, counted.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod support;

use std::collections::BTreeMap;

use mundi_workbench::coverage::{Coverage, Kind, Sheet, json, lcov, text};
use mundi_workbench::play::{play, play_traced};
use mundi_workbench::tone::Colour;
use support::{Loaded, all, example, of_texts};

fn sheet(name: &str, plays: &[Loaded]) -> Sheet {
    let mut coverage: Option<Coverage> = None;
    for loaded in plays {
        let report = play_traced(&loaded.source, &loaded.play, &loaded.rules).unwrap();
        let replica = report.rehearsal.replica();
        coverage.get_or_insert_with(|| Coverage::new(name, replica)).add(replica);
    }
    coverage.unwrap().sheet()
}

const RULES: &str = "/// Counts.
conversation counts \"Counts\"
edition 1
role host
role guest
message say by guest { n: int }
message late by guest
message done by host
pattern { say+, (late | done) }
state { sum: int = 0, big: bool = false }
on say {
    for i in 0..msg.n { state.sum += 1; }
    if msg.n > 10 { state.big = true; }
    let left = msg.n;
    while left > 5 { left -= 1; }
}
allow done when { state.sum > 1 } else \"not yet\"
consensus { said(\"done\") && state.sum > 1 }
failure { said(\"late\") } else \"too late\"
output { if state.big { 1 } else { 0 } }
";

fn counts(lines: &str) -> Loaded {
    let head = "play \"counts\"\nrules \"counts.conv\"\ncast { host: ada, guest: ben }\n";
    of_texts(RULES, &format!("{head}{lines}"))
}

#[test]
fn what_no_play_comes_to_is_named() {
    let none = sheet("counts.conv", &[counts("")]);
    let some = sheet("counts.conv", &[counts("ben: say { n: 1 }\nada: done\n")]);
    let more = sheet(
        "counts.conv",
        &[
            counts("ben: say { n: 1 }\nada: done\nben: say { n: 20 }\nada: done\n"),
            counts("ben: say { n: 2 }\nben: late\n"),
            counts("ben: say { n: 2 }\nada: done\n"),
        ],
    );
    assert_eq!(none.count(Kind::Pattern), (0, 3));
    assert_eq!(some.count(Kind::Guard), (1, 2));
    for kind in Kind::ALL {
        let (reached, all) = more.count(kind);
        assert_eq!(reached, all, "{}", text(&[more], Colour::Off));
    }
    let sheets = [none, some, more];
    insta::assert_snapshot!("counts", text(&sheets, Colour::Off));
    insta::assert_snapshot!("counts_json", format!("{:#}", json(&sheets[1..2])));
}

#[test]
fn a_tracefile_is_one_that_lcov_reads() {
    let sheet = sheet("counts.conv", &[counts("ben: say { n: 1 }\nada: done\n")]);
    let file = lcov(&[sheet]);
    insta::assert_snapshot!("lcov", file);
    hold_lcov(&file);
}

/// Holds a tracefile against geninfo(1): the records, their order, and that sums are what they sum.
fn hold_lcov(file: &str) {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    let mut inside = false;
    for line in file.lines() {
        let (record, rest) = line.split_once(':').unwrap_or((line, ""));
        let numbers: Vec<&str> = rest.split(',').collect();
        match record {
            "TN" => assert!(!inside),
            "SF" => inside = true,
            "BRDA" => {
                assert_eq!(numbers.len(), 4, "{line}");
                assert!(numbers[..3].iter().all(|n| n.parse::<u64>().is_ok()), "{line}");
                let taken = numbers[3].parse::<u64>().ok();
                assert!(taken.is_some() || numbers[3] == "-", "{line}");
                *sums.entry("BRF").or_default() += 1;
                *sums.entry("BRH").or_default() += u64::from(taken.is_some_and(|n| n > 0));
            }
            "DA" => {
                assert_eq!(numbers.len(), 2, "{line}");
                assert!(numbers[0].parse::<u64>().unwrap() > 0);
                *sums.entry("LF").or_default() += 1;
                *sums.entry("LH").or_default() += u64::from(numbers[1].parse::<u64>().unwrap() > 0);
            }
            "BRF" | "BRH" | "LF" | "LH" => {
                assert_eq!(
                    rest.parse::<u64>().unwrap(),
                    sums.remove(record).unwrap_or(0),
                    "{line}"
                );
            }
            "end_of_record" => {
                assert!(inside && sums.is_empty(), "{sums:?}");
                inside = false;
            }
            other => panic!("{other}"),
        }
    }
    assert!(!inside);
}

#[test]
fn the_examples_are_covered_so_far() {
    let mut by_rules: BTreeMap<String, Vec<Loaded>> = BTreeMap::new();
    for loaded in all().into_iter().filter(|l| l.path.to_string_lossy().contains("examples")) {
        let name = loaded.play.rules.as_ref().unwrap().node.clone();
        by_rules.entry(name).or_default().push(loaded);
    }
    let sheets: Vec<Sheet> = by_rules.iter().map(|(name, plays)| sheet(name, plays)).collect();
    hold_lcov(&lcov(&sheets));
    insta::assert_snapshot!("examples", text(&sheets, Colour::Off));
}

#[test]
fn a_traced_play_says_the_same() {
    let escrow = example("escrow.play");
    let ids = mundi_workbench::play::Ids::Show;
    let plain = play(&escrow.source, &escrow.play, &escrow.rules).unwrap();
    let traced = play_traced(&escrow.source, &escrow.play, &escrow.rules).unwrap();
    assert_eq!(plain.text(ids, Colour::Off), traced.text(ids, Colour::Off));
    assert!(plain.rehearsal.replica().reached().probes.is_empty());
    assert!(!traced.rehearsal.replica().reached().probes.is_empty());
}
