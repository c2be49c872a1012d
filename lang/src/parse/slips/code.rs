//! Slips in code: words and signs of other languages.

use super::{Around, Place};
use crate::diagnostic::Diagnostic;
use crate::parse::scan::Kind;

/// `and`, `or`, `not`
pub(super) fn words(around: &Around<'_>) -> Option<Diagnostic> {
    if around.place != Place::Code {
        return None;
    }
    let by = (-1..=0).find(|by| matches!(around.word(*by), "and" | "or" | "not"))?;
    let sign = match around.word(by) {
        "and" => "&&",
        "or" => "||",
        _ => "!",
    };
    let what = format!("`{}` is no operator", around.word(by));
    Some(Diagnostic::error("E0121", around.span(by), what).help(format!("write `{sign}`")))
}

/// `said(return)`: a word of the code's own where the name of a message or role stands in quotes.
pub(super) fn unquoted(around: &Around<'_>) -> Option<Diagnostic> {
    let names = ["said", "count", "last", "all", "last_of_each", "tally", "everyone", "members"];
    let found = around.place == Place::Code
        && around.word(-1) == "("
        && around.kind(0) == Some(Kind::Word)
        && names.contains(&around.word(-2));
    let what = "the name of a message or role is written in quotes";
    found.then(|| {
        let help = format!("write `\"{}\"`", around.word(0));
        Diagnostic::error("E0309", around.span(0), what).help(help)
    })
}

/// What Rhai or another language has and this one has not.
pub(super) fn foreign(around: &Around<'_>) -> Option<Diagnostic> {
    if around.place != Place::Code {
        return None;
    }
    let by = (-2..=0).find(|by| instead(around, *by).is_some())?;
    let help = instead(around, by)?;
    let what = format!("`{}` is not in this language", around.word(by));
    Some(Diagnostic::error("E0129", around.span(by), what).help(help))
}

fn instead(around: &Around<'_>, by: isize) -> Option<&'static str> {
    if matches!(around.word(by - 1), "." | "?.") || around.word(by + 1) == ":" {
        return None;
    }
    Some(match around.word(by) {
        "switch" | "match" => "write `if … { } else if … { }`",
        "loop" | "do" => "write `while true { … }` with a `break`",
        "try" | "catch" | "throw" => {
            "an error refuses the entry; test with `?.`, `??` or `if` before it can occur"
        }
        "import" | "export" | "require" => "write `use std::…` outside of code",
        "eval" | "print" | "debug" => "code only computes; leave it out",
        "const" | "var" | "static" => "write `let`",
        "function" | "def" => "functions stand in `script { fn … }`",
        "null" | "nil" | "None" | "undefined" => "write `()`",
        "elif" | "elsif" | "elseif" => "write `else if`",
        "=>" | "->" => "there are no closures; write a loop, or a function in `script { fn … }`",
        "===" => "write `==`",
        "!==" => "write `!=`",
        "++" => "write `+= 1`",
        "--" => "write `-= 1`",
        "**" => "multiply instead",
        "<<" | ">>" | "^" | "~" => "there are no bit operators",
        "&" => "write `&&` for and; there are no bit operators",
        "|" if by == 0 => "write `||` for or; there are no bit operators and no closures (`|x| …`)",
        "fn" => "functions stand in `script { fn … }`",
        "?" if by == 0 => "write `if … { … } else { … }`, or `??` for a value instead of `()`",
        _ => return None,
    })
}

/// `{ a: 1 }` for `#{ a: 1 }`
pub(super) fn record(around: &Around<'_>) -> Option<Diagnostic> {
    let name = matches!(around.kind(-1), Some(Kind::Word | Kind::Text { .. }));
    let found = around.place == Place::Code
        && around.word(0) == ":"
        && name
        && matches!(around.word(-2), "{");
    let what = "a record in code begins with `#{`";
    found.then(|| {
        let help = format!("write `#{{ {}: … }}`", around.word(-1));
        Diagnostic::error("E0122", around.span(-2), what).help(help)
    })
}

/// `if a = b { … }`
pub(super) fn equals(around: &Around<'_>) -> Option<Diagnostic> {
    let found = around.place == Place::Code && around.word(0) == "=";
    let what = "`=` assigns, and nothing can be assigned here";
    found.then(|| Diagnostic::error("E0130", around.span(0), what).help("to compare, write `==`"))
}

/// Two statements without a semicolon between them.
pub(super) fn missing_semicolon(around: &Around<'_>) -> Option<Diagnostic> {
    if around.place != Place::Code || around.kind(0) != Some(Kind::Word) {
        return None;
    }
    let (before, here) = (around.span(-1), around.span(0));
    let between = around.text.get(before.end as usize..here.start as usize)?;
    let ends = matches!(
        around.kind(-1),
        Some(Kind::Word | Kind::Number | Kind::Close | Kind::Text { .. })
    );
    let what = "a semicolon is missing after this";
    (ends && between.contains('\n'))
        .then(|| Diagnostic::error("E0136", before, what).help("end the statement with `;`"))
}
