//! Laws of the checker: it never panics, and gives rules exactly where nothing is wrong.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod kit;

use mundi_lang::Severity;
use proptest::prelude::*;

const EXAMPLES: [&str; 5] = [
    include_str!("examples/escrow.conv"),
    include_str!("examples/ballot.conv"),
    include_str!("examples/coin.conv"),
    include_str!("../../examples/conversations/board.conv"),
    include_str!("../../examples/conversations/auction.conv"),
];

/// The words of a text, with what stands between them.
fn words(text: &str) -> Vec<&str> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let alike = |c: char| if part(first) { part(c) } else { false };
        let end =
            rest.char_indices().skip(1).find(|(_, c)| !alike(*c)).map_or(rest.len(), |(i, _)| i);
        let (word, after) = rest.split_at(end);
        words.push(word);
        rest = after;
    }
    words
}

/// An example with some of its words changed for others of the examples: much of it still parses.
fn mutated() -> impl Strategy<Value = String> {
    let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>());
    (0..EXAMPLES.len(), 0..EXAMPLES.len(), prop::collection::vec(change, 1..4)).prop_map(
        |(a, b, changes)| {
            let mut into = words(EXAMPLES[a]);
            let named: Vec<&str> = words(EXAMPLES[b]);
            for (at, from) in changes {
                let at = at.index(into.len());
                into[at] = named[from.index(named.len())];
            }
            into.concat()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn checking_never_panics_and_gives_rules_only_where_nothing_is_wrong(text in mutated()) {
        let (rules, found) = kit::checked(&text);
        let failed = found.iter().any(|d| d.severity == Severity::Error);
        prop_assert_eq!(rules.is_none(), failed);
        for d in &found {
            prop_assert!(d.span.start <= d.span.end && d.span.end as usize <= text.len() + 1);
            prop_assert!(mundi_lang::codes::find(d.code).is_some(), "{}", d.code);
        }
    }
}

#[test]
fn most_changed_examples_reach_the_checker() {
    let whole = words(EXAMPLES[0]).concat();
    assert_eq!(whole, EXAMPLES[0], "the words of a text are the text");
}
