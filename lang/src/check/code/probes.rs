//! Probes: what instrumented code tells of the values that it comes to.

use super::{Coder, Typed};
use crate::code::Expr;
use crate::print::tree::{Out, OutKind};
use crate::ty::Ty;

impl Coder<'_, '_> {
    /// An expression, with its probe.
    pub(super) fn plain(&mut self, e: &Expr) -> Typed {
        let (mut out, ty) = self.walk(e);
        out.probe = out.probe.or_else(|| self.probe(&out, &ty, e));
        (out, ty)
    }

    /// The probe of an expression, where code is instrumented: of all but what is written as a value,
    /// and what only holds others.
    fn probe(&mut self, out: &Out, ty: &Ty, e: &Expr) -> Option<i64> {
        let tells_nothing = matches!(
            out.kind,
            OutKind::Unit
                | OutKind::Bool(_)
                | OutKind::Int(_)
                | OutKind::Decimal(_)
                | OutKind::Text(_)
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
