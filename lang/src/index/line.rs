//! What could be written at a place of a play: told by the tokens of its line, or of the brackets around.

use crate::parse::scan::{self, Kind, Token};
use crate::span::Span;

/// What could be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// The beginning of a line: a person, or a word.
    Begin,
    /// A message, after a person and a colon.
    Message(String),
    /// A message, in `expect possible [ … ]`.
    Possible,
    /// A field of a message.
    Field(String),
    /// The value of a field of a message: a person, a label, a choice.
    Value(String, String),
    /// A role, in `cast`.
    Role,
    /// A term, in `terms`.
    Term,
    /// The value of a term.
    TermValue(String),
    /// A field of `state`, in `expect state`.
    State,
    /// What may be expected.
    Expected,
    /// Why a line was refused.
    Code,
    /// A label, after `after`.
    Label,
    /// Nothing that could be told.
    Nothing,
}

/// A place in a play, and what of a word stands there already.
#[derive(Clone, Debug)]
pub struct LineSpot {
    /// The name at the place, without quotes.
    pub word: Span,
    /// What could stand there.
    pub wanted: Line,
    /// Whether it stands in quotes.
    pub quoted: bool,
}

impl LineSpot {
    /// The place at an offset of a play.
    #[must_use]
    pub fn new(text: &str, offset: usize) -> Self {
        let at = offset.min(text.len());
        let all = scan::tokens(text);
        let inside = |t: &&Token| (t.span.start as usize) < at && at <= t.span.end as usize;
        let token = all.iter().find(inside);
        let nothing = || Self { word: Span::new(at, at), wanted: Line::Nothing, quoted: false };
        let (start, end, quoted) = match token.map(|t| (t.kind, t.span)) {
            Some((Kind::Comment | Kind::Doc | Kind::Number, _)) => return nothing(),
            Some((Kind::Text { closed }, span)) => {
                let end = span.end as usize - usize::from(closed);
                if at > end.max(span.start as usize + 1) {
                    return nothing();
                }
                (span.start as usize + 1, end.max(span.start as usize + 1), true)
            }
            _ => {
                let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
                let before = text.get(..at).unwrap_or("");
                let after = text.get(at..).unwrap_or("");
                let end = at + after.len() - after.trim_start_matches(name).len();
                (before.trim_end_matches(name).len(), end, false)
            }
        };
        let from = start - usize::from(quoted);
        let before: Vec<&Token> =
            all.iter().filter(|t| !t.is_trivia() && t.span.end as usize <= from).collect();
        let wanted = Before { text, tokens: &before, at: from }.wanted();
        Self { word: Span::new(start, end), wanted, quoted }
    }
}

/// What stands before a place.
struct Before<'t> {
    text: &'t str,
    tokens: &'t [&'t Token],
    at: usize,
}

