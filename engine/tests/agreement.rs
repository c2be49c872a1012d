//! The engine and the reference replayer say the same.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod reference;
mod support;

use mundi_engine::Ending;
use mundi_engine::entry::{Entry, verify};
use mundi_engine::library::Library;
use mundi_engine::opening::Opening;
use mundi_lang::Source;
use proptest::prelude::*;
use reference::{End, Reference, same};
use support::talk::{moves, talk};
use support::{replica, try_open};

/// A random rules file that checks, and how many did not before it.
fn rules_from(seed: u64) -> String {
    let tries =
        (0..500_u64).map(|n| support::rules::rules(seed.wrapping_add(n.wrapping_mul(7919))));
    let fits = |text: &String| Opening::check_rules(text, &Library::default()).is_ok();
    tries.into_iter().find(fits).expect("one in 500 checks")
}

/// Replays entries both ways and compares.
fn compare(text: &str, open: &Entry, entries: &[Entry]) {
    let mut engine = replica(open);
    for entry in entries {
        engine.insert(verify(entry.clone()).unwrap());
    }
    engine.advance();
    let order = engine.order();
    let kept = |e: &&Entry| order.contains(&e.id());
    let mut kept: Vec<Entry> = entries.iter().chain([open]).filter(kept).cloned().collect();
    kept.sort_by_key(Entry::id);
    kept.dedup();
    let tree = mundi_lang::parse(&Source::new("x", text)).tree.unwrap();
    let opening = engine.opening().clone();
    let reference = Reference::replay(&tree, &opening, open, &kept);
    assert_eq!(order, reference.order, "order\n{text}");
    for ((id, verdict), n) in reference.order.iter().zip(&reference.verdicts).zip(0..) {
        let said = engine.said(id).unwrap().1;
        let reason = engine.reason(id);
        assert_eq!(engine.verdict(id), Some(*verdict), "entry {n}, `{said}`: {reason:?}\n{text}");
    }
    for ((name, ours), theirs) in engine.state().iter().zip(&reference.state) {
        assert!(same(ours, theirs), "{name}: {ours:?}, {theirs:?}\n{text}");
    }
    let agree = match (&engine.ending(), &reference.end) {
        (None, None) => true,
        (Some(Ending::Consensus { entry, output }), Some(End::Consensus(id, value))) => {
            entry == id && same(output, value)
        }
        (Some(Ending::Failure { entry, text }), Some(End::Failure(id, said))) => {
            entry == id && text == said
        }
        _ => false,
    };
    assert!(agree, "{:?}\n{:?}\n{text}", engine.ending(), reference.end);
    assert_eq!(engine.state_hash(), reference.state_hash(), "{text}");
}

const PEOPLE: [&str; 6] = ["ada", "ben", "cy", "dan", "eve", "gus"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_reference_agrees_over_random_rules_and_logs(seed in any::<u64>(), moves in moves(25, 0)) {
        let text = rules_from(seed);
        let open = try_open(&text, "a: ada ben, b: cy", "").unwrap();
        let entries = talk(&open, "ada", &PEOPLE, &moves);
        compare(&text, &open, &entries[1..]);
    }

    #[test]
    fn the_reference_agrees_where_devices_fork(seed in any::<u64>(), moves in moves(25, 4)) {
        let text = rules_from(seed);
        let open = try_open(&text, "a: ada ben, b: cy", "").unwrap();
        let entries = talk(&open, "ada", &PEOPLE, &moves);
        compare(&text, &open, &entries[1..]);
    }
}

/// Examples without library functions or `per`, which the reference does not know.
const EXAMPLES: [(&str, &str, &str); 3] = [
    (
        include_str!("../../examples/conversations/escrow.conv"),
        "buyer: ada, seller: ben, notary: cy",
        "item=\"lamp\", price=12.50, currency=\"EUR\"",
    ),
    (include_str!("../../examples/conversations/coin.conv"), "left: ada, right: ben", ""),
    (
        include_str!("../../examples/conversations/announcement.conv"),
        "author: ada, reader: ben cy",
        "subject=\"Water\", stands_for=3d",
    ),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_reference_agrees_over_the_examples(which in 0..EXAMPLES.len(), moves in moves(25, 8)) {
        let (text, cast, terms) = EXAMPLES[which];
        let open = try_open(text, cast, terms).unwrap();
        let entries = talk(&open, "ada", &PEOPLE, &moves);
        compare(text, &open, &entries[1..]);
    }
}

#[test]
fn random_rules_check_often_enough_to_mean_something() {
    let mut good = 0;
    let mut bad = std::collections::BTreeMap::new();
    for seed in 0..300 {
        match Opening::check_rules(&support::rules::rules(seed * 7919), &Library::default()) {
            Ok(_) => good += 1,
            Err(e) => *bad.entry(e.text[..45].to_owned()).or_insert(0) += 1,
        }
    }
    assert!(good > 30, "{good} of 300: {bad:#?}");
}
