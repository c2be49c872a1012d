//! Slips of numbers, ranges and durations.

use super::{Around, Place};
use crate::diagnostic::Diagnostic;
use crate::parse::scan::Kind;

/// `5.`, `.5`
pub(super) fn dotted(around: &Around<'_>) -> Option<Diagnostic> {
    (-1..=1).find_map(|by| {
        if around.word(by) != "." {
            return None;
        }
        let number = |by| around.kind(by) == Some(Kind::Number);
        let before = number(by - 1) && around.glued(by - 1);
        let after = number(by + 1) && around.glued(by);
        let (span, better) = match (before, after) {
            (true, false) => {
                let word = around.word(by - 1);
                (around.span(by - 1).to(around.span(by)), format!("{word}.0` or `{word}"))
            }
            (false, true) => {
                (around.span(by).to(around.span(by + 1)), format!("0.{}", around.word(by + 1)))
            }
            _ => return None,
        };
        let what = "a decimal has digits on both sides of its dot";
        Some(Diagnostic::error("E0124", span, what).help(format!("write `{better}`")))
    })
}

/// `1...5`
pub(super) fn three_dots(around: &Around<'_>) -> Option<Diagnostic> {
    let by = (-1..=1).find(|by| matches!(around.word(*by), "..." | "..="))?;
    if around.word(by) == "..=" && around.place == Place::Code {
        return None;
    }
    let what = format!("a range is written with two dots, not `{}`", around.word(by));
    let help = "write `1..5`; both ends are in it";
    Some(Diagnostic::error("E0123", around.span(by), what).help(help))
}

/// `14 days`, `14 d`
pub(super) fn spelled_duration(around: &Around<'_>) -> Option<Diagnostic> {
    let by = (-1..=1).find(|by| {
        let number = around.kind(*by) == Some(Kind::Number);
        number && unit(around.word(*by + 1)).is_some()
    })?;
    let better = format!("{}{}", around.word(by), unit(around.word(by + 1))?);
    let span = around.span(by).to(around.span(by + 1));
    let what = "a duration is one word";
    let help = match around.place {
        Place::Code => format!("write `{}({})`", spelled(&better), around.word(by)),
        _ => format!("write `{better}`"),
    };
    Some(Diagnostic::error("E0120", span, what).help(help))
}

fn unit(word: &str) -> Option<&'static str> {
    Some(match word {
        "ms" | "millisecond" | "milliseconds" => "ms",
        "s" | "sec" | "secs" | "second" | "seconds" => "s",
        "m" | "min" | "mins" | "minute" | "minutes" => "m",
        "h" | "hour" | "hours" => "h",
        "d" | "day" | "days" => "d",
        "w" | "week" | "weeks" => "w",
        _ => return None,
    })
}

fn spelled(duration: &str) -> &'static str {
    match duration.chars().last() {
        Some('m') => "minutes",
        Some('h') => "hours",
        Some('d') => "days",
        Some('w') => "weeks",
        _ => "seconds",
    }
}

/// `text(200)`, `int(1, 5)`, `list(text, 5)`
pub(super) fn lone_number(around: &Around<'_>) -> Option<Diagnostic> {
    if around.place != Place::Fields {
        return None;
    }
    let by = (-1..=0).find(|by| {
        let plain = around.kind(*by) == Some(Kind::Number);
        plain
            && matches!(around.word(*by - 1), "(" | ",")
            && matches!(around.word(*by + 1), ")" | ",")
    })?;
    let number = around.word(by);
    let second = around.kind(by + 2) == Some(Kind::Number) && around.word(by + 1) == ",";
    if second {
        let end = around.word(by + 2);
        let span = around.span(by).to(around.span(by + 2));
        let what = "a range is written with two dots";
        return Some(
            Diagnostic::error("E0123", span, what).help(format!("write `{number}..{end}`")),
        );
    }
    let what = "a lone number is no range";
    let help = format!("write `..{number}` for at most, `{number}..{number}` for exactly");
    Some(Diagnostic::error("E0123", around.span(by), what).help(help))
}

/// `{1,3}` after a pattern
pub(super) fn count_with_comma(around: &Around<'_>) -> Option<Diagnostic> {
    if around.place != Place::Pattern || around.word(0) != "," || around.word(-2) != "{" {
        return None;
    }
    let end = around.word(1).trim_end_matches('}');
    let span = around.span(-2).to(around.span(2));
    let what = "a count is written with two dots";
    let help = format!("write `{{{}..{end}}}`", around.word(-1));
    Some(Diagnostic::error("E0127", span, what).help(help))
}