impl<'t> Before<'t> {
    fn slice(&self, at: usize) -> &'t str {
        self.tokens.get(at).and_then(|t| self.text.get(t.span.range())).unwrap_or("")
    }

    /// The brackets that are open, and which token opened each.
    fn open(&self) -> Vec<usize> {
        let mut open = Vec::new();
        for (at, token) in self.tokens.iter().enumerate() {
            match token.kind {
                Kind::Open => open.push(at),
                Kind::Close => {
                    open.pop();
                }
                _ => {}
            }
        }
        open
    }

    /// The first token of the line on which an offset stands.
    fn line(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or("");
        let start = before.rfind('\n').map_or(0, |i| i + 1);
        self.tokens.partition_point(|t| (t.span.start as usize) < start)
    }

    fn wanted(&self) -> Line {
        let open: Vec<usize> =
            self.open().into_iter().filter(|at| !self.is_together(*at)).collect();
        let Some(first) = open.first().copied() else { return self.on_line() };
        let offset = self.tokens.get(first).map_or(0, |t| t.span.start as usize);
        let line = self.line(offset);
        let last = self.slice(self.tokens.len().wrapping_sub(1));
        let named = |back: usize| self.slice(self.tokens.len().wrapping_sub(back)).to_owned();
        let outer = open.len() == 1;
        let begins = matches!(last, "{" | ",");
        match (self.slice(line), self.slice(line + 1)) {
            ("cast", _) if outer && begins => Line::Role,
            ("terms", _) if outer && begins => Line::Term,
            ("terms", _) if outer && last == ":" => Line::TermValue(named(2)),
            ("expect", "state") if outer && begins => Line::State,
            ("expect", "possible") => Line::Possible,
            ("expect" | "cast" | "terms", _) => Line::Nothing,
            _ => {
                let message = self.slice(first.wrapping_sub(1)).to_owned();
                match (outer, begins, last) {
                    (true, true, _) => Line::Field(self.whole(first, message)),
                    (true, false, ":") => Line::Value(self.whole(first, message), named(2)),
                    (false, ..) if matches!(last, "[" | ",") => {
                        let field = open.get(1).map_or(0, |at| at.wrapping_sub(2));
                        Line::Value(self.whole(first, message), self.slice(field).to_owned())
                    }
                    _ => Line::Nothing,
                }
            }
        }
    }

    /// A message's name with the stages before it.
    fn whole(&self, open: usize, last: String) -> String {
        let mut name = last;
        let mut at = open.wrapping_sub(2);
        while self.slice(at) == "." {
            name = format!("{}.{name}", self.slice(at.wrapping_sub(1)));
            at = at.wrapping_sub(2);
        }
        name
    }

    fn is_together(&self, open: usize) -> bool {
        self.slice(open.wrapping_sub(1)) == "together"
    }

    /// Outside brackets.
    fn on_line(&self) -> Line {
        let from = self.line(self.at);
        let words: Vec<&str> = (from..self.tokens.len()).map(|at| self.slice(at)).collect();
        match words.as_slice() {
            [] | ["{"] => Line::Begin,
            ["expect"] => Line::Expected,
            ["expect", "refused"] => Line::Code,
            [.., "after"] => Line::Label,
            [person, .., ":"] => Line::Message((*person).to_owned()),
            _ => Line::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, LineSpot};

    /// What is wanted where `|` stands.
    fn at(text: &str) -> Line {
        let offset = text.find('|').unwrap();
        LineSpot::new(&text.replace('|', ""), offset).wanted
    }

    #[test]
    fn the_tokens_before_a_place_tell_what_it_wants() {
        assert_eq!(at("play \"x\"\nad|"), Line::Begin);
        assert_eq!(at("ada: |"), Line::Message("ada".into()));
        assert_eq!(at("ada/phone after p1: or|"), Line::Message("ada".into()));
        assert_eq!(at("ada: order { |"), Line::Field("order".into()));
        assert_eq!(at("ada: vote.pick { a: 1, b|: 2 }"), Line::Field("vote.pick".into()));
        assert_eq!(at("ada: order { kind: \"sm|\" }"), Line::Value("order".into(), "kind".into()));
        assert_eq!(at("ada: o { who: [ben, | }"), Line::Value("o".into(), "who".into()));
        assert_eq!(at("cast { |"), Line::Role);
        assert_eq!(at("cast { a: ada, b|"), Line::Role);
        assert_eq!(at("terms { pr| }"), Line::Term);
        assert_eq!(at("terms { price: | }"), Line::TermValue("price".into()));
        assert_eq!(at("expect |"), Line::Expected);
        assert_eq!(at("expect refused out-|"), Line::Code);
        assert_eq!(at("expect state { |"), Line::State);
        assert_eq!(at("expect possible [ a, |"), Line::Possible);
        assert_eq!(at("together {\n    ada: |"), Line::Message("ada".into()));
        assert_eq!(at("ada: order // |"), Line::Nothing);
    }
}
