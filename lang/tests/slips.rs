//! Every slip, as a reader sees it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::fmt::Write as _;

use mundi_lang::{Diagnostic, Severity, Source, parse, parse_play};

/// Code, place, message, the source with its underline, and help.
fn render(source: &Source, found: &[Diagnostic]) -> String {
    let mut text = String::new();
    for d in found {
        let place = source.place(d.span.start as usize);
        let level = if d.severity == Severity::Error { "error" } else { "warning" };
        let slice = source.slice(d.span);
        writeln!(text, "{level} {} {}:{} {}", d.code, place.line, place.column, d.message).unwrap();
        writeln!(text, "    at   {slice:?}").unwrap();
        for (span, label) in &d.labels {
            writeln!(text, "    also {:?}: {label}", source.slice(*span)).unwrap();
        }
        if let Some(help) = &d.help {
            writeln!(text, "    help {help}").unwrap();
        }
    }
    text
}

/// All sources of a table with what is found in them.
fn table(rows: &[(&str, &str)], conv: bool) -> String {
    let mut text = String::new();
    for (name, row) in rows {
        let source = Source::new("x", *row);
        let found = if conv { parse(&source).diagnostics } else { parse_play(&source).diagnostics };
        assert!(!found.is_empty(), "{name}: nothing was found in {row:?}");
        writeln!(text, "== {name}\n{row}\n--\n{}", render(&source, &found)).unwrap();
    }
    text
}

#[test]
fn slips_of_structure_are_named() {
    insta::assert_snapshot!(table(STRUCTURE, true));
}

#[test]
fn slips_of_patterns_are_named() {
    insta::assert_snapshot!(table(PATTERNS, true));
}

#[test]
fn slips_of_code_are_named() {
    insta::assert_snapshot!(table(CODE, true));
}

#[test]
fn slips_of_plays_are_named() {
    insta::assert_snapshot!(table(PLAYS, false));
}

const STRUCTURE: &[(&str, &str)] = &[
    ("a missing comma", "message m by a { x: int\n  y: int }"),
    ("a missing comma after a range", "terms { x: int(1..5) y: int }"),
    ("a semicolon between fields", "terms { x: int; y: int }"),
    ("a semicolon after an item", "role a;\nrole b"),
    ("a comment with a hash", "# rules\nrole a"),
    ("a block comment", "/* rules */\nrole a"),
    ("typographic quotes", "conversation x “Title”"),
    ("single quotes", "conversation x 'Title'"),
    ("an unclosed text", "conversation x \"Title\nrole a"),
    ("a bad escape", "conversation x \"a\\qb\""),
    ("a hyphen in a name", "message place-order by a"),
    ("a hyphen in the name of a field", "terms { ship-by: int }"),
    ("capitals in a name", "message PlaceOrder by a"),
    ("capitals in a role", "message m by Buyer"),
    ("other letters in a name", "role käufer"),
    ("a spelled duration", "terms { x: duration = 14 days }"),
    ("a duration in two words", "terms { x: duration = 14 d }"),
    ("a duration in the wrong order", "terms { x: duration = 2d1w }"),
    ("a lone number", "terms { x: text(200) }"),
    ("a lone number in a list", "terms { x: list(text, 5) }"),
    ("a comma in a range", "terms { x: int(1, 5) }"),
    ("three dots", "terms { x: int(1...5) }"),
    ("a last dot", "terms { x: decimal(5...) , y: decimal = 5. }"),
    ("a decimal with a last dot", "terms { y: decimal = 5. }"),
    ("a decimal with a first dot", "terms { x: decimal(.5..) }"),
    ("a misspelt item", "role a\nmesage m by a\nrole b"),
    ("an unknown item", "banana m by a"),
    ("two roles", "role buyer, seller"),
    ("an unclosed brace", "terms { x: int\nrole a"),
    ("a wrong closer", "terms { x: list(int }"),
    ("a stray closer", "terms { x: int } }\nrole a"),
    ("a condition without braces", "allow m when said(\"x\") else \"no\""),
    ("consensus without braces", "consensus said(\"x\")"),
    ("a hole without an expression", "failure { true } else \"a { b\""),
    ("a huge number", "terms { x: int = 99999999999999999999 }"),
    ("no such time", "terms { x: time = 2026-02-30T00:00:00Z }"),
    ("half a byte", "terms { x: bytes = 0xfff }"),
    ("a title is missing", "conversation x\nedition 1"),
    ("the senders are missing", "message m { x: int }"),
    ("documentation after code", "role a /// the first\nrole b"),
    ("documentation of nothing", "role a\n/// the end"),
    ("every error is found", "terms { a: text(5) }\nmessage M by a\nrole b;\nrole c"),
    ("a byte order mark", "\u{feff}role a"),
];

