//! Item by item: what fails is named and left out, and parsing goes on at the next item.

use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};
use pest::pratt_parser::PrattParser;

use crate::diagnostic::Diagnostic;
use crate::grammar::{Grammar, Rule};
use crate::limits::MAX_DIAGNOSTICS;
use crate::parse::build::Build;
use crate::parse::code::precedence;
use crate::parse::docs::Docs;
use crate::parse::scan::{self, Kind, Token};
use crate::parse::slips::{self, Around, Place};
use crate::parse::{Parsed, bounds, senders};
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
    let parser =
        Items { text, tokens: &tokens, docs: Docs::new(text, &tokens), pratt: precedence() };
    let (mut items, mut unread) = (Vec::new(), Vec::new());
    let mut diagnostics = Vec::new();
    let mut at = next_token(&tokens, 0);
    while let Some(start) = at.filter(|_| diagnostics.len() < MAX_DIAGNOSTICS) {
        match parser.item(start) {
            Ok((item, end, found)) => {
                diagnostics.extend(found);
                items.push(item);
                at = next_token(&tokens, end);
            }
            Err(failure) => {
                diagnostics.push(failure);
                unread.push(first_word(text, start));
                at = next_item(text, &tokens, start);
            }
        }
    }
    let failed = !diagnostics.is_empty();
    diagnostics.extend(parser.docs.warnings(text, &tokens, failed));
    let syntax = Syntax { items, unread };
    diagnostics.extend(senders::check(&syntax));
    Parsed { tree: Some(syntax), diagnostics }
}

/// The word that begins at a place.
fn first_word(text: &str, start: usize) -> String {
    let rest = text.get(start..).unwrap_or("").chars();
    rest.take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

struct Items<'t> {
    text: &'t str,
    tokens: &'t [Token],
    docs: Docs,
    pratt: PrattParser<Rule>,
}

impl Items<'_> {
    /// The item at `start`, where it ends, and what its builder found.
    fn item(&self, start: usize) -> Result<(Item, usize, Vec<Diagnostic>), Diagnostic> {
        let slice = self.text.get(start..).unwrap_or("");
        let mut pairs =
            Grammar::parse(Rule::next_item, slice).map_err(|e| self.failure(start, &e))?;
        let no_item = || Diagnostic::error("E0133", Span::new(start, start), "this is no item");
        let next = pairs.next().and_then(|p| p.into_inner().next()).ok_or_else(no_item)?;
        let end = start + next.as_span().end();
        let mut build = Build::new(start, &self.docs, &self.pratt);
        let item = build.item(&next).ok_or_else(no_item)?;
        Ok((item, end, build.found))
    }

    fn failure(&self, start: usize, error: &Error<Rule>) -> Diagnostic {
        let end = next_item(self.text, self.tokens, start).unwrap_or(self.text.len());
        failure(self.text, self.tokens, Span::new(start, end), Place::Item, error)
    }
}

/// What is wrong in a piece of a text, where the grammar gave up.
pub(crate) fn failure(
    text: &str,
    tokens: &[Token],
    piece: Span,
    place: Place,
    error: &Error<Rule>,
) -> Diagnostic {
    let (InputLocation::Pos(at) | InputLocation::Span((at, _))) = error.location;
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.as_slice(),
        ErrorVariant::CustomError { .. } => &[],
    };
    let around = Around::new(text, tokens, piece, piece.start as usize + at, place);
    slips::explain(&around, expected)
}

/// The offset of the first token at or after `from` that is no comment.
pub(crate) fn next_token(tokens: &[Token], from: usize) -> Option<usize> {
    let start = |t: &Token| t.span.start as usize;
    let after = tokens.partition_point(|t| start(t) < from);
    tokens.get(after..)?.iter().find(|t| !t.is_trivia()).map(start)
}

/// Where items begin.
pub(crate) fn item_starts(text: &str, tokens: &[Token]) -> Vec<usize> {
    let begins = |at: &usize| {
        let rest = text.get(*at..).unwrap_or("");
        ITEM_WORDS.iter().any(|word| {
            rest.strip_prefix(word)
                .is_some_and(|r| !r.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        })
    };
    let first = next_token(tokens, 0).filter(begins);
    let mut starts: Vec<usize> = first.into_iter().collect();
    let mut at = first.unwrap_or(0);
    while let Some(next) = next_item(text, tokens, at) {
        starts.push(next);
        at = next;
    }
    starts
}

/// The next word after `from` that begins an item: first on its line outside brackets, or at the
/// very beginning of a line, also inside brackets that nothing closed.
fn next_item(text: &str, tokens: &[Token], from: usize) -> Option<usize> {
    let mut depth = 0usize;
    for token in tokens.iter().filter(|t| t.span.start as usize >= from) {
        let at = token.span.start as usize;
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            Kind::Word if at > from => {
                let line = text.get(..at).unwrap_or("");
                let line = line.get(line.rfind('\n').map_or(0, |i| i + 1)..).unwrap_or("");
                let first = if depth == 0 { line.trim().is_empty() } else { line.is_empty() };
                if first && ITEM_WORDS.contains(&text.get(token.span.range()).unwrap_or("")) {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}
