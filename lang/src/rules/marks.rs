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
}

/// An expression whose value instrumented code tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// The expression.
    pub span: Span,
    /// The type of its value.
    pub ty: Ty,
}
