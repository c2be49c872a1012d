//! What people read where something is wrong: slips in rules, findings about them, refusals.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use mundi::load::LoadedRules;
use mundi::render;
use mundi::screen::Colour;
use mundi_lang::Source;

/// Rules with nothing wrong; each slip changes one place.
const GOOD: &str = r#"conversation lunch "Lunch"
edition 1
role host
role guest 2..5
terms { question: text(1..100), closes: duration = 2d }
message propose by host { place: text(1..50), price: decimal(0..) = 0.0 }
message agree by guest { note: text? }
message refuse by guest { why: "far" | "dear" }
deadline closed at { opened + terms.closes }
pattern { propose, (each guest ( agree | refuse ) unless closed) }
state { yes: int(0..) = 0 }
on agree { state.yes += 1; }
allow agree when { count("refuse") < 2 } else "two have refused"
consensus { everyone("agree", "guest") }
failure { said("closed") || said("refuse") } else "no lunch"
output { #{ place: last("propose")?.place ?? "nowhere", yes: state.yes } }
seal majority of host, guest
"#;

/// What is shown of `GOOD` with one place changed. Each must be found out.
fn shown(slips: &[(&str, &str, &str)]) -> String {
    let mut out = String::new();
    for (name, from, to) in slips {
        assert_eq!(GOOD.matches(from).count(), 1, "{name}: `{from}` is to stand there once");
        let source = Source::new("lunch.conv", GOOD.replace(from, to));
        let loaded = LoadedRules::check(source);
        assert!(!loaded.diagnostics.is_empty(), "{name}: nothing is found");
        out.push_str(&format!("==== {name}\n"));
        for (source, diagnostic) in loaded.findings() {
            out.push_str(&render::text(source, diagnostic, Colour::Off));
        }
    }
    out.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[test]
fn nothing_is_wrong_with_the_rules_that_the_slips_change() {
    let found = LoadedRules::check(Source::new("lunch.conv", GOOD)).diagnostics;
    assert_eq!(found, []);
}

#[test]
fn slips_of_the_structure_are_told() {
    let text = shown(&[
        ("a bracket is missing", "price: decimal(0..) = 0.0 }", "price: decimal(0..) = 0.0"),
        ("a misspelt keyword", "message agree", "mesage agree"),
        ("a capital letter", "role host", "role Host"),
        ("no edition", "edition 1\n", ""),
        ("an edition that is not there", "edition 1", "edition 7"),
        (
            "a name twice",
            "message refuse by guest { why: \"far\" | \"dear\" }",
            "message agree by host",
        ),
        ("a text that does not end", "else \"no lunch\"", "else \"no lunch"),
        ("a range the wrong way round", "text(1..50)", "text(50..1)"),
        ("a type that is not there", "place: text(1..50)", "place: string"),
        ("two patterns", "seal majority", "pattern { propose }\nseal majority"),
    ]);
    insta::assert_snapshot!(text);
}

#[test]
fn slips_of_names_are_told_with_what_was_meant() {
    let text = shown(&[
        ("a role", "propose by host", "propose by hots"),
        ("a message in the pattern", "( agree | refuse )", "( agre | refuse )"),
        ("a message in a call", "said(\"refuse\")", "said(\"refused\")"),
        ("a field of state", "state.yes += 1", "state.yse += 1"),
        ("a term", "terms.closes", "terms.close"),
        ("a field of a message", "?.place", "?.plaec"),
        ("a function", "everyone(\"agree\"", "everybody(\"agree\""),
    ]);
    insta::assert_snapshot!(text);
}

#[test]
fn slips_of_types_are_told() {
    let text = shown(&[
        ("a text where a truth is needed", "{ everyone(\"agree\", \"guest\") }", "{ \"yes\" }"),
        ("a number and a text", "state.yes += 1", "state.yes += \"one\""),
        ("a default outside its range", "= 0.0 }", "= -1.0 }"),
        ("state written in a guard", "{ count(\"refuse\") < 2 }", "{ state.yes = 2; true }"),
        ("one equals sign", "count(\"refuse\") < 2", "count(\"refuse\") = 2"),
    ]);
    insta::assert_snapshot!(text);
}

#[test]
fn what_is_suspicious_is_told() {
    let text = shown(&[
        ("a message that nobody can say", "propose, (each", "(each"),
        (
            "what may not be there",
            "last(\"propose\")?.place ?? \"nowhere\"",
            "last(\"agree\").note + \"!\"",
        ),
        (
            "a deadline that no pattern uses",
            "( agree | refuse ) unless closed",
            "( agree | refuse )",
        ),
        ("what never comes true", "{ everyone(\"agree\", \"guest\") }", "{ false }"),
        ("a fixed seal of a role that is not", "majority of host", "2 of host"),
    ]);
    insta::assert_snapshot!(text);
}

#[test]
fn every_refusal_that_a_play_can_meet_is_told() {
    use mundi::load::LoadedPlay;
    use mundi::play::{Ids, play};
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/texts/refusals.play");
    let loaded = LoadedPlay::read(&path, None).unwrap();
    let (tree, rules) = loaded.ready().expect("nothing is wrong with it");
    let report = play(&loaded.source, tree, rules).unwrap();
    assert_eq!(report.unmet.len(), 0, "{:?}", report.unmet);
    let text = report.text(Ids::Hide, Colour::Off);
    let codes = [
        "out-of-turn",
        "not-your-role",
        "not-allowed",
        "too-early",
        "bad-field",
        "bad-ref",
        "bad-reveal",
        "not-a-member",
        "unknown-message",
        "script-failed",
        "budget-spent",
        "ended",
    ];
    for code in codes {
        assert!(text.contains(&format!("({code})")), "{code}");
    }
    insta::assert_snapshot!(text);
}
