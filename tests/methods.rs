//! `mundi methods` and `mundi new --from`: what they list, show, and say of names that are not there.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

fn mundi(arguments: &[&str]) -> Output {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_mundi"));
    command.args(arguments).current_dir(folder).output().unwrap()
}

fn answer(arguments: &[&str]) -> String {
    let output = mundi(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What a command says on standard error, and its exit status.
fn refusal(arguments: &[&str]) -> (i32, String) {
    let output = mundi(arguments);
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn answer_as_json(arguments: &[&str]) -> Value {
    serde_json::from_str(&answer(arguments)).unwrap()
}

#[test]
fn every_method_and_every_rules_file_is_listed_on_a_line() {
    let listed = answer(&["methods"]);
    let pages = consensus_std::pages();
    for page in &pages {
        let line = |line: &&str| {
            line.trim_start().starts_with(&format!("{} ", page.function))
                && line.ends_with(&page.sentence())
        };
        assert!(listed.lines().any(|l| line(&l)), "{} is not listed", page.name());
    }
    for file in consensus_std::rules() {
        let line = |line: &str| {
            line.trim_start().starts_with(&format!("{} ", file.name))
                && line.ends_with(&file.sentence())
        };
        assert!(listed.lines().any(line), "{} is not listed", file.name);
    }
    let headings = listed.lines().filter(|line| !line.starts_with(' ')).count();
    assert_eq!(listed.lines().count() - headings, pages.len() + consensus_std::rules().len());
}

#[test]
fn every_page_is_shown_whole() {
    for page in consensus_std::pages() {
        let shown = answer(&["methods", &page.name()]);
        assert!(shown.contains(&page.call()), "{shown}");
        assert!(shown.contains(&format!("gives {}", page.gives())), "{shown}");
        let fence = |line: &&str| !line.starts_with("```") && !line.starts_with('#');
        for line in page.text.lines().filter(fence) {
            assert!(shown.contains(line), "{}: {line}", page.name());
        }
    }
}

#[test]
fn a_page_says_which_rules_use_the_method() {
    let shown = answer(&["methods", "schulze"]);
    assert_eq!(shown, answer(&["methods", "ranked::schulze"]));
    assert!(
        shown.starts_with("Schulze\n\n    ranked::schulze(ballots: list(list(T)), "),
        "{shown}"
    );
    assert!(shown.ends_with("\n    ballot-schulze\n"), "{shown}");
    assert!(!answer(&["methods", "dowdall"]).contains("Rules that use it"));
}

#[test]
fn programs_read_the_same_as_json() {
    let all = answer_as_json(&["methods", "--json"]);
    assert_eq!(all["methods"].as_array().unwrap().len(), consensus_std::pages().len());
    assert_eq!(all["rules"].as_array().unwrap().len(), consensus_std::rules().len());
    let one = answer_as_json(&["methods", "irv", "--json"]);
    assert_eq!(one["name"], "ranked::irv");
    assert_eq!(one["lacks"][0], "Condorcet winner");
    assert_eq!(one["example"]["result"], "{ winners: [\"K\"] }");
    assert_eq!(one["rules"], json!(["ballot-irv"]));
}

#[test]
fn a_method_that_is_not_there_is_answered_with_what_was_meant() {
    let (status, said) = refusal(&["methods", "shulze"]);
    assert_eq!(
        (status, said.as_str()),
        (1, "mundi: there is no method `shulze`; did you mean `schulze`?\n")
    );
    let (status, said) = refusal(&["methods", "ranked::shulze", "--json"]);
    assert_eq!(status, 1);
    assert!(said.contains("did you mean `ranked::schulze`?"), "{said}");
    let (status, said) = refusal(&["methods", "entirely_different"]);
    assert_eq!(status, 1);
    assert!(said.contains("`mundi methods` lists all"), "{said}");
    let (status, said) = refusal(&["methods", "ballot-irv"]);
    assert_eq!(status, 1);
    assert!(said.contains("`mundi new NAME --from std/ballot-irv` writes them"), "{said}");
    let (status, said) = refusal(&["methods", "equal_shares"]);
    assert_eq!(status, 1);
    assert!(said.contains("`committees::equal_shares` or `budget::equal_shares`"), "{said}");
}

#[test]
fn rules_to_start_from_are_listed_and_named_as_they_are_called() {
    let listed = answer(&["new", "--from", "std/"]);
    assert_eq!(listed.lines().count(), consensus_std::rules().len());
    assert!(listed.starts_with("  ballot-plurality "), "{listed}");
    for (from, said) in [
        (
            "std/ballot-shulze",
            "there are no rules `std/ballot-shulze`; did you mean `std/ballot-schulze`?",
        ),
        ("ballot-irv", "there are no rules `ballot-irv`; did you mean `std/ballot-irv`?"),
        ("std/nothing-of-the-kind", "`mundi new --from std/` lists what there is"),
    ] {
        let (status, told) = refusal(&["new", "ours", "--from", from]);
        assert_eq!(status, 2);
        assert!(told.contains(said), "{told}");
    }
    let (status, told) = refusal(&["new", "--from", "std/ballot-irv"]);
    assert_eq!(status, 2);
    assert!(told.contains("write a name"), "{told}");
    assert_eq!(refusal(&["new"]).0, 2);
}
