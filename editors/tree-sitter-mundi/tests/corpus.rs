//! The corpus, in the format of `tree-sitter test`: texts and the trees that they are.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod shared;

use std::collections::BTreeSet;

use shared::{Grammar, files};
use tree_sitter::Node;

/// A text with its tree.
struct Case {
    name: String,
    text: String,
    tree: String,
}

fn cases(grammar: Grammar) -> Vec<Case> {
    let rule = "=".repeat(80);
    let line = format!("\n{}\n", "-".repeat(80));
    let mut cases = Vec::new();
    for file in files(&grammar.folder().join("test/corpus"), "txt") {
        let content = std::fs::read_to_string(&file).unwrap();
        let parts: Vec<&str> = content.split(&format!("{rule}\n")).skip(1).collect();
        for pair in parts.chunks(2) {
            let [name, body] = pair else { panic!("{}: half a case", file.display()) };
            let (text, tree) = body.split_once(&line).unwrap();
            let tree = tree.split_whitespace().collect::<Vec<_>>().join(" ").replace(" )", ")");
            cases.push(Case { name: name.trim().to_owned(), text: text.to_owned(), tree });
        }
    }
    cases
}

#[test]
fn every_text_of_the_corpus_is_its_tree() {
    for grammar in Grammar::ALL {
        let cases = cases(grammar);
        assert!(cases.len() > 5, "{grammar:?}");
        for case in cases {
            let tree = grammar.parse(&case.text).root_node().to_sexp();
            assert_eq!(tree, case.tree, "{grammar:?}: {}", case.name);
        }
    }
}

fn kinds(node: Node<'_>, found: &mut BTreeSet<String>) {
    found.insert(node.kind().to_owned());
    for child in node.children(&mut node.walk()) {
        kinds(child, found);
    }
}

/// Every kind of node, and every word and sign, stands somewhere in the corpus.
#[test]
fn the_corpus_has_every_construct() {
    for grammar in Grammar::ALL {
        let mut found = BTreeSet::new();
        for case in cases(grammar) {
            kinds(grammar.parse(&case.text).root_node(), &mut found);
        }
        let language = grammar.language();
        for id in 0..u16::try_from(language.node_kind_count()).unwrap() {
            let visible = language.node_kind_is_visible(id) && !language.node_kind_is_supertype(id);
            let kind = language.node_kind_for_id(id).unwrap();
            if visible && kind != "end" {
                assert!(
                    found.contains(kind),
                    "{grammar:?}: {kind} stands in no text of the corpus"
                );
            }
        }
    }
}
