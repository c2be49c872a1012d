//! The state of a part of the pattern: what is left of it.

use std::sync::Arc;

use super::program::TermId;
use super::table::Table;

/// The readings of one instance of `each` or `per`: never empty, no two equal.
pub(super) type Ways = Vec<Arc<Node>>;

/// What is left of a part of the pattern.
///
/// Invariant: what is exhausted is `Done`, and what is as at its start is `Fresh`, so that equal
/// remainders are equal trees.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    /// Nothing.
    Done,
    /// The whole part, not begun.
    Fresh(TermId),
    /// `a, b`: part `at` is under way, those after it are fresh.
    Sequence { term: TermId, at: usize, inner: Arc<Node> },
    /// `a & b`
    Interleave { term: TermId, parts: Vec<Arc<Node>> },
    /// `p{min..max}`: so many rounds before the one under way. Without a maximum it stops
    /// counting where more changes nothing.
    Repeat { term: TermId, rounds: u32, inner: Arc<Node> },
    /// `one R (p)`, and who it is.
    One { term: TermId, bound: Option<u32>, inner: Arc<Node> },
    /// `p unless q`, in `p`.
    Unless { term: TermId, inner: Arc<Node> },
    /// A round of a loop, and the entries that instances of `per` in it belong to.
    Scope { term: TermId, refs: Vec<Table<()>>, inner: Arc<Node> },
    /// `each` (by person) or `per` (by entry).
    Many { term: TermId, group: Group },
}

/// The instances of `each` or `per` that have begun.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Group {
    /// Those that are not as at their start.
    pub(super) begun: Table<Ways>,
    /// How many of them differ from a fresh one in whether they may end. Kept only where that
    /// depends on the instance alone (`Many::steady`).
    pub(super) odd_end: u32,
    /// The same of whether anything can still come.
    pub(super) odd_come: u32,
}

impl Group {
    pub(super) fn new() -> Self {
        Self { begun: Table::new(), odd_end: 0, odd_come: 0 }
    }
}

impl Node {
    /// The term that it is the remainder of.
    pub(super) fn term(&self) -> Option<TermId> {
        match self {
            Self::Done => None,
            Self::Fresh(term)
            | Self::Sequence { term, .. }
            | Self::Interleave { term, .. }
            | Self::Repeat { term, .. }
            | Self::One { term, .. }
            | Self::Unless { term, .. }
            | Self::Scope { term, .. }
            | Self::Many { term, .. } => Some(*term),
        }
    }

    /// Nodes in this tree, each `each` and `per` counting as one.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Done | Self::Fresh(_) | Self::Many { .. } => 1,
            Self::Interleave { parts, .. } => {
                parts.iter().fold(1, |sum, p| p.size().saturating_add(sum))
            }
            Self::Sequence { inner, .. }
            | Self::Repeat { inner, .. }
            | Self::One { inner, .. }
            | Self::Unless { inner, .. }
            | Self::Scope { inner, .. } => inner.size().saturating_add(1),
        }
    }
}
