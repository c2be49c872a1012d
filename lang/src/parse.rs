//! Text to trees: pest's grammars, our own bounds before them and our own words after them.
//!
//! Items are parsed one by one, so that one slip does not hide the next.

mod bounds;
mod build;
mod code;
mod docs;
mod items;
mod literals;
mod patterns;
mod plays;
mod recover;
mod scan;
mod steps;
mod types;
mod values;

use crate::diagnostic::Diagnostic;
pub use values::{parse_fields, parse_terms, parse_value};

use crate::play::Play;
use crate::source::Source;
use crate::syntax::Syntax;

/// What came out of a text: a tree, findings, or both.
#[derive(Clone, Debug)]
pub struct Parsed<T> {
    /// The tree of what could be parsed; `None` where nothing could.
    pub tree: Option<T>,
    /// What is wrong, in the order of the source.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses a `.conv` text. The tree holds the items that could be parsed, also beside errors.
#[must_use]
pub fn parse(source: &Source) -> Parsed<Syntax> {
    recover::items(&source.text)
}

/// Parses a `.play` text.
#[must_use]
pub fn parse_play(source: &Source) -> Parsed<Play> {
    steps::play(&source.text, true)
}

/// Parses the lines of a play without its head, as standard input and prompts give them. A head
/// may be there.
#[must_use]
pub fn parse_play_lines(source: &Source) -> Parsed<Play> {
    steps::play(&source.text, false)
}
