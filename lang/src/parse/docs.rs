//! Documentation: the `///` lines, found before parsing and given to what follows them.

use std::collections::BTreeMap;

use crate::parse::scan::{Kind, Token};

/// The documentation of a source, by the offset of what it documents.
#[derive(Debug, Default)]
pub(crate) struct Docs {
    by_offset: BTreeMap<usize, String>,
}

impl Docs {
    /// The documentation among the tokens of a text.
    pub(crate) fn new(text: &str, tokens: &[Token]) -> Self {
        let mut by_offset = BTreeMap::new();
        let mut lines: Vec<&str> = Vec::new();
        for token in tokens {
            match token.kind {
                Kind::Doc => lines.push(doc_line(text.get(token.span.range()).unwrap_or(""))),
                Kind::Comment => {}
                _ if lines.is_empty() => {}
                _ => {
                    by_offset.insert(token.span.start as usize, lines.join("\n"));
                    lines.clear();
                }
            }
        }
        Self { by_offset }
    }

    /// What documents the construct that begins at `offset`.
    pub(crate) fn at(&self, offset: usize) -> String {
        self.by_offset.get(&offset).cloned().unwrap_or_default()
    }
}

/// A line without its slashes and one space.
fn doc_line(line: &str) -> &str {
    let text = line.strip_prefix("///").unwrap_or(line);
    text.strip_prefix(' ').unwrap_or(text)
}
