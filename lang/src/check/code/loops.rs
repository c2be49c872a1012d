//! Loops. What a body does to a variable holds at its beginning too, from the second turn on: so a
//! body is first walked without findings, until the types of the variables around it stand still.

use super::statements::as_action;
use super::{Coder, Local};
use crate::code::{Block, Expr};
use crate::print::tree::OutStatement;
use crate::rules::BranchKind;

/// Walks before a loop is typed: one for each variable that takes its type from the one before.
const WALKS: usize = 3;

impl Coder<'_, '_> {
    pub(super) fn while_it(&mut self, condition: &Expr, body: &Block) -> OutStatement {
        self.settle(|c| {
            c.while_once(condition, body);
        });
        self.while_once(condition, body)
    }

    fn while_once(&mut self, condition: &Expr, body: &Block) -> OutStatement {
        let out = self.condition_of(BranchKind::While, condition, body);
        self.loops += 1;
        let (body, _) = self.knowing(self.if_true(condition), |c| c.block(body));
        self.loops -= 1;
        OutStatement::While(out, as_action(body))
    }

    /// Widens variables to what a loop makes of them, and forgets what it makes untrue. The
    /// outermost loop does so for those inside of it, a caller's for the functions that it calls.
    pub(super) fn settle(&mut self, walk: impl Fn(&mut Self)) {
        if self.loops > 0 || self.shared.trying {
            return;
        }
        for _ in 0..WALKS {
            if !self.try_out(&walk) {
                return;
            }
        }
    }

    /// One walk of which nothing stays but the types; says whether one has changed.
    fn try_out(&mut self, walk: impl Fn(&mut Self)) -> bool {
        let shared = &mut self.shared;
        let report = std::mem::take(&mut shared.report);
        let (tables, functions) = (shared.tables.clone(), shared.functions.clone());
        let (scopes, facts, returns) = (self.scopes.clone(), self.facts.clone(), self.returns);
        let returned = self.returned.len();
        self.shared.trying = true;
        walk(self);
        self.shared.trying = false;
        self.shared.report = report;
        (self.shared.tables, self.shared.functions) = (tables, functions);
        self.returned.truncate(returned);
        self.returns = returns;
        let after = std::mem::replace(&mut self.scopes, scopes);
        let known = std::mem::replace(&mut self.facts, facts);
        self.facts.retain(|f| known.contains(f));
        let mut changed = false;
        for (scope, after) in self.scopes.iter_mut().zip(after) {
            for (name, local) in after {
                changed |= scope.get_mut(&name).is_some_and(|before| take(before, local));
            }
        }
        changed
    }
}

/// Takes what a walk has made of a variable; says whether its type is another now.
fn take(before: &mut Local, after: Local) -> bool {
    if before.alias != after.alias {
        before.alias = None;
    }
    before.when_true.retain(|f| after.when_true.contains(f));
    before.when_false.retain(|f| after.when_false.contains(f));
    let changed = before.ty != after.ty;
    before.ty = after.ty;
    changed
}
