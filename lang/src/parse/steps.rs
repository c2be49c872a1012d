//! Step by step through a play: what fails is named, and parsing goes on at the next line.

use pest::Parser;

use crate::diagnostic::Diagnostic;
use crate::grammar::{Grammar, Rule};
use crate::limits::MAX_DIAGNOSTICS;
use crate::parse::Parsed;
use crate::parse::build::Build;
use crate::parse::code::precedence;
use crate::parse::docs::Docs;
use crate::parse::recover::{failure, next_token};
use crate::parse::slips::Place;
use crate::parse::{bounds, plays, scan};
use crate::play::Play;
use crate::span::Span;

/// All pieces of a play; `headed` says whether a title must be there.
pub(crate) fn play(text: &str, headed: bool) -> Parsed<Play> {
    let tokens = scan::tokens(text);
    let refused = bounds::check(text, &tokens);
    if !refused.is_empty() {
        return Parsed { tree: None, diagnostics: refused };
    }
    let docs = Docs::default();
    let pratt = precedence();
    let mut play = plays::empty();
    let mut seen = Vec::new();
    let mut diagnostics = Vec::new();
    let mut at = next_token(&tokens, 0);
    while let Some(start) = at.filter(|_| diagnostics.len() < MAX_DIAGNOSTICS) {
        let slice = text.get(start..).unwrap_or("");
        let end = match Grammar::parse(Rule::next_piece, slice) {
            Ok(pairs) => {
                let mut build = Build::new(start, &docs, &pratt);
                let pieces = pairs.flat_map(pest::iterators::Pair::into_inner);
                let mut end = start + 1;
                for piece in pieces {
                    end = start + piece.as_span().end();
                    build.piece(&piece, &mut play, &mut seen);
                }
                diagnostics.extend(build.found);
                end
            }
            Err(error) => {
                let found =
                    failure(text, &tokens, Span::new(start, text.len()), Place::Play, &error);
                let from = (found.span.start as usize).max(start);
                diagnostics.push(found);
                text.get(from..).and_then(|t| t.find('\n')).map_or(text.len(), |i| from + i)
            }
        };
        at = next_token(&tokens, end);
    }
    if headed && !seen.contains(&Rule::play_title) && diagnostics.is_empty() {
        let begin = Span::new(0, text.chars().next().map_or(0, char::len_utf8));
        let what = "this play has no title";
        let help = "begin with `play \"what happens\"`";
        diagnostics.push(Diagnostic::warning("W0103", begin, what).help(help));
    }
    Parsed { tree: Some(play), diagnostics }
}
