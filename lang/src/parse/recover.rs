//! Item by item: what fails is named and left out, and parsing goes on at the next item.

use pest::Parser;

use crate::diagnostic::Diagnostic;
use crate::grammar::{Grammar, Rule};
use crate::parse::build::Build;
use crate::parse::code::precedence;
use crate::parse::docs::Docs;
use crate::parse::scan::{self, Kind, Token};
use crate::parse::{Parsed, bounds};
use crate::span::Span;
use crate::syntax::{Item, Syntax};

/// Words that begin an item.
pub(crate) const ITEM_WORDS: [&str; 21] = [
    "conversation",
    "edition",
    "use",
    "role",
    "overlap",
    "terms",
    "type",
    "message",
    "deadline",
    "pattern",
    "state",
    "on",
    "allow",
    "consensus",
    "failure",
    "output",
    "never",
    "always",
    "script",
    "stage",
    "seal",
];

/// All items of a text.
pub(crate) fn items(text: &str) -> Parsed<Syntax> {
    let tokens = scan::tokens(text);
    let refused = bounds::check(text, &tokens);
    if !refused.is_empty() {
        return Parsed { tree: None, diagnostics: refused };
    }
    let docs = Docs::new(text, &tokens);
    let pratt = precedence();
    let mut items = Vec::new();
    let mut diagnostics = Vec::new();
    let mut at = next_token(&tokens, 0);
    while let Some(start) = at {
        match item(text, &tokens, start, &docs, &pratt) {
            Ok((item, end, found)) => {
                diagnostics.extend(found);
                items.push(item);
                at = next_token(&tokens, end);
            }
            Err(failure) => {
                diagnostics.push(failure);
                at = next_item(text, &tokens, start);
            }
        }
    }
    Parsed { tree: Some(Syntax { items }), diagnostics }
}

/// The item at `start`, where it ends, and what its builder found.
fn item(
    text: &str,
    tokens: &[Token],
    start: usize,
    docs: &Docs,
    pratt: &pest::pratt_parser::PrattParser<Rule>,
) -> Result<(Item, usize, Vec<Diagnostic>), Diagnostic> {
    let slice = text.get(start..).unwrap_or("");
    let no_item = || Diagnostic::error("E0101", Span::new(start, start), "this is no item");
    let mut pairs =
        Grammar::parse(Rule::next_item, slice).map_err(|e| failure(text, tokens, start, &e))?;
    let next = pairs.next().and_then(|p| p.into_inner().next()).ok_or_else(no_item)?;
    let end = start + next.as_span().end();
    let mut build = Build::new(start, docs, pratt);
    let item = build.item(&next).ok_or_else(no_item)?;
    Ok((item, end, build.found))
}

/// What pest says, at its place.
pub(crate) fn failure(
    _text: &str,
    _tokens: &[Token],
    start: usize,
    error: &pest::error::Error<Rule>,
) -> Diagnostic {
    let (from, to) = match error.location {
        pest::error::InputLocation::Pos(at) => (at, at),
        pest::error::InputLocation::Span((from, to)) => (from, to),
    };
    let span = Span::new(start + from, start + to);
    Diagnostic::error("E0101", span, error.variant.message().into_owned())
}

/// The offset of the first token at or after `from` that is no comment.
pub(crate) fn next_token(tokens: &[Token], from: usize) -> Option<usize> {
    let start = |t: &Token| t.span.start as usize;
    tokens.iter().filter(|t| !t.is_trivia()).map(start).find(|at| *at >= from)
}

/// The next word after `from` that begins an item outside brackets, or else at a line's beginning.
fn next_item(text: &str, tokens: &[Token], from: usize) -> Option<usize> {
    let mut depth = 0usize;
    for token in tokens.iter().filter(|t| t.span.start as usize > from) {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            Kind::Word => {
                let at = token.span.start as usize;
                let word = text.get(token.span.range()).unwrap_or("");
                let first = at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n');
                if ITEM_WORDS.contains(&word) && first {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}
