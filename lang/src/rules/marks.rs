//! Where things stand in the text of the rules: for explanations and for coverage, never for verdicts.

use super::StageId;
use crate::span::Span;
use crate::ty::Ty;

/// Where things stand.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    /// The messages of each written pattern, in the order in which they stand there.
    pub patterns: Vec<(Option<StageId>, Vec<Span>)>,
    /// What instrumented code tells of: the number in `probe(n)`. Empty where code is not instrumented.
    pub probes: Vec<Probe>,
    /// Where instrumented code may go one way or another.
    pub branches: Vec<Branch>,
}

/// A place at which code may go one way or another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// What it is.
    pub kind: BranchKind,
    /// The condition of an `if` or `while`, what a `for` walks over.
    pub asked: Span,
    /// The block after it.
    pub body: Span,
}

/// The kinds of branches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BranchKind {
    /// `if`
    If,
    /// `while`
    While,
    /// `for`
    For,
}

/// An expression whose value instrumented code tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// The expression.
    pub span: Span,
    /// The type of its value.
    pub ty: Ty,
}
