//! The parsers in the repository are those that tree-sitter makes of the grammars. Needs node.
//!
//! After a change of a grammar: `MUNDI_PARSERS=write cargo test -p tree-sitter-mundi --test
//! generated`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod shared;

use std::path::Path;

use shared::Grammar;
use tree_sitter_generate::{ABI_VERSION_MAX, OptLevel, generate_parser_in_directory};

const FILES: [&str; 6] = [
    "grammar.json",
    "node-types.json",
    "parser.c",
    "tree_sitter/alloc.h",
    "tree_sitter/array.h",
    "tree_sitter/parser.h",
];

fn generate(grammar: Grammar, into: &Path) {
    let mut diagnostics = Vec::new();
    generate_parser_in_directory(
        grammar.folder(),
        Some(into),
        None::<&Path>,
        ABI_VERSION_MAX,
        None,
        Some("node"),
        true,
        OptLevel::default(),
        &mut diagnostics,
    )
    .unwrap_or_else(|e| panic!("{grammar:?}: {e}"));
    assert!(diagnostics.is_empty(), "{grammar:?}: {diagnostics:?}");
}

#[test]
fn generating_again_changes_nothing() {
    let writes = std::env::var("MUNDI_PARSERS").is_ok_and(|word| word == "write");
    for grammar in Grammar::ALL {
        if writes {
            generate(grammar, &grammar.folder().join("src"));
        }
        let fresh = tempfile::tempdir().unwrap();
        generate(grammar, fresh.path());
        for file in FILES {
            let made = std::fs::read_to_string(fresh.path().join(file)).unwrap();
            let kept = std::fs::read_to_string(grammar.folder().join("src").join(file)).unwrap();
            assert!(made == kept, "{grammar:?}: src/{file} was made of another grammar");
        }
    }
}
