//! Text to trees: pest's grammars, our own bounds before them and our own words after them.
//!
//! Items are parsed one by one, so that one slip does not hide the next.

mod bounds;
mod build;
mod code;
mod docs;
mod expected;
mod items;
mod literals;
mod patterns;
mod plays;
mod recover;
pub(crate) mod scan;
mod senders;
mod slips;
mod steps;
mod types;
mod values;

use crate::bundle::{self, Part};
use crate::diagnostic::Diagnostic;
pub(crate) use recover::item_starts;
pub use values::{parse_fields, parse_terms, parse_value};

use crate::limits::MAX_DIAGNOSTICS;
use crate::play::Play;
use crate::source::Source;
use crate::span::Span;
use crate::syntax::Syntax;

/// What came out of a text: a tree, findings, or both.
#[derive(Clone, Debug)]
pub struct Parsed<T> {
    /// The tree of what could be parsed; `None` where nothing could.
    pub tree: Option<T>,
    /// What is wrong, in the order of the source.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses a `.conv` text. The tree holds the items that could be parsed, also beside errors. Of a text
/// with several files it is the first.
#[must_use]
pub fn parse(source: &Source) -> Parsed<Syntax> {
    match bundle::parts(&source.text).as_slice() {
        [first, _, ..] => part(&source.text, first),
        _ => finish(recover::items(&source.text), &source.text),
    }
}

/// Parses one file of a text, with its places in the whole.
pub(crate) fn part(text: &str, part: &Part<'_>) -> Parsed<Syntax> {
    finish(recover::items(&bundle::only(text, part)), text)
}

/// Parses a `.play` text.
#[must_use]
pub fn parse_play(source: &Source) -> Parsed<Play> {
    finish(steps::play(&source.text, true), &source.text)
}

/// Parses the lines of a play without its head, as standard input and prompts give them. A head
/// may be there.
#[must_use]
pub fn parse_play_lines(source: &Source) -> Parsed<Play> {
    finish(steps::play(&source.text, false), &source.text)
}

/// Findings in the order of the source, not too many; and a byte order mark is one.
fn finish<T>(mut parsed: Parsed<T>, text: &str) -> Parsed<T> {
    if text.starts_with('\u{feff}') {
        let what = "the source begins with a byte order mark";
        let help = "save it as UTF-8 without a mark";
        parsed.diagnostics.push(Diagnostic::error("E0103", Span::new(0, 3), what).help(help));
    }
    parsed.diagnostics.sort_by_key(|d| d.span);
    parsed.diagnostics.truncate(MAX_DIAGNOSTICS);
    parsed
}
