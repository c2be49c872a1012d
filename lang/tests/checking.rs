//! What the checker lets through, and how it prints it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod kit;

use kit::{checked, codes};
use mundi_lang::Source;
use mundi_lang::rules::{MessageKind, Piece, Rules, Script};

const ESCROW: &str = include_str!("examples/escrow.conv");
const BALLOT: &str = include_str!("examples/ballot.conv");
const COIN: &str = include_str!("examples/coin.conv");
const BOARD: &str = include_str!("../../examples/conversations/board.conv");
const AUCTION: &str = include_str!("../../examples/conversations/auction.conv");

/// Every script of the rules, as it is printed.
fn printed(rules: &Rules) -> String {
    let mut text = String::new();
    let mut put = |name: String, script: &Script| {
        text.push_str(&format!("== {name}\n{}\n", script.rhai));
    };
    for message in &rules.messages {
        if let MessageKind::Deadline(script) = &message.kind {
            put(format!("deadline {}", message.name), script);
        }
        for guard in &message.guards {
            put(format!("allow {}", message.name), &guard.when);
            for piece in guard.otherwise.iter().flat_map(|t| &t.parts) {
                if let Piece::Hole(script) = piece {
                    put(format!("hole of allow {}", message.name), script);
                }
            }
        }
        for handler in &message.handlers {
            put(format!("on {}", message.name), handler);
        }
    }
    let single = [
        ("on open", rules.on_open.as_ref()),
        ("consensus", Some(&rules.consensus)),
        ("failure", rules.failure.as_ref().map(|f| &f.when)),
        ("output", rules.output.as_ref()),
        ("functions", Some(&rules.functions)),
    ];
    for (name, script) in single {
        if let Some(script) = script {
            put(name.to_owned(), script);
        }
    }
    text
}

fn rules(text: &str) -> Rules {
    let (rules, found) = checked(text);
    rules.unwrap_or_else(|| panic!("{}", kit::render(&Source::new("x", text), &found)))
}

#[test]
fn the_examples_of_the_page_check_without_an_error_or_a_doubt() {
    for (name, text) in [("escrow", ESCROW), ("ballot", BALLOT), ("coin", COIN)] {
        let (rules, found) = checked(text);
        let doubts: Vec<_> = found.iter().filter(|d| d.code == "W0301").collect();
        assert!(doubts.is_empty(), "{name}: {doubts:#?}");
        assert!(rules.is_some(), "{name}: {found:#?}");
    }
}

#[test]
fn escrow_is_printed_so() {
    insta::assert_snapshot!(printed(&rules(ESCROW)));
}

#[test]
fn ballot_is_printed_so() {
    insta::assert_snapshot!(printed(&rules(BALLOT)));
}

#[test]
fn coin_is_printed_so() {
    insta::assert_snapshot!(printed(&rules(COIN)));
}

#[test]
fn board_is_printed_so() {
    insta::assert_snapshot!(printed(&rules(BOARD)));
}

#[test]
fn auction_is_printed_so() {
    insta::assert_snapshot!(printed(&rules(AUCTION)));
}

