//! Brackets without their partners.

use super::{Around, Place};
use crate::diagnostic::Diagnostic;
use crate::parse::scan::{Kind, Token};

/// An opener that nothing closes, or a closer that opens nothing.
pub(super) fn unbalanced(around: &Around<'_>) -> Option<Diagnostic> {
    let mut open: Vec<Token> = Vec::new();
    for token in &around.tokens {
        match token.kind {
            Kind::Open => open.push(*token),
            Kind::Close => match open.pop() {
                Some(opener) if closer(around.slice(opener.span)) == around.slice(token.span) => {}
                Some(opener) => return Some(mismatched(around, opener, *token)),
                None => return stray(around, *token),
            },
            _ => {}
        }
    }
    let opener = open.last()?;
    let sign = around.slice(opener.span);
    let what = format!("this `{sign}` is never closed");
    let help = format!("write `{}` where it ends", closer(sign));
    Some(Diagnostic::error("E0111", opener.span, what).help(help))
}

fn stray(around: &Around<'_>, token: Token) -> Option<Diagnostic> {
    if around.place == Place::Play && around.span(0) != token.span {
        return None;
    }
    let what = format!("nothing is open that this `{}` could close", around.slice(token.span));
    Some(Diagnostic::error("E0112", token.span, what).help("take it away"))
}

fn mismatched(around: &Around<'_>, opener: Token, token: Token) -> Diagnostic {
    let (open, close) = (around.slice(opener.span), around.slice(token.span));
    let what = format!("this `{close}` does not close `{open}`");
    Diagnostic::error("E0112", token.span, what)
        .label(opener.span, "opened here")
        .help(format!("write `{}` first", closer(open)))
}

fn closer(opener: &str) -> &'static str {
    match opener {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}
