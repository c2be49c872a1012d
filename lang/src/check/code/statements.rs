//! Blocks and statements.

use super::types::{fits, join, name};
use super::{Coder, Context, Typed};
use crate::code::{BinaryOp, Block, Expr, ExprKind, Statement, StatementKind};
use crate::diagnostic::Diagnostic;
use crate::print::tree::{Out, OutBlock, OutKind, OutStatement};
use crate::rules::{Branch, BranchKind};
use crate::span::{Name, Span, Spanned};
use crate::ty::Ty;

impl Coder<'_, '_> {
    /// A block in a scope of its own; its type is its value's.
    pub(super) fn block(&mut self, block: &Block) -> (OutBlock, Ty) {
        self.scopes.push(Default::default());
        let facts = self.facts.clone();
        let statements = self.statements(&block.statements);
        let (tail, ty) = match &block.tail {
            Some(e) => {
                let (out, ty) = self.expr(e);
                self.conclude(e);
                (Some(Box::new(out)), ty)
            }
            None if leaves(block) => (None, Ty::Never),
            None => (None, Ty::Unit),
        };
        self.leave_scope();
        self.facts.retain(|f| facts.contains(f));
        (OutBlock { statements, tail }, ty)
    }

    /// What is known where the value of the outermost block is true, or false.
    fn conclude(&mut self, tail: &Expr) {
        if self.scopes.len() == 2 && self.context.asks() {
            let known = self.lasting(&self.facts);
            let of = |facts: &[String]| [self.lasting(facts), known.clone()].concat();
            self.outcome = super::Outcome {
                when_true: of(&self.if_true(tail)),
                when_false: of(&self.if_false(tail)),
            };
        }
    }

    pub(super) fn statements(&mut self, statements: &[Statement]) -> Vec<OutStatement> {
        statements.iter().filter_map(|s| self.statement(s)).collect()
    }

    fn statement(&mut self, statement: &Statement) -> Option<OutStatement> {
        let at = statement.span;
        Some(match &statement.node {
            StatementKind::Let { name, value } => self.let_it(name, value.as_ref(), at)?,
            StatementKind::Assign { target, op, value } => self.assign(target, *op, value, at)?,
            StatementKind::Expr(e) => self.expression_statement(e),
            StatementKind::For { name, over, body } => self.for_each(name, over, body),
            StatementKind::While { condition, body } => self.while_it(condition, body),
            StatementKind::Return(value) => self.return_it(value.as_ref(), at),
            StatementKind::Break => self.in_a_loop("break", at, OutStatement::Break),
            StatementKind::Continue => self.in_a_loop("continue", at, OutStatement::Continue),
        })
    }

    fn in_a_loop(&mut self, word: &str, at: Span, out: OutStatement) -> OutStatement {
        if self.loops == 0 {
            self.report(Diagnostic::error("E0315", at, format!("`{word}` outside of a loop")));
        }
        out
    }

    fn let_it(&mut self, name: &Name, value: Option<&Expr>, at: Span) -> Option<OutStatement> {
        let Some(value) = value else {
            self.report(
                Diagnostic::error("E0313", at, format!("`{}` has no value", name.node))
                    .help(format!("write `let {} = …;`", name.node)),
            );
            self.declare(name, Ty::Unknown);
            return None;
        };
        let (out, ty) = self.expr(value);
        let out = self.stored(out, &ty);
        let alias = self.alias(value);
        let (when_true, when_false) = (self.if_true(value), self.if_false(value));
        self.declare(name, ty);
        if let Some(local) = self.lookup_mut(&name.node) {
            (local.alias, local.when_true, local.when_false) = (alias, when_true, when_false);
            local.named = Some(name.span);
        }
        Some(OutStatement::Let(format!("v_{}", name.node), out))
    }

    /// An `if` whose early end tells something about the rest is remembered.
    fn expression_statement(&mut self, e: &Expr) -> OutStatement {
        let (out, _) = self.expr_dropped(e);
        if let ExprKind::If { condition, then, otherwise } = &e.node {
            if leaves(then) {
                self.facts.extend(self.if_false(condition));
            }
            if otherwise.as_ref().is_some_and(leaves) {
                self.facts.extend(self.if_true(condition));
            }
        }
        OutStatement::Expr(out)
    }

