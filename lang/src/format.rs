//! The canonical form of a text: one way to write each thing, comments kept.
//!
//! The formatter works on tokens, so that nothing can get lost, and asks the tree only where items
//! and steps begin. A bracket stays on one line where its first word stood beside it and all fits
//! in a line; else each of its elements gets a line. Invariants: formatting twice changes nothing,
//! and the result has the same tree; a text for which that would fail is given back as it was.

mod elements;
mod group;
mod layout;
mod spacing;

use std::collections::BTreeSet;

use crate::bundle;
use crate::diagnostic::{Diagnostic, Severity};
use crate::parse::{Parsed, parse, parse_play, scan};
use crate::play::{Step, StepKind};
use crate::source::Source;

/// How often the layout may be refined before it must stand still.
const ROUNDS: usize = 8;

/// The canonical form of a `.conv` text; of one with several files, that of each.
///
/// # Errors
/// What is wrong with a text that does not parse.
pub fn format(source: &Source) -> Result<String, Vec<Diagnostic>> {
    match bundle::parts(&source.text).as_slice() {
        [_] | [] => format_file(source),
        parts => bundle::formatted(&source.text, parts, format_file),
    }
}

/// The canonical form of one file.
fn format_file(source: &Source) -> Result<String, Vec<Diagnostic>> {
    canonical(source, group::Context::Item, parse, |tree| {
        tree.items.iter().map(|item| item.span.start).collect()
    })
}

/// The canonical form of a `.play` text.
///
/// # Errors
/// What is wrong with a text that does not parse.
pub fn format_play(source: &Source) -> Result<String, Vec<Diagnostic>> {
    canonical(source, group::Context::Play, parse_play, |tree| {
        let mut starts = BTreeSet::new();
        step_starts(&tree.steps, &mut starts);
        starts
    })
}

fn step_starts(steps: &[Step], starts: &mut BTreeSet<u32>) {
    for step in steps {
        starts.insert(step.span.start);
        if let StepKind::Together(inner) = &step.node {
            step_starts(inner, starts);
        }
    }
}

fn canonical<T: PartialEq>(
    source: &Source,
    context: group::Context,
    parse: impl Fn(&Source) -> Parsed<T>,
    starts: impl Fn(&T) -> BTreeSet<u32>,
) -> Result<String, Vec<Diagnostic>> {
    let original = sound(parse(source))?;
    let mut text = source.text.clone();
    let mut tree_starts = starts(&original);
    for _ in 0..ROUNDS {
        let next = once(&text, context, &tree_starts);
        let again = sound(parse(&Source::new(source.name.clone(), next.clone())));
        let Ok(tree) = again else { return Ok(source.text.clone()) };
        if tree != original {
            return Ok(source.text.clone());
        }
        if next == text {
            return Ok(text);
        }
        tree_starts = starts(&tree);
        text = next;
    }
    Ok(text)
}

/// The tree, or the errors that stand in its way.
fn sound<T>(parsed: Parsed<T>) -> Result<T, Vec<Diagnostic>> {
    let failed = parsed.diagnostics.iter().any(|d| d.severity == Severity::Error);
    match parsed.tree {
        Some(tree) if !failed => Ok(tree),
        _ => Err(parsed.diagnostics),
    }
}

/// One round of formatting.
fn once(text: &str, context: group::Context, starts: &BTreeSet<u32>) -> String {
    let tokens = scan::tokens(text);
    let reader = group::Reader::new(text, &tokens, starts);
    let body = reader.read(context);
    layout::Layout::new(text, starts).file(&body, context)
}
