//! The words of the language are the same in `lang`, in the grammars here, in what is highlighted, and in the
//! TextMate grammars.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod shared;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use shared::{Grammar, root};
use tree_sitter::{Query, QueryCursor, StreamingIterator};

type Words = BTreeSet<String>;

fn word(text: &str) -> bool {
    text.len() > 1 && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

/// The rules of the grammars of `lang`, by name.
fn rules() -> BTreeMap<String, String> {
    let mut rules: BTreeMap<String, String> = BTreeMap::new();
    let mut last = String::new();
    for file in ["lexis", "code", "conv", "play"] {
        let path = root().join(format!("lang/src/grammar/{file}.pest"));
        for line in std::fs::read_to_string(path).unwrap().lines() {
            match line
                .split_once('=')
                .filter(|_| line.starts_with(|c: char| c.is_ascii_alphabetic()))
            {
                Some((name, body)) => {
                    last = name.trim().to_owned();
                    rules.insert(last.clone(), body.to_owned());
                }
                None if line.starts_with("//") => {}
                None => rules.entry(last.clone()).or_default().push_str(line),
            }
        }
    }
    rules
}

/// The words in the rules that a rule leads to. The units of numbers are no words.
fn words_of_lang(grammar: Grammar) -> Words {
    const NUMBERS: [&str; 6] = ["duration", "size", "bytes", "time", "escape", "wc"];
    let rules = rules();
    let start = if grammar == Grammar::Conv { "item" } else { "piece" };
    let (mut seen, mut todo) = (BTreeSet::new(), vec![start.to_owned()]);
    let mut words = Words::new();
    while let Some(name) = todo.pop() {
        let Some(body) = rules.get(&name).filter(|_| !NUMBERS.contains(&name.as_str())) else {
            continue;
        };
        if !seen.insert(name) {
            continue;
        }
        for (at, piece) in body.split('"').enumerate() {
            if at % 2 == 1 {
                words.extend(word(piece).then(|| piece.to_owned()));
            } else {
                let names = piece.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
                todo.extend(names.filter(|n| !n.is_empty()).map(str::to_owned));
            }
        }
    }
    words
}

/// The words that are tokens of their own. `break` and `continue` are nodes without anything in them.
fn words_of_tree_sitter(grammar: Grammar) -> Words {
    let language = grammar.language();
    let kinds = 0..u16::try_from(language.node_kind_count()).unwrap();
    let word_like =
        |id: &u16| language.node_kind_is_visible(*id) && !language.node_kind_is_named(*id);
    let anonymous = kinds.filter(word_like);
    let names = anonymous
        .filter_map(|id| language.node_kind_for_id(id))
        .filter(|kind| word(kind) && *kind != "end");
    let own =
        ["break", "continue"].into_iter().filter(|name| language.id_for_node_kind(name, true) != 0);
    names.chain(own).map(str::to_owned).collect()
}

/// The words that the TextMate grammar of a kind of file lists, each list as `\b(a|b)\b`.
fn words_of_textmate(grammar: Grammar) -> Words {
    let path = format!("editors/vscode/syntaxes/mundi-{}.tmLanguage.json", grammar.name());
    let text = std::fs::read_to_string(root().join(path)).unwrap();
    let syntax: Value = serde_json::from_str(&text).unwrap();
    let mut words = Words::new();
    let lists = syntax["repository"]["words"]["patterns"].as_array().unwrap();
    for list in lists {
        let pattern = list["match"].as_str().unwrap();
        let inner = pattern.split_once("\\b(").unwrap().1.split_once(")\\b").unwrap().0;
        words.extend(inner.split('|').map(str::to_owned));
    }
    words
}

#[test]
fn the_words_are_the_same_everywhere() {
    for grammar in Grammar::ALL {
        let words = words_of_lang(grammar);
        assert!(words.len() > 20, "{grammar:?}: {words:?}");
        assert_eq!(words_of_tree_sitter(grammar), words, "{grammar:?}, tree-sitter");
        assert_eq!(words_of_textmate(grammar), words, "{grammar:?}, TextMate");
    }
}

fn queries() -> [(Grammar, &'static str); 5] {
    [
        (Grammar::Conv, tree_sitter_mundi::CONV_HIGHLIGHTS),
        (Grammar::Conv, tree_sitter_mundi::CONV_LOCALS),
        (Grammar::Conv, tree_sitter_mundi::CONV_FOLDS),
        (Grammar::Play, tree_sitter_mundi::PLAY_HIGHLIGHTS),
        (Grammar::Play, tree_sitter_mundi::PLAY_FOLDS),
    ]
}

#[test]
fn every_query_is_one_of_its_grammar() {
    for (grammar, text) in queries() {
        let query = Query::new(&grammar.language(), text);
        assert!(query.is_ok(), "{grammar:?}: {query:?}");
    }
}

/// Every word of the corpus is highlighted, wherever it is one.
#[test]
fn every_word_is_highlighted() {
    for (grammar, text) in queries().into_iter().filter(|(_, text)| text.contains("@keyword")) {
        let query = Query::new(&grammar.language(), text).unwrap();
        let mut shown = Words::new();
        for file in shared::files(&grammar.folder().join("test/corpus"), "txt") {
            let content = std::fs::read_to_string(file).unwrap();
            let rule = "=".repeat(80);
            let parts: Vec<&str> = content.split(&rule).collect();
            for body in parts.iter().skip(2).step_by(2) {
                let source = body.split(&"-".repeat(80)).next().unwrap();
                let tree = grammar.parse(source);
                let mut cursor = QueryCursor::new();
                let mut found = cursor.captures(&query, tree.root_node(), source.as_bytes());
                while let Some((matched, at)) = found.next() {
                    let capture = matched.captures()[*at];
                    let name = query.capture_names()[capture.index as usize];
                    if name.starts_with("keyword") || name == "type.builtin" || name == "boolean" {
                        shown.insert(source[capture.node.byte_range()].to_owned());
                    }
                }
            }
        }
        for word in words_of_lang(grammar) {
            assert!(shown.contains(&word), "{grammar:?}: `{word}` is not highlighted");
        }
    }
}