    /// An expression whose value is dropped: branches of an `if` may differ.
    fn expr_dropped(&mut self, e: &Expr) -> Typed {
        let ExprKind::If { condition, then, otherwise } = &e.node else { return self.expr(e) };
        let out = self.condition_of(BranchKind::If, condition, then);
        let then = self.knowing(self.if_true(condition), |c| c.dropped(then));
        let otherwise = otherwise
            .as_ref()
            .map(|block| self.knowing(self.if_false(condition), |c| c.dropped(block)));
        (Out::new(OutKind::If(Box::new(out), then, otherwise), e.span), Ty::Unit)
    }

    /// A block whose value is dropped.
    fn dropped(&mut self, block: &Block) -> OutBlock {
        self.scopes.push(Default::default());
        let facts = self.facts.clone();
        let mut statements = self.statements(&block.statements);
        if let Some(tail) = &block.tail {
            statements.push(self.expression_statement(tail));
        }
        self.leave_scope();
        self.facts.retain(|f| facts.contains(f));
        OutBlock { statements, tail: None }
    }

    fn for_each(&mut self, name: &Name, over: &Expr, body: &Block) -> OutStatement {
        let branch = Branch { kind: BranchKind::For, asked: over.span, body: body.span };
        self.shared.tables.branch(branch);
        let (out, ty) = self.expr(over);
        let (out, ty) = self.required((out, ty), over);
        let (out, element) = match &ty {
            Ty::List(of) => (self.stored(out, &ty), (**of).clone()),
            Ty::Range => (out, Ty::Int),
            Ty::Unknown | Ty::Never => (out, Ty::Unknown),
            other => {
                let other = name_of(self, other);
                let found = Diagnostic::error(
                    "E0314",
                    over.span,
                    format!("`for` walks over a list or a range; this is {other}"),
                );
                self.report(found.help("of a map, write `for key in m.keys()`"));
                (out, Ty::Unknown)
            }
        };
        self.settle(|c| {
            c.turn(name, element.clone(), body);
        });
        let body = self.turn(name, element, body);
        OutStatement::For(format!("v_{}", name.node), out, body)
    }

    /// One turn of a `for`.
    fn turn(&mut self, name: &Name, element: Ty, body: &Block) -> OutBlock {
        self.scopes.push(Default::default());
        self.declare(name, element);
        self.loops += 1;
        let body = self.dropped(body);
        self.loops -= 1;
        self.leave_scope();
        body
    }

    fn return_it(&mut self, value: Option<&Expr>, at: Span) -> OutStatement {
        let Some(e) = value else {
            self.returned.push(Ty::Unit);
            return OutStatement::Return(None, at);
        };
        if self.context == Context::Output {
            let mut statements = vec![OutStatement::Expr(self.emit(e))];
            statements.push(OutStatement::Return(None, at));
            let block = OutBlock { statements, tail: None };
            return OutStatement::Expr(Out::new(OutKind::Block(block), at));
        }
        let (mut out, mut ty) = self.expr(e);
        match self.context {
            Context::Deadline => self.want(&ty, &Ty::Time.optional(), e.span, "a time"),
            Context::Guard(_) | Context::Asked => {
                (out, ty) = self.required((out, ty), e);
                self.want(&ty, &Ty::Bool, e.span, "true or false");
                self.returns.0 &= e.node == ExprKind::Bool(false);
                self.returns.1 &= e.node == ExprKind::Bool(true);
            }
            _ => {}
        }
        self.returned.push(ty);
        OutStatement::Return(Some(out), at)
    }

    /// An `output` block: its value is emitted where it is given.
    pub(super) fn emitting(&mut self, block: &Block) -> OutBlock {
        self.scopes.push(Default::default());
        let facts = self.facts.clone();
        let mut statements = self.statements(&block.statements);
        if let Some(tail) = &block.tail {
            statements.push(OutStatement::Expr(self.emit(tail)));
        }
        self.leave_scope();
        self.facts.retain(|f| facts.contains(f));
        OutBlock { statements, tail: None }
    }

