//! What could be written at a place: what completion asks. The text there is unfinished, so structure is
//! told by the tokens before the place; code is made whole with a placeholder, and parsed and checked
//! like any other.

use crate::bundle;
use crate::parse::parse;
use crate::parse::scan::{self, Kind, Token};
use crate::source::Source;
use crate::span::Span;

/// A name that stands for what is not written yet.
pub const PLACEHOLDER: &str = "zz_placeholder";

/// What could be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A word that begins an item.
    Item,
    /// One of these words of the language.
    Words(&'static [&'static str]),
    /// A role, or also one of these words.
    Role(&'static [&'static str]),
    /// A message, a deadline or a stage, or also one of these words.
    Message(&'static [&'static str]),
    /// A message or a word of patterns.
    Pattern,
    /// A type.
    Type,
    /// A term: `one_of(terms.…)`
    Term,
    /// A module of the library.
    Module,
    /// A role of a stage's file.
    StageRole(String),
    /// A term of a stage's file.
    StageTerm(String),
    /// Something of code: the text with [`PLACEHOLDER`] there, whole enough to be checked.
    Code(String),
    /// Something of code that cannot be made whole: the words before the place, the last first.
    Broken(Vec<String>),
    /// Nothing that could be told: in a comment, in a text, a new name.
    Nothing,
}

/// What could be written at a place, and what of it stands there already.
#[derive(Clone, Debug)]
pub struct Spot {
    /// The name at the place.
    pub word: Span,
    /// What could stand there.
    pub wanted: Wanted,
}

impl Spot {
    /// The place at an offset of a rules text.
    #[must_use]
    pub fn new(text: &str, offset: usize) -> Self {
        let end = bundle::parts(text).first().map_or(text.len(), |p| p.end);
        let text = text.get(..end).unwrap_or(text);
        let tokens: Vec<Token> = scan::tokens(text);
        let at = offset.min(text.len());
        let inside = tokens.iter().find(|t| {
            (t.span.start as usize) < at
                && (at < t.span.end as usize || at == t.span.end as usize && sticks(t))
        });
        match inside.map(|t| t.kind) {
            Some(Kind::Comment | Kind::Doc | Kind::Number) => {
                return Self { word: Span::new(at, at), wanted: Wanted::Nothing };
            }
            Some(Kind::Text { closed }) => {
                let span = inside.map_or_else(Span::default, |t| t.span);
                let start = span.start as usize + 1;
                let end = span.end as usize - usize::from(closed);
                return Self::in_text(text, &tokens, start, end.max(start), closed);
            }
            _ => {}
        }
        let name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let before = text.get(..at).unwrap_or("");
        let start = before.trim_end_matches(name).len();
        let after = text.get(at..).unwrap_or("");
        let end = at + after.len() - after.trim_start_matches(name).len();
        let site = Site::new(text, &tokens, start, end);
        Self { word: Span::new(start, end), wanted: site.wanted() }
    }

    /// Inside the quotes of a text: in code it may be a name.
    fn in_text(text: &str, tokens: &[Token], start: usize, end: usize, closed: bool) -> Self {
        let site = Site::new(text, tokens, start - 1, end + usize::from(closed));
        let quoted = format!("\"{PLACEHOLDER}\"");
        let wanted = match site.is_code() {
            true => site.code(&[quoted]),
            false => Wanted::Nothing,
        };
        let wanted = if let Wanted::Broken(_) = wanted { Wanted::Nothing } else { wanted };
        Self { word: Span::new(start, end), wanted }
    }
}

/// What the items that begin with one of these words call themselves, also of items that do not parse.
#[must_use]
pub fn item_names<'t>(text: &'t str, words: &[&str]) -> Vec<&'t str> {
    let tokens: Vec<Token> = scan::tokens(text).into_iter().filter(|t| !t.is_trivia()).collect();
    let slice = |token: Option<&Token>| token.and_then(|t| text.get(t.span.range())).unwrap_or("");
    let starts = crate::parse::item_starts(text, &tokens);
    let names = starts.into_iter().filter_map(|start| {
        let at = tokens.partition_point(|t| (t.span.start as usize) < start);
        let named = tokens.get(at + 1).filter(|t| t.kind == Kind::Word);
        words.contains(&slice(tokens.get(at))).then(|| slice(named))
    });
    names.filter(|name| !name.is_empty()).collect()
}

/// Whether a token goes on at its end: a word that is being written, a text that nothing closes.
fn sticks(token: &Token) -> bool {
    match token.kind {
        Kind::Comment | Kind::Doc => true,
        Kind::Text { closed } => !closed,
        _ => false,
    }
}

