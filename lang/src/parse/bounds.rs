//! What is refused before the recursive parsers see it: size, nesting, length of chains.
//!
//! Trees are built and walked by recursion. These bounds keep every tree so flat that its depth
//! never depends on the thread's stack, so that a text is accepted everywhere or nowhere.

use crate::diagnostic::Diagnostic;
use crate::limits::{MAX_CHAIN, MAX_NESTING, MAX_SOURCE};
use crate::parse::scan::{self, Kind, Token};
use crate::span::Span;

/// What makes a text too large to be parsed; empty where nothing does.
pub(crate) fn check(text: &str, tokens: &[Token]) -> Vec<Diagnostic> {
    if text.len() > MAX_SOURCE {
        let what = format!("this source has {} bytes; at most {MAX_SOURCE} fit", text.len());
        let help = "hold a part of it as a conversation of its own; files of stages count with it";
        return vec![Diagnostic::error("E0102", Span::new(0, 1), what).help(help)];
    }
    let found = nesting(tokens).or_else(|| chains(text, tokens));
    found.or_else(|| holes(text, tokens)).into_iter().collect()
}

/// The same for the texts after `else`, whose holes hold code.
fn holes(text: &str, tokens: &[Token]) -> Option<Diagnostic> {
    tokens.windows(2).find_map(|pair| {
        let [before, token] = pair else { return None };
        let word = text.get(before.span.range());
        if word != Some("else") || !matches!(token.kind, Kind::Text { .. }) {
            return None;
        }
        let inside = text.get(token.span.start as usize + 1..token.span.end as usize)?;
        let code = scan::tokens(inside);
        let found = nesting(&code).or_else(|| chains(inside, &code))?;
        Some(Diagnostic { span: token.span, ..found })
    })
}

fn nesting(tokens: &[Token]) -> Option<Diagnostic> {
    let mut depth = 0usize;
    for token in tokens {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_NESTING {
            let what = format!("more than {MAX_NESTING} brackets stand inside each other here");
            let help = "give the inner part a name: `let`, `fn` or `type`";
            return Some(Diagnostic::error("E0109", token.span, what).help(help));
        }
    }
    None
}

/// Operators, dots and `else` of every open bracket, since the last comma or semicolon there.
fn chains(text: &str, tokens: &[Token]) -> Option<Diagnostic> {
    let mut levels = vec![0usize];
    let mut total = 0usize;
    for (i, token) in tokens.iter().enumerate() {
        let word = text.get(token.span.range()).unwrap_or("");
        // Outside brackets nothing nests: lines of plays, words of items.
        let outside = levels.len() == 1;
        let level = levels.last_mut()?;
        match token.kind {
            Kind::Open => {
                let step = usize::from(!outside);
                *level += step;
                total += step;
                levels.push(0);
            }
            Kind::Close => {
                total -= levels.pop().unwrap_or(0);
                if levels.is_empty() {
                    levels.push(0);
                }
                if ends_statement(text, word, tokens.get(i + 1)) {
                    total -= levels.last_mut().map_or(0, std::mem::take);
                }
            }
            Kind::Sign if matches!(word, "," | ";") && !outside => {
                total -= std::mem::take(level);
            }
            Kind::Sign | Kind::Word if outside => {}
            Kind::Sign if matches!(word, ":" | "::" | "=") => {}
            Kind::Sign | Kind::Template { .. } => {
                *level += 1;
                total += 1;
            }
            Kind::Word if matches!(word, "else" | "in" | "unless") => {
                *level += 1;
                total += 1;
            }
            _ => {}
        }
        if total > MAX_CHAIN {
            let what = format!("more than {MAX_CHAIN} operators hang together here");
            let help = "give parts of it names with `let`, or write a function";
            return Some(Diagnostic::error("E0109", token.span, what).help(help));
        }
    }
    None
}

/// Whether a closing brace ends a statement or an item: a word that is no operator follows.
fn ends_statement(text: &str, bracket: &str, next: Option<&Token>) -> bool {
    let Some(next) = next else { return true };
    let word = text.get(next.span.range()).unwrap_or("");
    bracket == "}"
        && matches!(next.kind, Kind::Word | Kind::Doc | Kind::Close)
        && !matches!(word, "else" | "in" | "unless")
}
