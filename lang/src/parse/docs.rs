//! Documentation: the `///` lines, found before parsing and given to what follows them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::parse::scan::{Kind, Token};
use crate::span::Span;

/// The documentation of a source, by the offset of what it documents.
#[derive(Debug, Default)]
pub(crate) struct Docs {
    by_offset: BTreeMap<usize, (String, Span)>,
    used: RefCell<BTreeSet<usize>>,
    /// Where no token follows.
    dangling: Option<Span>,
}

impl Docs {
    /// The documentation among the tokens of a text.
    pub(crate) fn new(text: &str, tokens: &[Token]) -> Self {
        let mut docs = Self::default();
        let mut lines: Vec<&str> = Vec::new();
        let mut span = Span::default();
        for token in tokens {
            match token.kind {
                Kind::Doc => {
                    span = if lines.is_empty() { token.span } else { span.to(token.span) };
                    lines.push(doc_line(text.get(token.span.range()).unwrap_or("")));
                }
                Kind::Comment => {}
                _ if lines.is_empty() => {}
                _ => {
                    let doc = (lines.join("\n"), span);
                    docs.by_offset.insert(token.span.start as usize, doc);
                    lines.clear();
                }
            }
        }
        docs.dangling = (!lines.is_empty()).then_some(span);
        docs
    }

    /// What documents the construct that begins at `offset`.
    pub(crate) fn at(&self, offset: usize) -> String {
        let Some((doc, _)) = self.by_offset.get(&offset) else { return String::new() };
        self.used.borrow_mut().insert(offset);
        doc.clone()
    }

    /// Documentation that stands behind code or documents nothing. After a failure only the
    /// former is certain.
    pub(crate) fn warnings(&self, text: &str, tokens: &[Token], failed: bool) -> Vec<Diagnostic> {
        let mut warnings: Vec<_> = tokens.iter().filter_map(|t| after_code(text, *t)).collect();
        if failed {
            return warnings;
        }
        let used = self.used.borrow();
        let unused = self.by_offset.iter().filter(|(at, _)| !used.contains(at));
        for span in unused.map(|(_, (_, span))| *span).chain(self.dangling) {
            let what = "this documents nothing";
            let help = "`///` stands before an item, a field or a function; a comment is `//`";
            warnings.push(Diagnostic::warning("W0102", span, what).help(help));
        }
        warnings
    }
}

fn after_code(text: &str, token: Token) -> Option<Diagnostic> {
    if token.kind != Kind::Doc {
        return None;
    }
    let before = text.get(..token.span.start as usize)?;
    let line = before.get(before.rfind('\n').map_or(0, |i| i + 1)..)?;
    let what = "this documents what follows, not what stands before it on the line";
    let help = "put it on a line of its own before what it documents, or write `//`";
    (!line.trim().is_empty()).then(|| Diagnostic::warning("W0101", token.span, what).help(help))
}

/// A line without its slashes and one space.
fn doc_line(line: &str) -> &str {
    let text = line.strip_prefix("///").unwrap_or(line);
    text.strip_prefix(' ').unwrap_or(text)
}
