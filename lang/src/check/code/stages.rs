//! Stages in code: what is read of one, and what one is given.

use super::types::{self, field_type};
use super::{Coder, Context, Typed};
use crate::check::names;
use crate::code::Expr;
use crate::diagnostic::Diagnostic;
use crate::print::tree::{Out, OutBlock};
use crate::rules::{Field, MessageId, MessageKind, Script};
use crate::span::{Name, Span};
use crate::ty::Ty;

impl Coder<'_, '_> {
    /// `opened`: of a stage, when it began.
    pub(super) fn opened(&self, at: Span) -> Typed {
        let out = match self.shared.schema.base.stage {
            Some(stage) => Out::call("begun", vec![Out::index(stage, at)], at),
            None => Out::call("opened", Vec::new(), at),
        };
        (out, Ty::Time)
    }

    /// `NAME.output`, `NAME.decided`, `NAME.failed`
    pub(super) fn of_stage(&mut self, stage: &str, name: &Name, at: Span) -> Typed {
        if self.context == Context::Function {
            self.report(
                Diagnostic::error("E0310", at, "a function sees its arguments and `terms` only")
                    .help("read the stage where the function is called, and pass the answer"),
            );
            return Self::unknown(at);
        }
        let schema = self.shared.schema;
        let Some(held) = schema.stage(stage) else { return Self::unknown(at) };
        self.reads.messages.extend(schema.message(stage));
        let ask = |f: &str| Out::call(f, vec![Out::index(held.id, at)], at);
        match name.node.as_str() {
            "output" => (ask("stage_output"), held.output.clone().optional()),
            "decided" => (ask("stage_decided"), Ty::Bool),
            "failed" => (ask("stage_failed"), Ty::Bool),
            _ => {
                let known = ["output", "decided", "failed"];
                self.report(names::unknown("E0303", "field of a stage", name, known));
                Self::unknown(at)
            }
        }
    }

    /// Of the log, only whether and when a stage was decided can be asked: nobody says it.
    pub(super) fn asked_of_a_stage(
        &mut self,
        message: MessageId,
        name: &Name,
        args: &[Expr],
    ) -> bool {
        let stage = self.shared.schema.at(message);
        if !stage.is_some_and(|m| matches!(m.kind, MessageKind::Stage)) {
            return true;
        }
        if matches!(name.node.as_str(), "said" | "count" | "last") && args.len() == 1 {
            return true;
        }
        let stage = stage.map_or("", |m| m.name.as_str());
        self.report(
            Diagnostic::error("E0216", name.span, format!("nobody says the stage `{stage}`"))
                .help(format!("ask `said(\"{stage}\")`, `last(\"{stage}\")` or `{stage}.output`")),
        );
        false
    }

    /// What a term of a stage is given: a value of the term's type.
    pub(crate) fn given_term(mut self, e: &Expr, field: &Field) -> Script {
        let wanted = field_type(field);
        let (out, ty) = self.expr(e);
        let typed = if wanted.may_be_unit() { (out, ty) } else { self.required((out, ty), e) };
        self.want(&typed.1, &wanted, e.span, &format!("a value for the term `{}`", field.name));
        self.emitted(typed.0, &wanted, e)
    }

    /// Who holds a role of a stage: a person, or a list of persons.
    pub(crate) fn given_role(mut self, e: &Expr) -> Script {
        let typed = self.expr(e);
        let (out, ty) = self.required(typed, e);
        let persons = Ty::List(Box::new(Ty::Person));
        let wanted = if ty == Ty::Person { Ty::Person } else { persons };
        self.want(&ty, &wanted, e.span, "a role, a person or a list of persons");
        self.emitted(out, &wanted, e)
    }

    fn emitted(self, out: Out, ty: &Ty, e: &Expr) -> Script {
        let out = if types::is_compound(ty) { self.stored(out, ty) } else { out };
        let n = self.shared.tables.ty(ty);
        let emit = Out::call("emit", vec![Out::index(n, e.span), out], e.span);
        let block = OutBlock { statements: Vec::new(), tail: Some(Box::new(emit)) };
        self.script(&block, e.span)
    }
}
