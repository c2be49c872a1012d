//! Published examples, through the library as rules call it. Winners as in the literature, or as
//! other libraries compute them (`oracles/RESULTS.md`).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::sync::Arc;

use mundi_engine::Value;

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn list(values: impl IntoIterator<Item = Value>) -> Value {
    Value::List(Arc::new(values.into_iter().collect()))
}

/// A list of the letters of a text.
fn letters(all: &str) -> Value {
    list(all.chars().map(|c| text(&c.to_string())))
}

/// `"5 ACBED"` lines as ballots.
fn ballots(lines: &[&str]) -> Value {
    let times = |line: &&str| {
        let (times, ranking) = line.split_once(' ').unwrap();
        vec![letters(ranking); times.parse().unwrap()]
    };
    list(lines.iter().flat_map(times))
}

fn field(value: &Value, name: &str) -> String {
    let Value::Record(fields) = value else { panic!("{value:?} is no record") };
    let Some(Value::List(items)) = fields.get(name) else { panic!("{value:?} has no {name}") };
    let letter = |item: &Value| match item {
        Value::Text(text) => text.to_string(),
        other => panic!("{other:?} is no text"),
    };
    items.iter().map(letter).collect()
}

fn called(function: &str, arguments: &[Value]) -> Value {
    let library = consensus_std::library();
    let (module, name) = function.split_once("::").unwrap();
    let function = library.function(module, name).unwrap();
    assert_eq!(function.signature.parameters.len(), arguments.len(), "{name}");
    (function.native)(arguments).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The winners of a method named `function` or `function ties`.
fn winners(method: &str, lines: &[&str], options: &str) -> String {
    let (name, ties) = method.split_once(' ').unwrap_or((method, ""));
    let mut arguments = vec![ballots(lines), letters(options)];
    if !ties.is_empty() {
        arguments.push(text(ties));
    }
    field(&called(&format!("ranked::{name}"), &arguments), "winners")
}

/// Methods of duels alone, of sets, of places; those that drop options have a tie policy besides.
const PLAIN: [&str; 26] = [
    "schulze",
    "copeland",
    "llull",
    "minimax",
    "minimax_margins",
    "minimax_opposition",
    "smith_minimax",
    "split_cycle",
    "stable_voting",
    "kemeny",
    "slater",
    "top_cycle",
    "schwartz",
    "uncovered",
    "banks",
    "nanson",
    "nanson_weak",
    "borda",
    "borda_modified",
    "borda_truncated",
    "dowdall",
    "bucklin",
    "contingent",
    "black",
    "condorcet_plurality",
    "dodgson",
];

const DROPPING: [&str; 10] = [
    "irv",
    "coombs",
    "baldwin",
    "bottom_two",
    "raynaud",
    "benham",
    "woodall",
    "tideman_alternative",
    "smith_irv",
    "condorcet_irv",
];

/// Schulze, "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent
/// single-winner election method", 2011.
#[test]
fn the_45_ballots_of_schulze() {
    let lines =
        ["5 ACBED", "5 ADECB", "8 BEDAC", "3 CABED", "7 CAEBD", "2 CBADE", "7 DCEBA", "8 EBADC"];
    let expected = [
        ("schulze borda copeland minimax kemeny dodgson black nanson nanson_weak", "E"),
        ("llull minimax_margins minimax_opposition smith_minimax", "E"),
        ("bucklin condorcet_plurality", "C"),
        ("contingent stable_voting", "A"),
        ("split_cycle", "AE"),
        ("uncovered banks", "ACE"),
        ("top_cycle schwartz", "ABCDE"),
        ("slater", "CE"),
    ];
    for (methods, winner) in expected {
        for method in methods.split(' ') {
            assert_eq!(winners(method, &lines, "ABCDE"), winner, "{method}");
        }
    }
    // B and E tie for the last place once D is out: both out, A wins; either alone, C.
    let hare = ["irv", "benham", "woodall", "tideman_alternative", "smith_irv", "condorcet_irv"];
    for method in hare {
        assert_eq!(winners(&format!("{method} drop-all"), &lines, "ABCDE"), "A", "{method}");
        assert_eq!(winners(&format!("{method} parallel"), &lines, "ABCDE"), "C", "{method}");
    }
    for method in ["coombs parallel", "baldwin parallel", "raynaud parallel"] {
        assert_eq!(winners(method, &lines, "ABCDE"), "E", "{method}");
    }
    for method in ["ranked_pairs parallel", "ranked_pairs listed", "river parallel", "river listed"]
    {
        assert_eq!(winners(method, &lines, "ABCDE"), "A", "{method}");
    }
}

/// The capital of Tennessee: Memphis has most first places, Nashville beats each other city.
#[test]
fn the_capital_of_tennessee() {
    let lines = ["42 MNCK", "26 NCKM", "15 CKNM", "17 KCNM"];
    for method in PLAIN.into_iter().filter(|m| *m != "dowdall") {
        assert_eq!(winners(method, &lines, "MNCK"), "N", "{method}");
    }
    for method in DROPPING {
        let expected = if method == "irv" { "K" } else { "N" };
        for ties in ["drop-all", "parallel", "last-listed"] {
            let method = format!("{method} {ties}");
            assert_eq!(winners(&method, &lines, "MNCK"), expected, "{method}");
        }
    }
    let votes = |place: usize| {
        let vote = |line: &&str| {
            let (times, ranking) = line.split_once(' ').unwrap();
            vec![letters(ranking.get(place..=place).unwrap()); times.parse().unwrap()]
        };
        let first = |ballot: Value| match ballot {
            Value::List(marks) => marks.first().unwrap().clone(),
            other => other,
        };
        list(lines.iter().flat_map(vote).map(first))
    };
    let won =
        |function, place| field(&called(function, &[votes(place), letters("MNCK")]), "winners");
    assert_eq!(won("single::plurality", 0), "M");
    assert_eq!(won("single::anti_plurality", 3), "NC");
}

/// Condorcet's paradox: three ballots in a circle tie in every method, whatever the tie policy, unless
/// it goes by the list.
#[test]
fn the_paradox_of_three_ballots() {
    let lines = ["1 ABC", "1 BCA", "1 CAB"];
    for method in PLAIN {
        assert_eq!(winners(method, &lines, "ABC"), "ABC", "{method}");
    }
    for method in DROPPING {
        for ties in ["drop-all", "parallel"] {
            let method = format!("{method} {ties}");
            assert_eq!(winners(&method, &lines, "ABC"), "ABC", "{method}");
        }
        // C is out first, if anything is.
        let one = winners(&format!("{method} last-listed"), &lines, "ABC");
        assert!(one == "A" || one == "B", "{method}: {one}");
    }
    assert_eq!(winners("ranked_pairs parallel", &lines, "ABC"), "ABC");
    assert_eq!(winners("river parallel", &lines, "ABC"), "ABC");
    // A over B is locked first, then B over C.
    assert_eq!(winners("ranked_pairs listed", &lines, "ABC"), "A");
    assert_eq!(winners("river listed", &lines, "ABC"), "A");
    assert_eq!(winners("agenda", &lines, "ABC"), "C");
}

/// What Debian's procedure comes to: winners, dropped for want of a quorum, for want of a majority.
fn debian(
    lines: &[&str],
    quorum: i64,
    ratio: Option<(&str, i64, i64)>,
    casting: &str,
) -> [String; 3] {
    let ratio = ratio.map(|(option, p, q)| {
        let fields = [("option", text(option)), ("p", Value::Int(p)), ("q", Value::Int(q))];
        Value::Record(Arc::new(fields.into_iter().map(|(k, v)| (k.into(), v)).collect()))
    });
    let arguments = [
        ballots(lines),
        letters("ABD"),
        text("D"),
        Value::Int(quorum),
        list(ratio),
        letters(casting),
    ];
    let result = called("ranked::debian", &arguments);
    ["winners", "without_quorum", "without_majority"].map(|name| field(&result, name))
}

fn said(all: [&str; 3]) -> [String; 3] {
    all.map(str::to_owned)
}

#[test]
fn a_quorum_is_each_options_own() {
    // Six prefer A to D, five B to D; B beats nobody. With a quorum of six B is dropped, with seven A.
    let lines = ["5 ABD", "1 ADB", "2 DBA"];
    assert_eq!(debian(&lines, 5, None, ""), said(["A", "", ""]));
    assert_eq!(debian(&lines, 6, None, ""), said(["A", "B", ""]));
    assert_eq!(debian(&lines, 7, None, ""), said(["D", "AB", ""]));
}

#[test]
fn a_ratio_is_met_exactly_or_not_at_all() {
    // A is above D on three ballots, below it on one: three to one is enough.
    let lines = ["3 ABD", "1 BDA"];
    assert_eq!(debian(&lines, 0, Some(("A", 3, 1)), ""), said(["A", "", ""]));
    assert_eq!(debian(&lines, 0, Some(("A", 4, 1)), ""), said(["B", "", "A"]));
    // As many above as below is no majority, though the ratio is one to one.
    assert_eq!(debian(&["1 AD", "1 DA"], 0, Some(("A", 1, 1)), ""), said(["D", "", "AB"]));
}

#[test]
fn the_default_wins_where_nothing_else_is_left() {
    assert_eq!(debian(&["2 DAB", "1 ABD"], 0, None, ""), said(["D", "", "AB"]));
    // Without ballots nothing beats the default.
    assert_eq!(debian(&[], 0, None, ""), said(["D", "", "AB"]));
}

#[test]
fn the_casting_vote_chooses_among_those_that_are_left() {
    let lines = ["2 ABD", "2 BAD"];
    assert_eq!(debian(&lines, 0, None, ""), said(["AB", "", ""]));
    assert_eq!(debian(&lines, 0, None, "DBA"), said(["B", "", ""]));
    // It has no say where one has won.
    assert_eq!(debian(&["3 ABD", "2 BAD"], 0, None, "BAD"), said(["A", "", ""]));
}

#[test]
fn the_weakest_defeats_are_dropped_from_a_circle() {
    // Schulze's 45 ballots with a default below everything: his winner.
    let lines = [
        "5 ACBEDF", "5 ADECBF", "8 BEDACF", "3 CABEDF", "7 CAEBDF", "2 CBADEF", "7 DCEBAF",
        "8 EBADCF",
    ];
    let none = || list([]);
    let arguments = [ballots(&lines), letters("ABCDEF"), text("F"), Value::Int(20), none(), none()];
    assert_eq!(field(&called("ranked::debian", &arguments), "winners"), "E");
}
