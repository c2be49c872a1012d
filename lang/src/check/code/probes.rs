//! Probes: what instrumented code tells of the values that it comes to.

use super::{Coder, Typed};
use crate::code::{Block, Expr};
use crate::print::tree::{Out, OutKind};
use crate::rules::{Branch, BranchKind};
use crate::ty::Ty;

impl Coder<'_, '_> {
    /// An expression, with its probe; its type is told to whoever asks for types at places.
    pub(super) fn plain(&mut self, e: &Expr) -> Typed {
        let (mut out, ty) = self.walk(e);
        self.note(e.span, &ty);
        out.probe = out.probe.or_else(|| self.probe(&out, &ty, e));
        (out, ty)
    }

    /// The condition of an `if` or `while`, before its block.
    pub(super) fn condition_of(&mut self, kind: BranchKind, condition: &Expr, body: &Block) -> Out {
        self.shared.tables.branch(Branch { kind, asked: condition.span, body: body.span });
        self.bool(condition)
    }

    /// The probe of an expression, where code is instrumented: of all but what is written as a value,
    /// and what only holds others. A list of written values costs less as an argument than elsewhere:
    /// a probe of it would not be free.
    fn probe(&mut self, out: &Out, ty: &Ty, e: &Expr) -> Option<i64> {
        let tells_nothing = matches!(
            out.kind,
            OutKind::Unit
                | OutKind::Bool(_)
                | OutKind::Int(_)
                | OutKind::Decimal(_)
                | OutKind::Text(_)
                | OutKind::List(_)
                | OutKind::Record(_)
                | OutKind::If(..)
                | OutKind::Range(..)
                | OutKind::Block(_)
        );
        if tells_nothing || matches!(ty, Ty::Unit | Ty::Unknown | Ty::Never | Ty::Range) {
            return None;
        }
        self.shared.tables.probe(e.span, ty)
    }
}
