//! Elements: what gets a line of its own where a bracket is broken, with its comments.

use std::collections::BTreeSet;

use super::group::{Context, Piece};
use crate::parse::scan::{Kind, Token};

/// An element; one without pieces holds the comments before a closing bracket.
#[derive(Clone, Debug, Default)]
pub(crate) struct Element {
    /// Comments on lines of their own before it, each with whether a blank line stands before it.
    pub(crate) lead: Vec<(bool, String)>,
    /// Whether a blank line stands before the element itself.
    pub(crate) blank: bool,
    /// Its tokens and brackets, without the comma after it.
    pub(crate) pieces: Vec<Piece>,
    /// The comment behind it on its line.
    pub(crate) trailing: Option<String>,
}

/// Splits what is in a bracket into elements.
pub(crate) struct Splitter<'t> {
    text: &'t str,
    starts: &'t BTreeSet<u32>,
    context: Context,
    done: Vec<Element>,
    current: Element,
    last: Option<Token>,
}

impl<'t> Splitter<'t> {
    /// All elements of a body.
    pub(crate) fn split(
        text: &'t str,
        starts: &'t BTreeSet<u32>,
        body: &[Piece],
        context: Context,
    ) -> Vec<Element> {
        let current = Element::default();
        let mut splitter = Self { text, starts, context, done: Vec::new(), current, last: None };
        for (i, piece) in body.iter().enumerate() {
            let rest = body.get(i + 1..).unwrap_or(&[]);
            let mut rest = rest.iter().filter(|p| !p.is_trivia());
            let next = rest.next();
            splitter.piece(piece, next, rest.next());
            splitter.last = Some(piece.last());
        }
        splitter.end();
        splitter.done
    }

    fn piece(&mut self, piece: &Piece, next: Option<&Piece>, second: Option<&Piece>) {
        if let Piece::Token(token) = piece {
            if token.is_trivia() {
                return self.comment(*token, next);
            }
            if self.begins(*token) {
                self.end();
            }
            if self.word(*token) == ","
                && self.by_commas()
                && !(next.is_some() && self.lists_roles(second))
            {
                return self.end();
            }
        }
        let semicolon = matches!(piece, Piece::Token(t) if self.word(*t) == ";");
        let alone = self.current.pieces.is_empty() && self.current.lead.is_empty();
        if let (true, Some(before)) = (semicolon && alone, self.done.last_mut()) {
            return before.pieces.push(piece.clone());
        }
        if self.current.pieces.is_empty() {
            self.current.blank = self.blank_before(piece.first());
        }
        self.current.pieces.push(piece.clone());
        if self.ends(piece, next) {
            self.end();
        }
    }

    fn end(&mut self) {
        if !self.current.pieces.is_empty() || !self.current.lead.is_empty() {
            self.done.push(std::mem::take(&mut self.current));
        }
    }

    /// Whether a comma stands between roles: after `each`, and after `text for` as long as no
    /// field begins.
    fn lists_roles(&self, second: Option<&Piece>) -> bool {
        let pieces = &self.current.pieces;
        let after = |word: &str| pieces.iter().rposition(|p| self.word(p.first()) == word);
        match self.context {
            Context::Pattern => after("each")
                .is_some_and(|at| !pieces.iter().skip(at).any(|p| matches!(p, Piece::Group(_)))),
            Context::Fields => {
                let colon = second.is_some_and(|p| self.word(p.first()) == ":");
                after("for").is_some_and(|at| at > 1) && !colon
            }
            _ => false,
        }
    }

    fn by_commas(&self) -> bool {
        matches!(self.context, Context::Fields | Context::Pattern | Context::Code)
    }

    /// Whether an item or a step begins here.
    fn begins(&self, token: Token) -> bool {
        let lines = matches!(self.context, Context::Item | Context::Play | Context::Together);
        if !lines || self.current.pieces.is_empty() {
            return false;
        }
        let head = ["play", "rules", "topic", "cast", "terms", "start"];
        let first = self.current.pieces.first().map_or("", |p| self.word(p.first()));
        let heads = self.context == Context::Play && head.contains(&first);
        self.starts.contains(&token.span.start) || heads && head.contains(&self.word(token))
    }

    /// Whether a statement ends with this piece, that is no comma.
    fn ends(&self, piece: &Piece, next: Option<&Piece>) -> bool {
        if !matches!(self.context, Context::Block | Context::Script) {
            return false;
        }
        match piece {
            Piece::Token(token) => self.word(*token) == ";",
            Piece::Group(group) => {
                let first = self.current.pieces.first().map_or("", |p| self.word(p.first()));
                let goes_on = next.is_some_and(|p| self.word(p.first()) == "else");
                self.word(group.open) == "{"
                    && matches!(first, "if" | "for" | "while" | "fn" | "{")
                    && !goes_on
            }
        }
    }

    fn comment(&mut self, token: Token, next: Option<&Piece>) {
        let text = self.word(token).to_owned();
        let same_line = self.last.is_some() && !self.gap(token).contains('\n');
        let doc = token.kind == Kind::Doc;
        if self.current.pieces.is_empty() {
            let behind = same_line && !doc && self.current.lead.is_empty();
            let free = |e: &&mut Element| e.trailing.is_none() && !e.pieces.is_empty();
            if let (true, Some(before)) = (behind, self.done.last_mut().filter(free)) {
                before.trailing = Some(text);
                return;
            }
            let blank = self.blank_before(token);
            return self.current.lead.push((blank, text));
        }
        self.comment_inside(token, next, same_line, text);
    }

    /// A comment after the beginning of an element: behind it, after it, or moved before it.
    fn comment_inside(
        &mut self,
        token: Token,
        next: Option<&Piece>,
        same_line: bool,
        text: String,
    ) {
        let doc = token.kind == Kind::Doc;
        let comma = next.is_some_and(|p| self.by_commas() && self.word(p.first()) == ",");
        let over = next.is_none_or(|p| self.begins(p.first()));
        if same_line && !doc && (over || comma) && self.current.trailing.is_none() {
            self.current.trailing = Some(text);
        } else if over {
            let blank = self.blank_before(token);
            self.end();
            self.current.lead.push((blank, text));
        } else {
            // It documents nothing where it stands, and must not where it goes.
            let plain = if doc { text.replacen("///", "//", 1) } else { text };
            self.current.lead.push((false, plain));
        }
    }

    fn gap(&self, token: Token) -> &'t str {
        let from = self.last.map_or(token.span.start, |t| t.span.end);
        self.text.get(from as usize..token.span.start as usize).unwrap_or("")
    }

    fn blank_before(&self, token: Token) -> bool {
        self.gap(token).bytes().filter(|b| *b == b'\n').count() > 1
    }

    fn word(&self, token: Token) -> &'t str {
        self.text.get(token.span.range()).unwrap_or("")
    }
}
