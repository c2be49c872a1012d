//! `explore` finds what is planted, and nothing where nothing is; what it shows can be played.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod mutants;
mod originals;

use std::path::{Path, PathBuf};

use mundi_lang::bundle::bundle;
use mundi_lang::play::Play;
use mundi_lang::rules::Rules;
use mundi_lang::{Severity, Source};
use mundi_workbench::explore::{Bounds, Kind, Report, Weight, explore};
use mundi_workbench::play::play;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/conversations")
}

/// Rules of a text; the files of stages are those of a folder.
fn rules(text: &str, folder: &Path) -> Rules {
    let named = |file: &str| std::fs::read_to_string(folder.join(file)).map_err(|e| e.to_string());
    let source = Source::new("rules", bundle(text, named).text);
    let parsed = mundi_lang::parse(&source);
    let tree = parsed.tree.unwrap_or_else(|| panic!("{:?}\n{text}", parsed.diagnostics));
    let checked = mundi_lang::check(&source, &tree, &consensus_std::library().signatures());
    let errors = checked.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    let errors: Vec<_> = errors.map(|d| (d.code, d.message.clone())).collect();
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    checked.rules.unwrap()
}

fn explored(rules: &Rules, bounds: &Bounds) -> Report {
    explore(rules, "rules.conv", bounds, &mut |_, _| ()).unwrap()
}

fn parsed(text: &str, rules: &Rules) -> (Source, Play) {
    let source = Source::new("play", text);
    let parsed = mundi_lang::parse_play(&source);
    let tree = parsed.tree.unwrap_or_else(|| panic!("{:?}\n{text}", parsed.diagnostics));
    let found = mundi_lang::check_play(&tree, rules);
    let errors: Vec<_> = found.iter().filter(|d| d.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    (source, tree)
}

/// Every play of a report can be played, and comes to what it says; a breach shows itself.
fn play_all(report: &Report, rules: &Rules) {
    for (name, text) in report.plays() {
        let (source, tree) = parsed(text, rules);
        let played = play(&source, &tree, rules).unwrap();
        let unmet: Vec<_> = played.unmet.iter().map(|u| (&u.expected, &u.found)).collect();
        let is_breach = |unmet: &&(&String, &String)| {
            unmet.0.starts_with("never `") || unmet.0.starts_with("always `")
        };
        let breaches = unmet.iter().filter(is_breach).count();
        assert!(breaches > 0 || !name.starts_with("breach"), "{name} breaks nothing:\n{text}");
        assert_eq!(breaches, unmet.len(), "{name}: {unmet:?}\n{text}");
    }
}

/// The table of the specification is the code's.
#[test]
fn the_specification_lists_every_kind_of_answer() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/explore.md");
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<(&str, &str)> = text.lines().filter_map(row).collect();
    let word = |kind: Kind| match kind.weight() {
        Weight::Fault => "fault",
        Weight::Note => "note",
    };
    let all: Vec<(&str, &str)> = Kind::ALL.map(|kind| (kind.name(), word(kind))).to_vec();
    assert_eq!(rows, all);
}

fn row(line: &str) -> Option<(&str, &str)> {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let [_, kind, _, weight @ ("fault" | "note"), _] = cells.as_slice() else { return None };
    Some((kind.trim_matches('`'), weight))
}
