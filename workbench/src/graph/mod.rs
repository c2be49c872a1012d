//! The pattern of a rules file as a diagram: SVG to look at, DOT and Mermaid for other programs.
//!
//! In go checked rules, and perhaps a rehearsal of them; out comes text, the same on every machine.
//! `docs/graph.md` says what is drawn how. In reading order: `tree` (what is to be drawn),
//! `standing` (how far a rehearsal has come), `words` (what is written in it), `svg` (a layout
//! of our own, in the manner of railroad diagrams), `flow` (nodes and edges) and what is made of
//! them, `dot` and `mermaid`.
//!
//! Invariant: every message stands in each format exactly as often as in the pattern, those of stages
//! in the frames of their stages.

mod dot;
mod flow;
mod mermaid;
mod standing;
mod svg;
mod tree;
mod words;

use mundi_lang::rules::Rules;

use crate::rehearsal::Rehearsal;
pub use standing::until;

/// What a diagram is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A picture by itself (SVG 1.1).
    Svg,
    /// For Graphviz (its DOT language).
    Dot,
    /// For Mermaid (its flowcharts), as Markdown pages show them.
    Mermaid,
}

/// The diagram of the rules' pattern; with a rehearsal of these rules, how far it has come.
#[must_use]
pub fn draw(rules: &Rules, rehearsal: Option<&Rehearsal>, format: Format) -> String {
    let diagram = tree::Diagram::of(rules, rehearsal);
    match format {
        Format::Svg => svg::write(&diagram),
        Format::Dot => dot::write(&diagram),
        Format::Mermaid => mermaid::write(&diagram),
    }
}