    /// Emits a value; the branches of an `if` each emit their own.
    fn emit(&mut self, e: &Expr) -> Out {
        match &e.node {
            ExprKind::Paren(inner) => self.emit(inner),
            ExprKind::Block(block) => {
                let block = self.emitting(block);
                Out::new(OutKind::Block(block), e.span)
            }
            ExprKind::If { condition, then, otherwise } => {
                let out = self.condition_of(BranchKind::If, condition, then);
                let then = self.knowing(self.if_true(condition), |c| c.emitting(then));
                let otherwise = otherwise
                    .as_ref()
                    .map(|block| self.knowing(self.if_false(condition), |c| c.emitting(block)));
                Out::new(OutKind::If(Box::new(out), then, otherwise), e.span)
            }
            _ => {
                let (out, ty) = self.expr(e);
                let n = match self.shared.schema.base.stage {
                    Some(_) => self.shared.tables.ty(&ty),
                    None => self.shared.tables.output(&ty),
                };
                self.shared.outputs.push((ty, e.span));
                Out::call("emit", vec![Out::index(n, e.span), out], e.span)
            }
        }
    }

    fn assign(
        &mut self,
        target: &Expr,
        op: Option<BinaryOp>,
        value: &Expr,
        at: Span,
    ) -> Option<OutStatement> {
        let (out, ty, span) = match op {
            None => {
                let (out, ty) = self.expr(value);
                (out, ty, value.span)
            }
            Some(op) => {
                let (out, ty) = self.binary(&Spanned::new(op, at), target, value, at);
                (out, ty, value.span)
            }
        };
        let out = self.stored(out, &ty);
        self.store(target, (out, ty), span, at)
    }

    /// `state.m[k].push(e)`, a list inside of a slot: stored again, one longer.
    pub(super) fn push_deep(&mut self, list: &Expr, value: &Expr, at: Span) -> Option<Typed> {
        if !self.in_state(list) {
            return None;
        }
        let more = Expr::new(ExprKind::List(vec![value.clone()]), value.span);
        Some(match self.assign(list, Some(BinaryOp::Add), &more, at) {
            Some(OutStatement::Expr(out)) => (out, Ty::Unit),
            _ => Self::unknown(at),
        })
    }

    /// A condition.
    pub(super) fn bool(&mut self, e: &Expr) -> Out {
        let typed = self.expr(e);
        let (out, ty) = self.required(typed, e);
        self.want(&ty, &Ty::Bool, e.span, "true or false");
        out
    }

    /// A variable takes a value: its type may widen.
    pub(super) fn widen(&mut self, variable: &str, ty: &Ty, at: Span) {
        let Some(local) = self.lookup(variable) else { return };
        let old = local.ty.clone();
        match join(&old, ty) {
            Some(joined) => {
                if let Some(local) = self.lookup_mut(variable) {
                    let (used, named) = (local.used, local.named);
                    *local = super::Local { used, named, ..super::Local::new(joined) };
                }
            }
            None if fits(ty, &old) => {}
            None => {
                let (old, new) = (name(&old, self.shared.schema), name(ty, self.shared.schema));
                let text = format!("`{variable}` is {old}, and this is {new}");
                self.report(Diagnostic::error("E0305", at, text));
            }
        }
    }
}

fn name_of(coder: &Coder<'_, '_>, ty: &Ty) -> String {
    name(ty, coder.shared.schema)
}

/// A block whose value is dropped.
pub(super) fn as_action(mut block: OutBlock) -> OutBlock {
    if let Some(tail) = block.tail.take() {
        block.statements.push(OutStatement::Expr(*tail));
    }
    block
}

/// Whether a block never reaches its end.
pub(super) fn leaves(block: &Block) -> bool {
    let ends = |e: &Expr| match &e.node {
        ExprKind::If { then, otherwise: Some(otherwise), .. } => leaves(then) && leaves(otherwise),
        _ => false,
    };
    let stops = |s: &Statement| match &s.node {
        StatementKind::Return(_) | StatementKind::Break | StatementKind::Continue => true,
        StatementKind::Expr(e) => ends(e),
        _ => false,
    };
    block.statements.iter().any(stops) || block.tail.as_deref().is_some_and(ends)
}
