//! Slips between the words of items.

use super::{Around, Place};
use crate::diagnostic::Diagnostic;
use crate::parse::recover::ITEM_WORDS;
use crate::parse::scan::Kind;
use crate::span::Span;
use crate::suggest::suggest;

/// `mesage order by buyer`
pub(super) fn unknown_item(around: &Around<'_>) -> Option<Diagnostic> {
    if around.place != Place::Item || around.at != 0 {
        return None;
    }
    let word = around.word(0);
    if ITEM_WORDS.contains(&word) {
        return None;
    }
    let what = match around.kind(0) {
        Some(Kind::Word) => format!("no item begins with `{word}`"),
        _ => format!("an item begins with a word, not with `{word}`"),
    };
    let finding = Diagnostic::error("E0133", around.span(0), what);
    Some(match suggest(word, ITEM_WORDS) {
        Some(better) => finding.meant(better),
        None => finding.help(
            "items are: conversation, edition, use, role, overlap, terms, type, message, deadline, \
             pattern, state, on, allow, consensus, failure, output, never, always, script, stage, \
             seal",
        ),
    })
}

/// `{ a: int; b: int }`
pub(super) fn semicolon(around: &Around<'_>) -> Option<Diagnostic> {
    if around.word(0) != ";" {
        return None;
    }
    let (what, help, instead) = match around.place {
        Place::Fields | Place::Play | Place::Value => {
            ("fields are separated by commas", "write `,`", ",")
        }
        Place::Pattern => ("a pattern has no semicolons", "write `,` for one after the other", ","),
        Place::Item => ("no semicolon stands after an item", "take it away", ""),
        Place::Code => return None,
    };
    let at = around.span(0);
    Some(Diagnostic::error("E0116", at, what).help(help).fix(at, instead))
}

/// `{ a: int b: int }`
pub(super) fn missing_comma(around: &Around<'_>) -> Option<Diagnostic> {
    let named =
        matches!(around.kind(0), Some(Kind::Word | Kind::Text { .. })) && around.word(1) == ":";
    let value = !matches!(around.word(-1), "" | "," | "{" | "#{" | ":" | "[" | "(" | "=");
    let inside = around.tokens.get(..around.at)?.iter().any(|t| t.kind == Kind::Open);
    if !named || !value || !inside || around.place == Place::Item {
        return None;
    }
    let what = format!("a comma is missing before `{}`", around.word(0));
    let help = format!("write `,` after `{}`", around.word(-1));
    let before = around.span(-1);
    let after = Span { start: before.end, end: before.end };
    Some(Diagnostic::error("E0115", before, what).help(help).fix(after, ","))
}

/// `m*+`
pub(super) fn two_suffixes(around: &Around<'_>) -> Option<Diagnostic> {
    let suffix = matches!(around.word(0), "*" | "+" | "?");
    let second = suffix && matches!(around.word(-1), "*" | "+" | "?" | "}");
    let doubled = matches!(around.word(0), "**" | "++" | "??");
    if around.place != Place::Pattern || !(doubled || second) {
        return None;
    }
    let span = if doubled { around.span(0) } else { around.span(-1).to(around.span(0)) };
    let what = "a pattern has one suffix at most";
    Some(Diagnostic::error("E0126", span, what).help("write one, or parentheses: `(m+)?`"))
}

/// `allow rule when said("x")`, `consensus said("x")`
pub(super) fn missing_braces(around: &Around<'_>) -> Option<Diagnostic> {
    if around.place != Place::Item || around.word(0) == "{" {
        return None;
    }
    let what = match around.word(-1) {
        "when" | "consensus" | "failure" => "a condition stands in braces",
        "at" => "the time of a deadline stands in braces",
        "output" => "the output stands in braces",
        "terms" | "state" => "fields stand in braces",
        "pattern" => "a pattern stands in braces",
        _ => return None,
    };
    let help = format!("write `{} {{ … }}`", around.word(-1));
    Some(Diagnostic::error("E0128", around.span(0), what).help(help))
}

/// `role buyer, seller`
pub(super) fn several(around: &Around<'_>) -> Option<Diagnostic> {
    if around.place != Place::Item || around.word(0) != "," {
        return None;
    }
    let word = around.tokens.first().map_or("", |t| around.slice(t.span));
    let what = format!("`{word}` names one thing at a time");
    let help = format!("write each on a line of its own: `{word} {}`", around.word(1));
    matches!(word, "role" | "message" | "deadline" | "type")
        .then(|| Diagnostic::error("E0137", around.span(0), what).help(help))
}

/// `each voter vote`
pub(super) fn missing_parentheses(around: &Around<'_>) -> Option<Diagnostic> {
    let by = (-2..=-1).find(|by| matches!(around.word(*by), "each" | "one" | "per"))?;
    if around.place != Place::Pattern || around.kind(0) != Some(Kind::Word) {
        return None;
    }
    let word = around.word(by);
    let what = format!("what `{word}` speaks of stands in parentheses");
    let help = format!("write `{word} name ( … )`");
    Some(Diagnostic::error("E0138", around.span(by), what).help(help))
}
