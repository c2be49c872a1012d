//! The examples of the language's page parse.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use mundi_lang::{Source, parse};

const EXAMPLES: [(&str, &str); 3] = [
    ("escrow.conv", include_str!("examples/escrow.conv")),
    ("ballot.conv", include_str!("examples/ballot.conv")),
    ("coin.conv", include_str!("examples/coin.conv")),
];

#[test]
fn every_example_parses_without_a_finding() {
    for (name, text) in EXAMPLES {
        let parsed = parse(&Source::new(name, text));
        assert_eq!(parsed.diagnostics, Vec::new(), "{name}");
        assert!(parsed.tree.is_some_and(|t| t.items.len() > 8), "{name}");
    }
}

#[test]
fn the_play_of_the_language_page_parses() {
    let text = include_str!("examples/confirm.play");
    let parsed = mundi_lang::parse_play(&Source::new("confirm.play", text));
    assert_eq!(parsed.diagnostics, Vec::new());
    insta::assert_debug_snapshot!(
        parsed.tree.map(|p| p.steps.into_iter().map(|s| s.node).collect::<Vec<_>>())
    );
}