/// Each part with the codes that it gives.
#[track_caller]
fn table(rows: &[(&str, &[&str])]) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(part, wanted)| {
            let found = codes(part);
            (found != *wanted).then(|| format!("{part}\n    wanted {wanted:?}, found {found:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn tests_establish_facts() {
    let offer = "message m by a { n: int, s: text? }\nmessage o by b { n: int }\n";
    let asked = |code: &str| format!("{offer}consensus {{ {code} }}");
    let fine = [
        "said(\"m\") && last(\"m\").n > 1",
        "last(\"m\") != () && last(\"m\").n > 1",
        "!said(\"m\") || last(\"m\").n > 1",
        "count(\"m\") > 0 && last(\"m\").n > 1",
        "count(\"m\") >= 1 && last(\"m\").n > 1",
        "count(\"m\") == 2 && last(\"m\").n > 1",
        "0 < count(\"m\") && last(\"m\").n > 1",
        "!(count(\"m\") == 0) && last(\"m\").n > 1",
        "everyone(\"m\", \"a\") && last(\"m\").n > 1",
        "tally(\"m\", \"n\", 3) > 0 && last(\"m\").n > 1",
        "(said(\"m\") && said(\"o\") || count(\"m\") == 1) && last(\"m\").n > 1",
        "if !said(\"m\") { return false; } last(\"m\").n > 1",
        "let e = last(\"m\"); if e == () { return false; } e.n > 1",
        "let e = last(\"m\"); said(\"m\") && e.n > 1",
        "let there = said(\"m\"); there && last(\"m\").n > 1",
        "if last(\"m\") == () { false } else if last(\"m\").n > 1 { true } else { false }",
        "last(\"m\")?.s != () && last(\"m\").s == \"x\" && last(\"m\").n > 1",
        "last(\"m\")?.s == \"x\" && last(\"m\").n > 1",
        "let x = last(\"m\")?.n ?? 0; x > 1",
        "for p in members(\"a\") { if said(\"m\", p) && last(\"m\", p).n > 1 { return true; } } false",
        "(last(\"m\")?.s?.len() ?? 0) > 2",
    ];
    for code in fine {
        assert_eq!(codes(&asked(code)), [""; 0], "{code}");
    }
    let doubtful = [
        "last(\"m\").n > 1",
        "(said(\"m\") || said(\"o\")) && last(\"m\").n > 1",
        "count(\"m\") >= 0 && last(\"m\").n > 1",
        "count(\"m\") < 3 && last(\"m\").n > 1",
        "count(\"m\") != 3 && last(\"m\").n > 1",
        "said(\"m\") && last(\"m\").s.len() > 1",
        "let e = last(\"m\"); e = last(\"o\"); said(\"m\") && e.from == last(\"m\").from",
        "last(\"m\")?.n > 1",
        "last(\"m\")?.s == \"x\"",
    ];
    for code in &doubtful[..8] {
        assert_eq!(codes(&asked(code)), ["W0301"], "{code}");
    }
    assert_eq!(codes(&asked(doubtful[8])), [""; 0], "equality takes `()` too");
}

#[test]
fn everyone_of_an_open_or_empty_role_says_nothing() {
    let asked = |role: &str| {
        format!(
            "{role}\nmessage m by c {{ n: int }}\nconsensus {{ everyone(\"m\", \"c\") && last(\"m\").n > 1 }}"
        )
    };
    assert_eq!(codes(&asked("role c 2..")), [""; 0]);
    assert_eq!(codes(&asked("role c 0..3")), ["W0301"]);
    assert_eq!(codes(&asked("role c 1.. open")), ["W0301"]);
}

#[test]
fn what_ends_a_conversation_is_known_in_its_output_and_its_text() {
    table(&[
        ("message m by a { n: int }\nconsensus { said(\"m\") }\noutput { last(\"m\").n }", &[]),
        (
            "message m by a { n: int }\nmessage o by a\nconsensus { said(\"m\") || said(\"o\") }\noutput { last(\"m\").n }",
            &["W0301"],
        ),
        (
            "message m by a { n: int }\nconsensus { if count(\"m\") > 3 { return true; } said(\"m\") }\noutput { last(\"m\").n }",
            &["W0301"],
        ),
        ("message o by a { n: int }\nfailure { said(\"o\") } else \"{last(\"o\").n} it was\"", &[]),
        (
            "message m by a { n: int }\nallow m when { last(\"m\") == () } else \"it is {last(\"m\").n}\"",
            &[],
        ),
        ("message m by a { n: int }\nstate { x: int = 0 }\non m { state.x = last(\"m\").n; }", &[]),
    ]);
}

#[test]
fn a_hidden_field_is_there_once_it_was_revealed() {
    let head = "message m by a { n: hidden(int) }\nmessage show by a { of: reveal(m) }\n";
    let asked = |code: &str| format!("{head}consensus {{ {code} }}");
    assert_eq!(codes(&asked("said(\"show\") && said(\"m\") && last(\"m\").n > 1")), [""; 0]);
    assert_eq!(codes(&asked("said(\"m\") && last(\"m\").n > 1")), ["W0301"]);
}

#[test]
fn what_a_loop_makes_of_a_variable_holds_at_its_beginning() {
    let part = "message m by a { n: int }
consensus { said(\"m\") }
output {
    let best = ();
    for e in all(\"m\") { if best == () || e.n > best.n { best = e; } }
    let half = 1;
    let turns = 0;
    while half > 0 && turns < 9 { half = half / 2; half += 0.5; turns += 1; }
    #{ best: best?.n, half: half }
}";
    let (rules, found) = checked(&kit::framed(part));
    assert_eq!(found, Vec::new());
    let output = rules.unwrap().output.unwrap().rhai;
    assert!(output.contains("ef(need(v_best), 0)"), "{output}");
    assert!(output.contains("(to_decimal(v_half) / 2)"), "{output}");
    let doubt = "message m by a { n: int }
consensus {
    let e = last(\"m\");
    if e == () { return false; }
    while e.n > 3 { e = last(\"m\", e.from); }
    true
}";
    assert_eq!(codes(doubt), ["W0301", "W0301"]);
}

#[test]
fn a_list_inside_of_a_slot_grows_where_it_is() {
    let head = "message m by a { n: int }\nstate { all: map(person, list(int)) }\n";
    let on = |code: &str| format!("{head}on m {{ {code} }}");
    let pushed = on("state.all[from] = []; state.all[from].push(msg.n);");
    let rules = rules(&kit::framed(&pushed));
    let handler = &rules.messages[0].handlers[0].rhai;
    let stored = "slot_set(0, from(), cat(need(slot_get(0, from())), [field(0)]))";
    assert!(handler.contains(stored), "{handler}");
    assert_eq!(codes(&on("state.all[from].push(msg.n);")), ["W0301"]);
    assert_eq!(codes(&on("state.all[from].pop();")), ["E0307"]);
    assert_eq!(codes(&on("terms.n.push(3);")), ["E0307"]);
}

#[test]
fn beside_an_alternative_nothing_is_demanded() {
    let part = "message m by a { n: hidden(int) }\nmessage show by a { of: reveal(m) }
consensus { said(\"show\") }
output { let s = 0; for t in all(\"m\") { if t.n != () { s += t.n ?? 0; } } s }";
    let rules = rules(&kit::framed(part));
    let output = rules.output.unwrap().rhai;
    assert!(!output.contains("need(ef("), "{output}");
}

#[test]
fn code_is_printed_honestly() {
    let part = "message m by a { n: int, d: decimal, s: text? }
state { x: decimal = 0.0, xs: list(int, 0..9), seats: map(text, int, 0..9), o: list(int, 0..3)? }
script {
    fn half(x) { x / 2 }
    fn or_nothing(x) { if x == () { 0 } else { x + 1 } }
}
on m {
    state.x = 0;
    let x = 0;
    x += 1.5;
    state.x = x / 2;
    let list = [1, 2, 3];
    list[msg.n] = 4;
    list[0] = half(2) + half(list[1]) + or_nothing(()) + or_nothing(msg.n);
    for y in list { state.x += y; }
    for y in state.xs { state.x += y; }
    let seats = tally(\"m\", \"n\");
    seats[\"x\"] = 1;
    state.seats[\"y\"] = seats[\"x\"] ?? 0;
    state.xs.push(state.o?.len() ?? 0);
    if state.o?.contains(3) ?? false { state.x = 1.0; }
}
consensus { said(\"m\") }
output {
    for e in all(\"m\") { if e.n > 3 { return e.n; } }
    let s = if count(\"m\") > 3 { \"many\" };
    `${s ?? \"few\"} of ${last(\"m\").d}`
}";
    let text = kit::framed(part);
    insta::assert_snapshot!(printed(&rules(&text)));
}
