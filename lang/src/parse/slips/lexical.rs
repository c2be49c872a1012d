//! Slips of single words: quotes, comments, letters that no name has.

use super::{Around, Place};
use crate::diagnostic::Diagnostic;
use crate::escapes;
use crate::parse::scan::Kind;
use crate::span::Span;

/// A text whose closing quote is missing on its line.
pub(super) fn unclosed_text(around: &Around<'_>) -> Option<Diagnostic> {
    let near = around.at.saturating_add(2);
    let open = |k| matches!(k, Kind::Text { closed: false } | Kind::Template { closed: false });
    let token = around.tokens.iter().take(near).find(|t| open(t.kind))?;
    if after_else(around, token.span) && around.slice(token.span).contains('{') {
        return Some(bad_hole(token.span, token.span));
    }
    let quote = around.slice(token.span).chars().next().unwrap_or('"');
    let help = match quote {
        '"' => "write `\"` at its end; a new line inside a text is `\\n`".to_owned(),
        _ => "write a back-tick at its end".to_owned(),
    };
    let start = token.span.start as usize;
    let what = "the quote that opens this text is never closed";
    Some(Diagnostic::error("E0113", Span::new(start, start + 1), what).help(help))
}

/// Typographic and single quotes.
pub(super) fn quotes(around: &Around<'_>) -> Option<Diagnostic> {
    (-2..=1).find_map(|by| {
        let sign = around.word(by);
        let what = match sign {
            "“" | "”" | "„" | "«" | "»" => "typographic quotes hold no text",
            "'" | "‘" | "’" => "single quotes hold no text",
            _ => return None,
        };
        let help = "write straight double quotes: `\"text\"`";
        Some(Diagnostic::error("E0118", around.span(by), what).help(help))
    })
}

/// `/* */`
pub(super) fn block_comment(around: &Around<'_>) -> Option<Diagnostic> {
    (-2..=0).find_map(|by| {
        let found =
            around.word(by) == "/" && around.glued(by) && around.word(by + 1).starts_with('*');
        let span = around.span(by).to(around.span(by + 1));
        let what = "`/* */` is no comment here";
        found.then(|| Diagnostic::error("E0117", span, what).help("write `//` before each line"))
    })
}

/// `# like this`
pub(super) fn hash_comment(around: &Around<'_>) -> Option<Diagnostic> {
    let found = around.word(0) == "#";
    let help = match around.place {
        Place::Code => "a comment begins with `//`, a record with `#{`",
        _ => "write `//`",
    };
    found.then(|| Diagnostic::error("E0117", around.span(0), "`#` begins no comment").help(help))
}

/// A bad escape, or a brace in a text with holes that holds no expression.
pub(super) fn escape_or_hole(around: &Around<'_>) -> Option<Diagnostic> {
    let token = around.token(0)?;
    if !matches!(token.kind, Kind::Text { .. }) {
        return None;
    }
    let text = around.slice(token.span);
    if let Some(at) = bad_escape(text) {
        let start = token.span.start as usize + at;
        let length = text.get(at..)?.chars().take(2).map(char::len_utf8).sum::<usize>();
        let what = "this is no escape";
        let help = "write `\\n`, `\\t`, `\\\"`, `\\\\`, `\\x41` or `\\u{1F600}`";
        return Some(Diagnostic::error("E0108", Span::new(start, start + length), what).help(help));
    }
    let hole = after_else(around, token.span) && text.contains(['{', '}']);
    let at = around.offset.max(token.span.start as usize);
    hole.then(|| bad_hole(Span::new(at, at + 1), token.span))
}

fn after_else(around: &Around<'_>, span: Span) -> bool {
    let before = around.tokens.iter().take_while(|t| t.span.start < span.start);
    before.last().is_some_and(|t| around.slice(t.span) == "else")
}

fn bad_hole(at: Span, text: Span) -> Diagnostic {
    let what = "braces in this text hold an expression, and this is none";
    let help = "write `{state.total}` for a value, `{{` and `}}` for braces themselves";
    Diagnostic::error("E0114", at, what).label(text, "in this text").help(help)
}

/// The offset of the first backslash that begins no escape.
fn bad_escape(text: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text.get(at..)?.find('\\') {
        let start = at + found;
        let length = match text.as_bytes().get(start + 1)? {
            b'x' => 4,
            b'u' => 1 + text.get(start..)?.find('}')?,
            _ => 2,
        };
        let escape = text.get(start..start + length)?;
        if escapes::unescape(escape).is_err() {
            return Some(start);
        }
        at = start + length;
    }
    None
}

/// `place-order`
pub(super) fn hyphen(around: &Around<'_>) -> Option<Diagnostic> {
    if matches!(around.place, Place::Code) {
        return None;
    }
    let found = |by: isize| {
        around.word(by) == "-"
            && around.kind(by - 1) == Some(Kind::Word)
            && around.kind(by + 1) == Some(Kind::Word)
            && around.glued(by - 1)
            && around.glued(by)
    };
    let by = (-1..=1).find(|by| found(*by))?;
    let span = around.span(by - 1).to(around.span(by + 1));
    let better = format!("{}_{}", around.word(by - 1), around.word(by + 1));
    let what = "a name has no hyphens";
    Some(Diagnostic::error("E0119", span, what).help(format!("write `{better}`")))
}

/// `PlaceOrder`, `straße`
pub(super) fn letters(around: &Around<'_>) -> Option<Diagnostic> {
    let odd = |c: char| c.is_uppercase() || !c.is_ascii();
    let by = (0..=1)
        .find(|by| around.kind(*by) == Some(Kind::Word) && around.word(*by).contains(odd))?;
    let word = around.word(by);
    let what = "a name has the letters a to z, digits and `_`";
    let finding = Diagnostic::error("E0119", around.span(by), what);
    let better = snake_case(word);
    Some(if better.is_ascii() {
        finding.help(format!("write `{better}`"))
    } else {
        finding.help("write it without accents and other letters")
    })
}

/// `placeOrder` and `PlaceOrder` as `place_order`.
fn snake_case(word: &str) -> String {
    let mut snake = String::new();
    let mut after_small = false;
    for c in word.chars() {
        if c.is_uppercase() && after_small {
            snake.push('_');
        }
        after_small = c.is_lowercase() || c.is_ascii_digit();
        snake.extend(c.to_lowercase());
    }
    snake
}
