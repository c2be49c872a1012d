//! Slips in plays.

use super::{Around, Place};
use crate::diagnostic::Diagnostic;
use crate::parse::scan::Kind;
use crate::suggest::suggest;

const WORDS: [&str; 9] =
    ["play", "rules", "topic", "cast", "terms", "start", "together", "expect", "at"];

const EXPECTED: [&str; 8] =
    ["accepted", "refused", "consensus", "no", "failure", "output", "state", "possible"];

/// A line that is none.
pub(super) fn line(around: &Around<'_>) -> Option<Diagnostic> {
    if around.place != Place::Play {
        return None;
    }
    if around.at == 1 && around.word(-1) == "expect" {
        return Some(expectation(around));
    }
    let named = around.kind(0) == Some(Kind::Word);
    let (word, at) = match around.at {
        0 => (around.word(0), 0),
        1 if around.kind(-1) == Some(Kind::Word) => (around.word(-1), -1),
        _ => return None,
    };
    if around.at == 1 && WORDS.contains(&word) {
        return None;
    }
    let what = match named || around.at == 1 {
        true => format!("no line of a play begins with `{word}` like this"),
        false => format!("a line of a play begins with a name or `+`, not with `{word}`"),
    };
    let finding = Diagnostic::error("E0134", around.span(at), what);
    Some(match suggest(word, WORDS) {
        Some(better) => finding.meant(better),
        None => finding.help("write `NAME: MESSAGE { field: value }`, `+3d` or `expect …`"),
    })
}

fn expectation(around: &Around<'_>) -> Diagnostic {
    let word = around.word(0);
    let what = format!("`{word}` cannot be expected");
    let finding = Diagnostic::error("E0134", around.span(0), what);
    match suggest(word, EXPECTED) {
        Some(better) => {
            finding.help(format!("did you mean `expect {better}`?")).fix(around.span(0), better)
        }
        None => finding.help(
            "write accepted, refused, consensus, no consensus, failure, output, state or possible",
        ),
    }
}
