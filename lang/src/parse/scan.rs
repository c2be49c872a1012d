//! Tokens: texts, comments, words and brackets with their places, without any grammar.
//!
//! The scan bounds what the recursive parsers see, finds documentation and comments, and is what
//! recovery and the search for slips look at.

use crate::span::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters, digits and underscores, beginning with a letter or an underscore.
    Word,
    /// Digits with what sticks to them: `12.50`, `14d`, `0xff`, a time.
    Number,
    /// `"…"`, or what stands behind an opening quote that nothing closes on its line.
    Text {
        /// Whether a quote closes it.
        closed: bool,
    },
    /// A piece of a back-tick text: from a back-tick or `}` to `${` or a back-tick.
    Template {
        /// Whether it is closed.
        closed: bool,
    },
    /// `//`
    Comment,
    /// `///`
    Doc,
    /// `( [ {` and `#{`, `${`
    Open,
    /// `) ] }`
    Close,
    /// Anything else: an operator of one to three characters.
    Sign,
}

/// A token and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: Kind,
    /// Where.
    pub(crate) span: Span,
}

impl Token {
    /// Whether it is a comment of either kind.
    pub(crate) fn is_trivia(self) -> bool {
        matches!(self.kind, Kind::Comment | Kind::Doc)
    }
}

/// Signs of more than one character, longest first.
const SIGNS: [&str; 27] = [
    "...", "..=", "===", "!==", "**=", "||", "&&", "==", "!=", "<=", ">=", "=>", "->", "??", "?.",
    "..", "::", "+=", "-=", "*=", "/=", "%=", "**", "<<", ">>", "++", "--",
];

/// All tokens of a text.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut scan = Scan { text, at: 0, tokens: Vec::new(), templates: Vec::new(), depth: 0 };
    while scan.at < text.len() {
        scan.step();
    }
    scan.tokens
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
    /// The bracket depths inside which a hole of a back-tick text is open.
    templates: Vec<(usize, bool)>,
    depth: usize,
}

impl Scan<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let end = self.at + length;
        self.tokens.push(Token { kind, span: Span::new(self.at, end) });
        self.at = end;
    }

    fn step(&mut self) {
        let Some(first) = self.rest().chars().next() else { return };
        if first.is_whitespace() || first == '\u{feff}' {
            self.at += first.len_utf8();
        } else if self.rest().starts_with("//") {
            self.comment();
        } else if first == '"' {
            self.text_token();
        } else if first == '`' {
            self.template(1);
        } else if first.is_ascii_digit() {
            self.number();
        } else if first.is_alphabetic() || first == '_' {
            let length = word_length(self.rest());
            self.push(Kind::Word, length);
        } else {
            self.sign(first);
        }
    }

    fn comment(&mut self) {
        let doc = self.rest().starts_with("///") && !self.rest().starts_with("////");
        let length = self.rest().find('\n').unwrap_or(self.rest().len());
        let length = self.rest().get(..length).unwrap_or("").trim_end().len();
        self.push(if doc { Kind::Doc } else { Kind::Comment }, length);
    }

    /// `"…"` on one line; after `else` holes may hold texts of their own.
    fn text_token(&mut self) {
        let after_else = self
            .tokens
            .iter()
            .rev()
            .find(|t| !t.is_trivia())
            .is_some_and(|t| self.text.get(t.span.range()) == Some("else"));
        let (length, closed) = text_length(self.rest(), after_else);
        self.push(Kind::Text { closed }, length);
    }

    /// A piece of a back-tick text, whose beginning is `skip` bytes long.
    fn template(&mut self, skip: usize) {
        let body = self.rest().get(skip..).unwrap_or("");
        let mut end = None;
        let mut hole = false;
        let bytes = body.as_bytes();
        let mut i = 0;
        while let Some(b) = bytes.get(i) {
            match (b, bytes.get(i + 1)) {
                (b'`', Some(b'`')) => i += 1,
                (b'`', _) => end = Some(i + 1),
                (b'$', Some(b'{')) => {
                    end = Some(i + 2);
                    hole = true;
                }
                _ => {}
            }
            if end.is_some() {
                break;
            }
            i += 1;
        }
        let length = skip + end.unwrap_or(body.len());
        self.push(Kind::Template { closed: end.is_some() }, length);
        if hole {
            self.templates.push((self.depth, true));
            self.depth += 1;
        }
    }

    fn number(&mut self) {
        let length = number_length(self.rest());
        self.push(Kind::Number, length);
    }

    fn sign(&mut self, first: char) {
        match first {
            '(' | '[' | '{' => {
                self.depth += 1;
                self.push(Kind::Open, 1);
            }
            '#' if self.rest().starts_with("#{") => {
                self.depth += 1;
                self.push(Kind::Open, 2);
            }
            ')' | ']' | '}' => {
                self.depth = self.depth.saturating_sub(1);
                if first == '}' && self.templates.last().is_some_and(|(d, _)| *d == self.depth) {
                    self.templates.pop();
                    self.template(1);
                } else {
                    self.push(Kind::Close, 1);
                }
            }
            _ => {
                let long = SIGNS.iter().find(|s| self.rest().starts_with(**s));
                let length = long.map_or(first.len_utf8(), |s| s.len());
                self.push(Kind::Sign, length);
            }
        }
    }
}

/// The length of the word at the beginning; letters of any script, so that slips can be named.
fn word_length(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())
}

/// The length of a number with its unit, a decimal or a time.
fn number_length(text: &str) -> usize {
    let word = |from: usize| from + word_length(text.get(from..).unwrap_or(""));
    let mut length = word(0);
    let bytes = text.as_bytes();
    if bytes.get(10) == Some(&b'T') && bytes.get(4) == Some(&b'-') {
        return time_length(text);
    }
    let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    if bytes.get(length) == Some(&b'.') && digit(length + 1) {
        length = word(length + 1);
    }
    length
}

fn time_length(text: &str) -> usize {
    let stop = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '+' | '.'));
    let length = text.find(stop).unwrap_or(text.len());
    // A range may follow: `2026-01-01T00:00:00Z..`.
    let whole = text.get(..length).unwrap_or("");
    whole.find("..").unwrap_or(length)
}

/// The length of a text with its quotes, and whether it is closed on its line.
fn text_length(text: &str, holes: bool) -> (usize, bool) {
    let bytes = text.as_bytes();
    let mut i = 1;
    let mut depth = 0usize;
    let mut inner = false;
    while let Some(b) = bytes.get(i) {
        match b {
            b'\n' => return (text.get(..i).unwrap_or("").trim_end().len(), false),
            b'\\' => i += 1,
            b'"' if depth == 0 => return (i + 1, true),
            b'"' => inner = !inner,
            b'{' if holes && !inner && depth == 0 && bytes.get(i + 1) == Some(&b'{') => i += 1,
            b'{' if holes && !inner => depth += 1,
            b'}' if holes && !inner => depth = depth.saturating_sub(1),
            _ => {}
        }
        i += 1;
    }
    (text.len(), false)
}
