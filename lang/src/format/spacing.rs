//! Spaces between two tokens of one line.

use super::group::Context;
use crate::parse::scan::Kind;

/// A printed token, as far as the next space depends on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Printed<'t> {
    /// Its text.
    pub(crate) word: &'t str,
    /// What it is.
    pub(crate) kind: Kind,
    /// Whether it is an operator before its operand.
    pub(crate) prefix: bool,
}

/// Words of code after which an operand or a bracket begins anew.
const CODE_WORDS: [&str; 8] = ["if", "else", "for", "in", "while", "return", "let", "fn"];

/// Whether a token stands where an operand begins, so that `-` and `!` are signs of it.
pub(crate) fn operand_begins(before: Option<Printed<'_>>) -> bool {
    let Some(before) = before else { return true };
    match before.kind {
        Kind::Open | Kind::Sign => true,
        Kind::Template { .. } => before.word.ends_with("${"),
        Kind::Word => CODE_WORDS.contains(&before.word),
        _ => false,
    }
}

/// Whether a space stands between two tokens.
pub(crate) fn space(before: Printed<'_>, next: &str, kind: Kind, context: Context) -> bool {
    if matches!(kind, Kind::Template { .. }) && next.starts_with('}') {
        return false;
    }
    if matches!(before.kind, Kind::Template { .. }) && before.word.ends_with("${") {
        return false;
    }
    if before.prefix || matches!(next, "," | ";" | ":" | "::" | "." | "?." | ")" | "]") {
        return false;
    }
    if matches!(before.word, "(" | "[" | "::" | "." | "?.") {
        return false;
    }
    if matches!(next, ".." | "..=") {
        return false;
    }
    if matches!(before.word, ".." | "..=") {
        return context == Context::Item && kind == Kind::Word;
    }
    match context {
        Context::Pattern => in_pattern(before, next),
        Context::Play | Context::Together => in_play(before, next, kind),
        Context::Fields | Context::Item => in_fields(before, next),
        _ => in_code(before, next),
    }
}

fn in_pattern(before: Printed<'_>, next: &str) -> bool {
    match next {
        "*" | "+" | "?" => false,
        "{" => before.word == "pattern",
        _ => true,
    }
}

fn in_play(before: Printed<'_>, next: &str, kind: Kind) -> bool {
    if matches!(next, "/") || matches!(before.word, "/") {
        return false;
    }
    let hyphen = next == "-" && before.kind == Kind::Word;
    let after_hyphen = before.word == "-" && kind == Kind::Word;
    !(hyphen || after_hyphen)
}

fn in_fields(before: Printed<'_>, next: &str) -> bool {
    match next {
        "?" => false,
        "(" => before.kind != Kind::Word || before.word == "for",
        _ => true,
    }
}

fn in_code(before: Printed<'_>, next: &str) -> bool {
    let value = match before.kind {
        Kind::Word => !CODE_WORDS.contains(&before.word),
        Kind::Close | Kind::Text { .. } | Kind::Template { .. } | Kind::Number => true,
        _ => false,
    };
    match next {
        "(" | "[" => !value,
        "in" => before.word != "!",
        _ => true,
    }
}
