//! Rules with one fault each, and the answer that must find it.

use mundi_workbench::explore::{Bounds, Branches, Kind, Report};

use super::{examples, explored, play_all, rules};

/// What is changed in which example, and what must be said of what. `""` for what stands means that it
/// is added at the end.
const MUTANTS: [(&str, &str, &str, Kind, &str); 26] = [
    // Escrow
    ("escrow", "msg.to_seller <= state.total", "msg.to_seller < 0.0", Kind::NeverAllowed, "rule"),
    (
        "escrow",
        "(dispute, (rule unless not_ruled))",
        "(dispute, rule)",
        Kind::NeverSaid,
        "not_ruled",
    ),
    ("escrow", "(dispute, (rule unless not_ruled))", "(dispute, rule)", Kind::Blocks, "notary"),
    ("escrow", "(ship unless not_shipped)", "ship", Kind::NeverSaid, "not_shipped"),
    (
        "escrow",
        "said(\"confirm\") || said(\"rule\")",
        "said(\"confirm\")",
        Kind::EndsUnsaid,
        "failure",
    ),
    (
        "escrow",
        "terms.price * msg.quantity",
        "terms.price / (msg.quantity - 1)",
        Kind::CodeFails,
        "order",
    ),
    ("escrow", "on pay   { state.paid_at = now; }", "", Kind::NeverSaid, "not_shipped"),
    ("escrow", "", "never dear { state.total > 1.5 }", Kind::Breach, "dear"),
    ("escrow", "", "always cheap { state.total < 1.5 }", Kind::Breach, "cheap"),
    (
        "escrow",
        "else { 0.0 };",
        "else { if last(\"ship\").at > opened { 0.0 } else { 1.0 } };",
        Kind::CodeFails,
        "not_shipped",
    ),
    ("escrow", "said(\"cancel\") || said(\"decline\")", "said(\"cancel\")", Kind::Breach, "unpaid"),
    ("escrow", "allow rule", "allow ship when { false }\nallow rule", Kind::NeverAllowed, "ship"),
    // Ballot
    (
        "ballot",
        "{ each voter ( vote* ) unless (closed | close) }",
        "{ each voter ( vote ) }",
        Kind::NoConsensus,
        "consensus",
    ),
    (
        "ballot",
        "everyone(\"vote\", \"voter\")",
        "count(\"close\") > 0",
        Kind::NeverAllowed,
        "close",
    ),
    ("ballot", "unless (closed | close)", "unless close", Kind::Blocks, "voter"),
    (
        "ballot",
        "{ opened + terms.closes }",
        "{ last(\"vote\")?.at + terms.closes }",
        Kind::Blocks,
        "voter",
    ),
    (
        "ballot",
        "{ each voter ( vote* ) unless (closed | close) }",
        "{ each voter ( vote ), close }\nallow close when { count(\"vote\") > 5 }",
        Kind::DeadEnd,
        "pattern",
    ),
    (
        "ballot",
        "{ each voter ( vote* ) unless (closed | close) }",
        "{ each voter ( vote* ) }",
        Kind::NoEnd,
        "pattern",
    ),
    (
        "ballot",
        "{ everyone(\"vote\", \"voter\") } else \"not everyone has voted\"",
        "{ slow(0) }\nscript { fn slow(n) { while n < 1000000 { n += 1; } true } }",
        Kind::CodeFails,
        "close",
    ),
    ("ballot", ".winners.len() == 1", ".winners.len() == 9", Kind::NoConsensus, "consensus"),
    // Coin
    (
        "coin",
        "if said(\"too_late\") {",
        "if said(\"toss\") && said(\"show\") && false {",
        Kind::CodeFails,
        "too_late",
    ),
    ("coin", "sum % 2", "(sum / (sum - 1))", Kind::CodeFails, "show"),
    (
        "coin",
        "seal all",
        "allow show when { count(\"toss\") == 3 }\nseal all",
        Kind::NeverAllowed,
        "show",
    ),
    (
        "coin",
        "(each left, right ( show ) unless too_late)",
        "each left, right ( show )",
        Kind::NeverSaid,
        "too_late",
    ),
    // Listing, of which there is no end
    (
        "listing",
        "allow accept when { msg.reservation.units <= state.left }",
        "allow accept when { true }",
        Kind::CodeFails,
        "accept",
    ),
    (
        "listing",
        "state.left + state.sold <= terms.stock",
        "state.sold == 0",
        Kind::Breach,
        "stock_adds_up",
    ),
];

/// An invariant that escrow keeps, and that a mutant breaks.
const UNPAID: &str = "never unpaid { said(\"ship\") && state.paid_at == () }";

fn text(example: &str) -> String {
    let path = examples().join(format!("{example}.conv"));
    let text = std::fs::read_to_string(path).unwrap();
    if example == "escrow" { format!("{text}\n{UNPAID}\n") } else { text }
}

fn of(text: &str) -> Report {
    let rules = rules(text, &examples());
    let bounds =
        Bounds { states: 2_000, workers: 2, branches: Branches::Untold, ..Bounds::default() };
    let report = explored(&rules, &bounds);
    play_all(&report, &rules);
    report
}

fn says(report: &Report, kind: Kind, what: &str) -> bool {
    report.answers.iter().any(|answer| answer.kind == kind && answer.of == what)
}

#[test]
fn every_planted_fault_is_found_by_the_right_answer() {
    for (example, from, to, kind, of_what) in MUTANTS {
        let original = text(example);
        let mutant = match from {
            "" => format!("{original}\n{to}\n"),
            from => {
                assert!(original.contains(from), "{example} has no {from}");
                original.replace(from, to)
            }
        };
        let report = of(&mutant);
        let found: Vec<_> = report.answers.iter().map(|a| (a.kind, &a.of, &a.text)).collect();
        assert!(says(&report, kind, of_what), "{example}: {from} → {to}: {found:#?}");
    }
}

#[test]
fn what_finds_a_planted_fault_is_silent_of_the_original() {
    for (example, _, _, kind, of_what) in MUTANTS {
        let report = of(&text(example));
        assert!(!says(&report, kind, of_what), "{example}: {kind:?} of {of_what}");
    }
}
