//! The table of codes, the code that emits them, and the page that explains them hold together.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod kit;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use mundi_lang::codes::{self, Code};

fn table() -> impl Iterator<Item = &'static Code> {
    codes::ALL.iter().flat_map(|part| part.iter())
}

/// Codes that stand in the sources of a folder, in quotes.
fn emitted(folder: &Path, into: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|n| n != "codes") {
            emitted(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let quoted = text.split('"').filter(|part| is_code(part));
            into.extend(quoted.map(str::to_owned));
        }
    }
}

fn is_code(word: &str) -> bool {
    word.len() == 5
        && word.starts_with(['E', 'W'])
        && word.get(1..).is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
}

#[test]
fn every_code_in_the_sources_is_in_the_table_and_every_code_of_the_table_in_the_sources() {
    let mut found = BTreeSet::new();
    emitted(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    // The command line's own, and those of plays that are played.
    for folder in ["../src", "../workbench/src"] {
        emitted(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    }
    let known: BTreeSet<String> = table().map(|c| c.code.to_owned()).collect();
    assert_eq!(known.len(), table().count(), "a code stands twice in the table");
    let unknown: Vec<_> = found.difference(&known).collect();
    assert!(unknown.is_empty(), "not in the table: {unknown:?}");
    let unused: Vec<_> = known.difference(&found).collect();
    assert!(unused.is_empty(), "never emitted: {unused:?}");
}

#[test]
fn every_example_of_a_code_gives_that_code() {
    let mut wrong = String::new();
    let all = codes::ALL.iter().skip(1).flat_map(|part| part.iter());
    for code in all.filter(|c| !c.example.is_empty()) {
        let found = kit::codes(code.example);
        if !found.contains(&code.code) {
            let _ = writeln!(wrong, "{}: {found:?}\n{}", code.code, code.example);
        }
        let other = found.iter().any(|c| *c != code.code && c.starts_with('E'));
        if other {
            let _ = writeln!(wrong, "{}: another error: {found:?}\n{}", code.code, code.example);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_code_is_explained_in_sentences() {
    for code in table() {
        assert!(code.explanation.ends_with('.'), "{}: {}", code.code, code.explanation);
        assert!(code.title.len() < 60, "{}: {}", code.code, code.title);
    }
}

/// The page, from the table.
fn page() -> String {
    let mut text = String::from(
        "# Errors and warnings\n\n\
         Every finding has a code that stays the same. Errors begin with `E`, warnings with `W`. \
         This page is made from\nthe tables in `lang/src/codes/`; every example on it is checked by a test.\n\n\
         Where one text at one place does what the help says, as with \"did you mean\", the \
         finding has\nit as an edit too; editors offer it, and nothing prints it.\n\n\
         An example that does not begin with `conversation` is a part of a file: two roles `a` and \
         `b`, a\nmessage `m by a` and a `consensus` are thought around it where it has none.\n",
    );
    let parts = ["Text", "Schema", "Code", "Pattern", "Seal", "Plays"];
    for (title, part) in parts.iter().zip(codes::ALL) {
        let _ = write!(text, "\n## {title}\n");
        for code in part {
            let _ = write!(text, "\n### {}: {}\n\n{}\n", code.code, code.title, code.explanation);
            if !code.example.is_empty() {
                let kind = if code.code.starts_with('E') { "error" } else { "warning" };
                let _ = write!(text, "\n```conv,{kind}={}\n{}\n```\n", code.code, code.example);
            }
        }
    }
    text
}

#[test]
fn the_page_of_errors_is_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/errors.md");
    if std::env::var_os("UPDATE_ERRORS").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap();
    assert!(written == page(), "spec/errors.md is old: run the test with UPDATE_ERRORS=1");
}

#[test]
fn every_example_of_the_page_gives_the_code_of_its_fence() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/errors.md");
    let written = std::fs::read_to_string(&path).unwrap();
    let mut seen = 0;
    for fence in written.split("```conv,").skip(1) {
        let (head, rest) = fence.split_once('\n').unwrap();
        let (_, code) = head.split_once('=').unwrap();
        let example = rest.split("\n```").next().unwrap();
        // What is wrong with the text is found in the part as it stands.
        let alone = mundi_lang::parse(&mundi_lang::Source::new("x", example)).diagnostics;
        let framed = kit::checked(&kit::framed(example)).1;
        let found = alone.iter().chain(&framed).any(|d| d.code == code);
        assert!(found, "{code}:\n{example}");
        seen += 1;
    }
    assert!(seen > 90, "only {seen} examples");
}
