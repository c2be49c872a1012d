//! What is refused before the recursive parsers see it: size, nesting, length of chains.
//!
//! Trees are built and walked by recursion. These bounds keep every tree so flat that its depth
//! never depends on the thread's stack, so that a text is accepted everywhere or nowhere.

use crate::diagnostic::Diagnostic;
use crate::limits::{MAX_CHAIN, MAX_NESTING, MAX_SOURCE};
use crate::parse::scan::{Kind, Token};
use crate::span::Span;

/// What makes a text too large to be parsed; empty where nothing does.
pub(crate) fn check(text: &str, tokens: &[Token]) -> Vec<Diagnostic> {
    if text.len() > MAX_SOURCE {
        let what = format!("this source has {} bytes; at most {MAX_SOURCE} fit", text.len());
        let help = "move a part of it into a module or a stage of its own";
        return vec![Diagnostic::error("E0102", Span::new(0, 1), what).help(help)];
    }
    nesting(tokens).or_else(|| chains(text, tokens)).into_iter().collect()
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
        let level = levels.last_mut()?;
        match token.kind {
            Kind::Open => {
                *level += 1;
                total += 1;
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
            Kind::Sign if matches!(word, "," | ";") => {
                total -= std::mem::take(level);
            }
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
