//! `diff` finds where two versions differ, by the shortest play; and nothing where nothing differs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::path::Path;

use mundi_lang::rules::Rules;
use mundi_lang::{Severity, Source};
use mundi_workbench::diff::{Difference, diff};
use mundi_workbench::explore::Bounds;
use mundi_workbench::play::play;

fn text(example: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/conversations");
    std::fs::read_to_string(folder.join(format!("{example}.conv"))).unwrap()
}

fn rules(text: &str) -> Rules {
    let source = Source::new("rules", text);
    let tree = mundi_lang::parse(&source).tree.unwrap();
    let checked = mundi_lang::check(&source, &tree, &consensus_std::library().signatures());
    checked.rules.unwrap_or_else(|| panic!("{:?}", checked.diagnostics))
}

fn between(old: &str, new: &str) -> Difference {
    let (old, new) = (rules(old), rules(new));
    let found = diff(&old, &new, "rules.conv", &Bounds::default()).unwrap();
    // What is shown can be played under the old rules, and comes to what it says.
    if let Some(text) = found.play.as_ref().filter(|text| text.contains("\nexpect ")) {
        let source = Source::new("play", text.as_str());
        let tree = mundi_lang::parse_play(&source).tree.unwrap();
        let errors = mundi_lang::check_play(&tree, &old);
        assert!(errors.iter().all(|d| d.severity != Severity::Error), "{errors:?}\n{text}");
        let unmet = play(&source, &tree, &old).unwrap().unmet;
        assert!(unmet.is_empty(), "{unmet:?}\n{text}");
    }
    found
}

/// The lines that are said in a play.
fn spoken(found: &Difference) -> usize {
    let play = found.play.as_deref().unwrap();
    play.lines()
        .filter(|line| {
            line.contains(": ") && !line.contains('{') || {
                let word = line.split(':').next().unwrap_or("");
                ["ada", "ben", "cy", "dora"].contains(&word)
            }
        })
        .count()
}

#[test]
fn rules_do_not_differ_from_themselves_nor_from_the_same_in_other_words() {
    for example in ["escrow", "ballot", "coin", "verdict", "proposals"] {
        let text = text(example);
        let same = text.replace("\nedition 1\n", "\nedition 1\n// the same\n");
        let found = between(&text, &same);
        assert!(!found.is_there() && !found.cut, "{example}: {found:?}");
        assert!(found.states > 4, "{example}");
    }
}

#[test]
fn a_guard_that_lets_one_cent_more_through_is_found() {
    let old = text("escrow");
    let new = old.replace("msg.to_seller <= state.total", "msg.to_seller <= state.total + 0.01");
    let found = between(&old, &new);
    let (before, after) = found.said.clone().unwrap();
    assert_eq!(before, "refused (not-allowed)");
    assert!(after.starts_with("accepted, consensus: "), "{after}");
    assert_eq!(spoken(&found), 5, "{:?}", found.play);
}

#[test]
fn another_output_is_a_difference_and_so_is_a_message_that_only_one_has() {
    let old = text("coin");
    let found = between(&old, &old.replace("sum % 2 == 0", "sum % 2 == 1"));
    let (before, after) = found.said.clone().unwrap();
    assert!(before.starts_with("accepted, consensus: "), "{before}");
    assert_ne!(before, after);
    let new = old.replace("message show", "message skip by left\nmessage show");
    let new = new.replace("unless too_late)", "unless (too_late | skip))");
    let found = between(&old, &new);
    assert_eq!(found.said.clone().unwrap().0, "refused (unknown-message)");
    let found = between(&new, &old);
    assert_eq!(found.said.clone().unwrap().1, "refused (unknown-message)");
    assert_eq!(spoken(&found), 3, "{:?}", found.play);
}

#[test]
fn the_shortest_is_found_first() {
    let old = text("escrow");
    // Both ends are wrong: at the first line already, and at the last.
    let new = old.replace("quantity: int(1..) = 1", "quantity: int(2..) = 2");
    let new = new.replace("msg.to_seller <= state.total", "msg.to_seller < state.total");
    assert_eq!(spoken(&between(&old, &new)), 1);
}
