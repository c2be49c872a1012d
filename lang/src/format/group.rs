//! Tokens in their brackets.

use std::collections::BTreeSet;

use crate::parse::scan::{Kind, Token};

/// What the tokens between two brackets are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    /// Words of items, outside brackets.
    Item,
    /// Fields, types, values: separated by commas.
    Fields,
    /// A pattern.
    Pattern,
    /// Statements.
    Block,
    /// Arguments, lists and records in code: separated by commas.
    Code,
    /// Functions.
    Script,
    /// Lines of a play, or words and values in one.
    Play,
    /// The lines of `together { … }`.
    Together,
}

/// A token, or brackets with what is in them.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    /// A token, perhaps a comment.
    Token(Token),
    /// Brackets.
    Group(Group),
}

/// Brackets and what is in them.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// The opening bracket.
    pub(crate) open: Token,
    /// The closing bracket.
    pub(crate) close: Token,
    /// What stands between them.
    pub(crate) body: Vec<Piece>,
    /// What that is.
    pub(crate) context: Context,
    /// Whether it must be broken: comments or broken brackets are in it, or it was broken before.
    pub(crate) forced: bool,
}

impl Piece {
    /// The first token.
    pub(crate) fn first(&self) -> Token {
        match self {
            Piece::Token(token) => *token,
            Piece::Group(group) => group.open,
        }
    }

    /// The last token.
    pub(crate) fn last(&self) -> Token {
        match self {
            Piece::Token(token) => *token,
            Piece::Group(group) => group.close,
        }
    }

    /// Whether it is a comment of either kind.
    pub(crate) fn is_trivia(&self) -> bool {
        matches!(self, Piece::Token(token) if token.is_trivia())
    }

    fn forces(&self) -> bool {
        match self {
            Piece::Token(token) => token.is_trivia(),
            Piece::Group(group) => group.forced,
        }
    }
}

/// Reads tokens into brackets.
pub(crate) struct Reader<'t> {
    text: &'t str,
    tokens: &'t [Token],
    starts: &'t BTreeSet<u32>,
}

impl<'t> Reader<'t> {
    /// A reader of all tokens of a text whose items or steps begin at `starts`.
    pub(crate) fn new(text: &'t str, tokens: &'t [Token], starts: &'t BTreeSet<u32>) -> Self {
        Self { text, tokens, starts }
    }

    /// The whole text.
    pub(crate) fn read(&self, context: Context) -> Vec<Piece> {
        let mut at = 0;
        self.body(&mut at, context)
    }

    fn body(&self, at: &mut usize, context: Context) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut item = "";
        while let Some(token) = self.tokens.get(*at) {
            if self.starts.contains(&token.span.start) {
                item = self.word(*token);
            }
            match token.kind {
                Kind::Close => break,
                Kind::Open => {
                    let inner = self.inner(context, item, *token);
                    pieces.push(self.group(at, *token, inner));
                }
                _ => {
                    pieces.push(Piece::Token(*token));
                    *at += 1;
                }
            }
        }
        pieces
    }

    fn group(&self, at: &mut usize, open: Token, context: Context) -> Piece {
        *at += 1;
        let body = self.body(at, context);
        let close = self.tokens.get(*at).copied().unwrap_or(open);
        *at += 1;
        let after = body.first().map_or(close, Piece::first);
        let gap = self.text.get(open.span.end as usize..after.span.start as usize).unwrap_or("");
        let broken = gap.contains('\n') && !body.is_empty();
        let forced = broken || body.iter().any(Piece::forces);
        Piece::Group(Group { open, close, body, context, forced })
    }

    /// What stands in a bracket that opens in a context.
    fn inner(&self, context: Context, item: &str, open: Token) -> Context {
        let sign = self.word(open);
        match context {
            Context::Item => match item {
                "pattern" => Context::Pattern,
                "script" => Context::Script,
                "message" | "terms" | "state" | "type" | "stage" => Context::Fields,
                _ => Context::Block,
            },
            Context::Script | Context::Block | Context::Code if sign == "{" => Context::Block,
            Context::Script | Context::Block | Context::Code => Context::Code,
            Context::Play if item == "together" => Context::Together,
            Context::Play | Context::Together => Context::Fields,
            Context::Fields => Context::Fields,
            Context::Pattern => Context::Pattern,
        }
    }

    fn word(&self, token: Token) -> &'t str {
        self.text.get(token.span.range()).unwrap_or("")
    }
}
