//! Slips: the commonest mistakes, found round the place where the grammar gave up, each with a
//! code of its own and what to write instead.

mod brackets;
mod code;
mod lexical;
mod numbers;
mod plays;
mod structure;

use crate::diagnostic::Diagnostic;
use crate::grammar::Rule;
use crate::parse::expected;
use crate::parse::scan::{Kind, Token};
use crate::span::Span;

/// In which part of the language the grammar gave up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Before or between the brackets of an item.
    Item,
    /// Between the braces of fields.
    Fields,
    /// In a pattern.
    Pattern,
    /// In code.
    Code,
    /// In a play.
    Play,
    /// In a value by itself.
    Value,
}

/// The tokens round a failure.
pub(crate) struct Around<'t> {
    /// The whole source.
    pub(crate) text: &'t str,
    /// The tokens of the failed piece, without comments.
    pub(crate) tokens: Vec<Token>,
    /// The index of the token where the grammar gave up; the length where it was the end.
    pub(crate) at: usize,
    /// The offset where the grammar gave up.
    pub(crate) offset: usize,
    /// In which part of the language.
    pub(crate) place: Place,
}

impl<'t> Around<'t> {
    /// The view of a failure at `offset` in the piece that `piece` covers.
    pub(crate) fn new(
        text: &'t str,
        all: &[Token],
        piece: Span,
        offset: usize,
        kind: Place,
    ) -> Self {
        let within = |t: &&Token| t.span.start >= piece.start && t.span.start < piece.end;
        let tokens: Vec<Token> =
            all.iter().filter(within).filter(|t| !t.is_trivia()).copied().collect();
        let at = tokens.iter().position(|t| t.span.end as usize > offset);
        let at = at.unwrap_or(tokens.len());
        let mut around = Self { text, tokens, at, offset, place: kind };
        if kind == Place::Item {
            around.place = around.place_of_item();
        }
        around
    }

    fn place_of_item(&self) -> Place {
        let before = self.tokens.get(..self.at).unwrap_or(&[]);
        let inside = before.iter().any(|t| t.kind == Kind::Open) || self.in_text();
        match self.tokens.first().map_or("", |t| self.slice(t.span)) {
            _ if !inside => Place::Item,
            "message" | "terms" | "state" | "type" => Place::Fields,
            "pattern" => Place::Pattern,
            _ => Place::Code,
        }
    }

    fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// The token `by` steps from the failure.
    pub(crate) fn token(&self, by: isize) -> Option<Token> {
        self.tokens.get(self.at.checked_add_signed(by)?).copied()
    }

    /// Its text; empty where there is none.
    pub(crate) fn word(&self, by: isize) -> &'t str {
        self.token(by).map_or("", |t| self.slice(t.span))
    }

    /// Its span; the end of the piece where there is none.
    pub(crate) fn span(&self, by: isize) -> Span {
        let last = self.tokens.last().map_or(self.offset, |t| t.span.end as usize);
        self.token(by).map_or_else(|| Span::new(last.saturating_sub(1), last), |t| t.span)
    }

    /// What kind it is.
    pub(crate) fn kind(&self, by: isize) -> Option<Kind> {
        self.token(by).map(|t| t.kind)
    }

    /// Whether nothing stands between it and the next one.
    pub(crate) fn glued(&self, by: isize) -> bool {
        match (self.token(by), self.token(by + 1)) {
            (Some(one), Some(next)) => one.span.end == next.span.start,
            _ => false,
        }
    }

    /// Whether the failure is inside a text.
    pub(crate) fn in_text(&self) -> bool {
        self.token(0).is_some_and(|t| {
            matches!(t.kind, Kind::Text { .. }) && (t.span.start as usize) < self.offset
        })
    }
}

/// A slip's finder.
type Finder = fn(&Around<'_>) -> Option<Diagnostic>;

/// All finders, the surest first.
const FINDERS: [Finder; 27] = [
    lexical::unclosed_text,
    lexical::quotes,
    lexical::block_comment,
    lexical::hash_comment,
    lexical::escape_or_hole,
    numbers::dotted,
    numbers::three_dots,
    numbers::spelled_duration,
    numbers::lone_number,
    numbers::count_with_comma,
    lexical::hyphen,
    lexical::letters,
    code::unquoted,
    code::words,
    code::foreign,
    code::record,
    code::equals,
    structure::unknown_item,
    structure::semicolon,
    structure::two_suffixes,
    brackets::unbalanced,
    structure::missing_comma,
    structure::missing_braces,
    structure::missing_parentheses,
    structure::several,
    code::missing_semicolon,
    plays::line,
];

/// What is wrong at a failure: the first slip that fits, or what the grammar expected.
pub(crate) fn explain(around: &Around<'_>, expected: &[Rule]) -> Diagnostic {
    let slip = FINDERS.iter().find_map(|find| find(around));
    slip.unwrap_or_else(|| expected::unexpected(around, expected))
}