const PATTERNS: &[(&str, &str)] = &[
    ("different operators", "pattern { a, b | c }"),
    ("unless beside a comma", "pattern { a, b unless c }"),
    ("two suffixes", "pattern { a*+ }"),
    ("a suffix after a count", "pattern { a{2}? }"),
    ("a count with a comma", "pattern { a{1,3} }"),
    ("two senders", "role x\nrole y\nmessage m by x, y\npattern { m by x, y }"),
    ("semicolons", "pattern { a; b }"),
    ("nothing after the operator", "pattern { a, }"),
    ("each without parentheses", "pattern { each voter vote }"),
];

const CODE: &[(&str, &str)] = &[
    ("and", "consensus { said(\"a\") and said(\"b\") }"),
    ("or", "consensus { said(\"a\") or said(\"b\") }"),
    ("not", "consensus { not said(\"a\") }"),
    ("a record without its sign", "output { { a: 1 } }"),
    ("the output is a record", "output { a: 1 }"),
    ("one equals sign", "output { if a = b { 1 } else { 2 } }"),
    ("a closure", "output { all(\"m\").map(|x| x + 1) }"),
    ("an arrow", "output { switch x { 1 => 2 } }"),
    ("a loop", "output { loop { break; } }"),
    ("a try", "output { try { 1 } catch { 2 } }"),
    ("an import", "output { import \"x\"; 1 }"),
    ("bit operators", "consensus { a & b }"),
    ("three equals signs", "consensus { a === b }"),
    ("a missing semicolon", "on m {\n    state.a = 1\n    state.b = 2\n}"),
    ("a missing comma", "output { #{ a: 1 b: 2 } }"),
    ("a spelled duration", "consensus { now > opened + 3 days }"),
    ("single quotes", "consensus { said('a') }"),
    ("a ternary", "output { a ? 1 : 2 }"),
    ("an unclosed brace", "on m { if a { b = 1; }\nrole x"),
    ("a last dot", "output { 5. }"),
    ("an unclosed template", "output { `a ${b} }\nrole x"),
    ("increments", "on m { state.a++; }"),
    ("null", "consensus { let x = null x }"),
];

const PLAYS: &[(&str, &str)] = &[
    ("no title", "ada: order"),
    ("a missing comma", "play \"x\"\nada: order { a: 1 b: 2 }\nben: accept"),
    ("a line that is none", "play \"x\"\nada order\nben: accept"),
    ("a misspelt word", "play \"x\"\nexpct consensus"),
    ("a misspelt expectation", "play \"x\"\nexpect consesus"),
    ("an unclosed brace", "play \"x\"\nada: order { a: 1\n"),
    ("a title too late", "ada: order\nplay \"x\""),
    ("two titles", "play \"x\"\nplay \"y\""),
    ("a spelled duration", "play \"x\"\n+3 days"),
    ("a capital", "play \"x\"\nAda: order"),
    ("every error is found", "play \"x\"\nada! order\nben: accept\ncy; x"),
];

/// What could not be read is wrong, not missing.
#[test]
fn an_item_that_could_not_be_read_is_not_missing() {
    let text = "conversation x \"X\"\nedition 1\nrole a\nmessage return by a\n\
                consensus { said(return) }\n";
    let source = Source::new("x.conv", text);
    let parsed = parse(&source);
    let checked =
        mundi_lang::check(&source, &parsed.tree.unwrap(), &mundi_lang::ty::Modules::default());
    let codes = parsed.diagnostics.iter().chain(&checked.diagnostics);
    let codes: Vec<_> = codes.map(|d| (d.code, d.help.clone().unwrap_or_default())).collect();
    assert_eq!(codes, [("E0309", "write `\"return\"`".to_owned())]);
}