/// The item around a place, cut there.
struct Site<'t> {
    text: &'t str,
    /// Where the item begins and ends.
    item: Span,
    /// What is replaced.
    word: Span,
    /// The tokens of the item before it.
    before: Vec<Token>,
    /// The brackets that are open there: of each the token, and its place among those before.
    open: Vec<usize>,
}

impl<'t> Site<'t> {
    fn new(text: &'t str, tokens: &[Token], start: usize, end: usize) -> Self {
        let starts = crate::parse::item_starts(text, tokens);
        let first = starts.iter().rev().find(|s| **s < start).copied().unwrap_or(start);
        let next = starts.iter().find(|s| **s > start).copied().unwrap_or(text.len());
        let within = |t: &&Token| {
            !t.is_trivia() && t.span.start as usize >= first && t.span.end as usize <= start
        };
        let before: Vec<Token> = tokens.iter().filter(within).copied().collect();
        let mut open = Vec::new();
        for (at, token) in before.iter().enumerate() {
            match token.kind {
                Kind::Open => open.push(at),
                Kind::Close => {
                    open.pop();
                }
                _ => {}
            }
        }
        let (item, word) = (Span::new(first, next.max(end)), Span::new(start, end));
        Self { text, item, word, before, open }
    }

    fn slice(&self, token: Option<&Token>) -> &'t str {
        token.and_then(|t| self.text.get(t.span.range())).unwrap_or("")
    }

    /// The word so many before the place.
    fn back(&self, by: usize) -> &'t str {
        let at = self.before.len().checked_sub(by);
        self.slice(at.and_then(|at| self.before.get(at)))
    }

    /// The first word of the item.
    fn head(&self) -> &'t str {
        self.slice(self.before.first())
    }

    fn is_code(&self) -> bool {
        match self.head() {
            "terms" | "state" | "message" | "type" | "pattern" => false,
            "script" => self.open.len() > 1,
            "stage" => self.open.len() > 1 && self.within(1) == "terms" && self.back(1) != "from",
            _ => !self.open.is_empty(),
        }
    }

    /// The word before the colon before an open bracket: `roles: {`.
    fn within(&self, depth: usize) -> &'t str {
        let at = self.open.get(depth).and_then(|at| at.checked_sub(2));
        self.slice(at.and_then(|at| self.before.get(at)))
    }

    fn wanted(&self) -> Wanted {
        let line = self.text.get(..self.word.start as usize).unwrap_or("");
        let line = line.get(line.rfind('\n').map_or(0, |i| i + 1)..).unwrap_or("");
        if line.is_empty()
            || self.before.is_empty()
            || self.open.is_empty() && line.trim().is_empty()
        {
            return Wanted::Item;
        }
        match (self.head(), self.open.is_empty()) {
            (_, true) => self.between(),
            ("terms" | "state" | "message" | "type", _) => self.field(),
            ("pattern", _) => self.pattern(),
            ("stage", _) => self.stage(),
            ("script", _) if self.open.len() == 1 => Wanted::Words(&["fn"]),
            _ if self.back(1) == "::" => {
                self.code(&[format!("{PLACEHOLDER}()"), PLACEHOLDER.into()])
            }
            _ => self.code(&[PLACEHOLDER.into()]),
        }
    }

    /// Outside brackets.
    fn between(&self) -> Wanted {
        let has = |word: &str| self.before.iter().any(|t| self.slice(Some(t)) == word);
        match (self.head(), self.back(1)) {
            ("use", "use") => Wanted::Words(&["std"]),
            ("use", "::") => Wanted::Module,
            ("role", "role") | ("message", "message") | ("deadline", "deadline") => Wanted::Nothing,
            ("role", _) => Wanted::Words(&["open"]),
            ("overlap", _) => Wanted::Role(&[]),
            ("seal", "seal") => Wanted::Words(&["all", "majority"]),
            ("seal", "of" | ",") => Wanted::Role(&[]),
            ("seal", _) => Wanted::Words(&["of"]),
            ("message", "by") => Wanted::Role(&["anyone"]),
            ("message", ",") => Wanted::Role(&[]),
            ("message", _) if !has("by") => Wanted::Words(&["by"]),
            ("deadline", _) => Wanted::Words(&["at"]),
            ("on", "on") => Wanted::Message(&["open"]),
            ("on" | "allow", ",") | ("allow", "allow") => Wanted::Message(&[]),
            ("allow" | "failure", "}") => Wanted::Words(&["else"]),
            ("allow", _) if !has("when") => Wanted::Words(&["when"]),
            ("type", "=") => Wanted::Type,
            ("stage", word) if word != "stage" && !has("from") => Wanted::Words(&["from"]),
            _ => Wanted::Nothing,
        }
    }

    /// Between the braces of fields.
    fn field(&self) -> Wanted {
        let Some(innermost) = self.open.last().copied() else { return Wanted::Nothing };
        let bracket = self.slice(self.before.get(innermost));
        let of = innermost.checked_sub(1).and_then(|at| self.before.get(at));
        if bracket == "(" {
            return match (self.slice(of), self.back(1)) {
                ("person", _) => Wanted::Role(&[]),
                ("ref" | "reveal", _) => Wanted::Message(&[]),
                ("one_of", ".") => Wanted::Term,
                ("one_of", _) => Wanted::Words(&["terms"]),
                ("list" | "hidden", "(") | ("map", "(" | ",") => Wanted::Type,
                ("list", ",") => Wanted::Words(&["unique"]),
                _ => Wanted::Nothing,
            };
        }
        match self.back(1) {
            ":" => Wanted::Type,
            "for" => Wanted::Role(&[]),
            "=" => Wanted::Words(&["last", "true", "false"]),
            "{" | "," => Wanted::Nothing,
            _ => Wanted::Words(&["for"]),
        }
    }

    fn pattern(&self) -> Wanted {
        // `each a, …`: back over names and commas.
        let mut by = 1;
        while self.back(by) == "," {
            by += 2;
        }
        match (self.back(by), self.back(1)) {
            ("by" | "each" | "one", _) => Wanted::Role(&[]),
            (_, "per") => Wanted::Message(&[]),
            (_, "{" | "(" | "," | "|" | "&" | "unless") => Wanted::Pattern,
            _ => Wanted::Words(&["unless", "by"]),
        }
    }

    fn stage(&self) -> Wanted {
        let name = self.slice(self.before.get(1)).to_owned();
        match (self.open.len(), self.within(1), self.back(1)) {
            (1, ..) => Wanted::Words(&["roles", "terms"]),
            (2, "roles", "{" | ",") => Wanted::StageRole(name),
            (2, "terms", "{" | ",") => Wanted::StageTerm(name),
            (_, "roles", _) => Wanted::Role(&[]),
            _ => self.code(&[PLACEHOLDER.into()]),
        }
    }

    /// The text with one of these in the place, and whatever makes the item whole.
    fn code(&self, words: &[String]) -> Wanted {
        let (start, end) = (self.item.start as usize, self.item.end as usize);
        let piece = |from: usize, to: usize| self.text.get(from..to).unwrap_or("");
        let before = piece(start, self.word.start as usize);
        let after = piece(self.word.end as usize, end);
        for word in words {
            for tail in self.tails(after) {
                let item = format!("{before}{word}{tail}\n");
                let parsed = parse(&Source::new("", item.as_str()));
                let whole = parsed.tree.is_some_and(|t| t.items.len() == 1);
                if whole && parsed.diagnostics.is_empty() {
                    let text = [piece(0, start), &item, piece(end, self.text.len())].concat();
                    return Wanted::Code(text);
                }
            }
        }
        Wanted::Broken((1..=3).map(|by| self.back(by).to_owned()).collect())
    }

    /// What may follow the place: what does, with what is missing; or nothing but what closes.
    fn tails(&self, after: &str) -> Vec<String> {
        let closer = |at: &usize| match self.slice(self.before.get(*at)) {
            "(" => ")",
            "[" => "]",
            _ => "}",
        };
        let brackets: Vec<&str> = self.open.iter().rev().map(closer).collect();
        let inner = brackets.iter().position(|b| *b == "}").unwrap_or(brackets.len());
        let of = |part: Option<&[&str]>| part.unwrap_or_default().concat();
        let (near, all) = (of(brackets.get(..inner)), of(brackets.get(inner..)));
        let mut tails = vec![after.to_owned(), format!(";{after}")];
        if !near.is_empty() {
            tails.push(format!("{near}{after}"));
            tails.push(format!("{near};{after}"));
        }
        tails.push(format!("{near}{all}"));
        tails.push(format!("{near};{all}"));
        tails.push(format!("{near} {{ }}{after}"));
        tails.push(format!("{near} {{ }}{all}"));
        tails.push(format!("{near}: ()}}{all}"));
        tails
    }
}
