//! Places: what can be stored to, and state slots, which are read and written where they are.

use super::expressions::key_text;
use super::types::{code_type, field_type};
use super::{Coder, Typed};
use crate::code::{Chain, Expr, ExprKind};
use crate::diagnostic::Diagnostic;
use crate::print::tree::{Out, OutKind, OutStatement};
use crate::rules::Type;
use crate::span::{Name, Span};
use crate::ty::Ty;

impl Coder<'_, '_> {
    /// A state slot, if the expression is one: its number and type.
    pub(super) fn slot_of(&mut self, e: &Expr) -> Option<(u16, Ty)> {
        let ExprKind::Field { base, name, chain: Chain::Plain } = &e.node else { return None };
        if !matches!(&base.node, ExprKind::Variable(v) if v == "state")
            || self.lookup("state").is_some()
        {
            return None;
        }
        let state = &self.shared.schema.state;
        let n = state.iter().position(|f| f.name == name.node)?;
        let ty = field_type(state.get(n)?);
        let n = self.shared.schema.base.slot(n)?;
        if self.context == super::Context::Function {
            return None;
        }
        self.reads.state.push(n);
        Some((n, ty))
    }

    /// `state.x[i]`
    pub(super) fn slot_element(&mut self, n: u16, ty: &Ty, index: &Expr, at: Span) -> Typed {
        let (wanted, found, what) = match ty.required() {
            Ty::List(of) => (Ty::Int, (**of).clone(), "an index"),
            Ty::Map(key, of) => ((**key).clone(), (**of).clone().optional(), "a key of this map"),
            _ => {
                self.report(Diagnostic::error("E0305", at, "this slot has no elements"));
                return Self::unknown(at);
            }
        };
        let index = self.of_type(index, &wanted, what);
        (Out::call("slot_get", vec![Out::index(n, at), index], at), found)
    }

    /// Stores a value.
    pub(super) fn store(
        &mut self,
        target: &Expr,
        value: Typed,
        from: Span,
        at: Span,
    ) -> Option<OutStatement> {
        let written = self.written(target);
        if let Some(name) = &written {
            self.forget(name);
        }
        let there = !value.1.may_be_unit();
        let stored = self.store_there(target, value, from, at);
        if there && stored.is_some() {
            self.facts.extend(written);
        }
        stored
    }

    /// The name of the place itself, not of what it was another name for.
    fn written(&self, target: &Expr) -> Option<String> {
        match &target.node {
            ExprKind::Variable(name) => Some(name.clone()),
            _ => self.place(target),
        }
    }

    fn store_there(
        &mut self,
        target: &Expr,
        value: Typed,
        from: Span,
        at: Span,
    ) -> Option<OutStatement> {
        if let Some((name, steps)) = self.state_path(target) {
            return self.store_state(&name, &steps, value, from, at);
        }
        match root(target) {
            Some(name) if self.lookup(&name.node).is_some() => {
                self.store_local(target, &name, value, from, at)
            }
            Some(name) => {
                let text = match name.node.as_str() {
                    "terms" => "the terms are fixed when the conversation opens".into(),
                    "msg" => "a message is what its author signed: it cannot be changed".into(),
                    "from" | "now" | "opened" => format!("`{}` cannot be changed", name.node),
                    other => format!("there is no variable `{other}`"),
                };
                let help = format!("write `let {} = …;` for a variable of your own", name.node);
                self.report(Diagnostic::error("E0307", target.span, text).help(help));
                None
            }
            None => {
                self.report(
                    Diagnostic::error("E0307", target.span, "nothing can be stored here")
                        .help("store to a variable, or to `state.…`"),
                );
                None
            }
        }
    }

    /// `state.x`, `state.x[i]`, `state.x[i].f …`: the slot's name and the steps into it.
    fn state_path<'e>(&self, e: &'e Expr) -> Option<(Name, Vec<&'e Expr>)> {
        match &e.node {
            ExprKind::Field { base, name, .. } => {
                if matches!(&base.node, ExprKind::Variable(v) if v == "state" && self.lookup(v).is_none())
                {
                    return Some((name.clone(), Vec::new()));
                }
                let (slot, mut steps) = self.state_path(base)?;
                steps.push(e);
                Some((slot, steps))
            }
            ExprKind::Index { base, .. } => {
                let (slot, mut steps) = self.state_path(base)?;
                steps.push(e);
                Some((slot, steps))
            }
            ExprKind::Paren(inner) => self.state_path(inner),
            _ => None,
        }
    }

    /// Whether a place is a slot, or a part of one.
    pub(super) fn in_state(&self, e: &Expr) -> bool {
        self.state_path(e).is_some()
    }

    fn store_state(
        &mut self,
        slot: &Name,
        steps: &[&Expr],
        (out, ty): Typed,
        from: Span,
        at: Span,
    ) -> Option<OutStatement> {
        if !self.context.writes() {
            self.report(
                Diagnostic::error("E0307", at, "`state` is read-only here")
                    .help("only `on …` and `on open` write it"),
            );
            return None;
        }
        let schema = self.shared.schema;
        let (n, field) = self.declared("state field", &schema.state, slot)?;
        let n = schema.base.slot(usize::from(n))?;
        let mut schema_type = field.ty.clone();
        let mut printed = Vec::new();
        for step in steps {
            let (out, inner) = self.step(step, &schema_type)?;
            printed.push(out);
            schema_type = inner;
        }
        let wanted = if steps.is_empty() { field_type(field) } else { code_type(&schema_type) };
        let what = format!("a value that fits `state.{}`", slot.node);
        let out = self.stored_as((out, ty), &wanted, from, &what);
        let slot = Out::index(n, at);
        let one_index = matches!(steps, [Expr { node: ExprKind::Index { .. }, .. }]);
        let call = match printed.as_slice() {
            [] => Out::call("set_slot", vec![slot, out], at),
            [key] if one_index => Out::call("slot_set", vec![slot, key.clone(), out], at),
            _ => {
                let path = Out::new(OutKind::List(printed), at);
                Out::call("slot_path", vec![slot, path, out], at)
            }
        };
        Some(OutStatement::Expr(call))
    }

    /// One step into a value of the schema.
    fn step(&mut self, step: &Expr, ty: &Type) -> Option<(Out, Type)> {
        let ty = match ty {
            Type::Optional(of) => of,
            ty => ty,
        };
        match (&step.node, ty) {
            (ExprKind::Index { index, .. }, Type::Map { key, value, .. }) => {
                let out = self.of_type(index, &code_type(key), "a key of this map");
                Some((out, (**value).clone()))
            }
            (ExprKind::Index { index, .. }, Type::List { of, .. }) => {
                Some((self.int(index), (**of).clone()))
            }
            (ExprKind::Field { name, .. }, Type::Record(fields)) => {
                let (_, field) = self.declared("field", fields, name)?;
                let ty = field.ty.clone();
                Some((Out::new(OutKind::Text(name.node.clone()), step.span), ty))
            }
            _ => {
                self.report(Diagnostic::error(
                    "E0305",
                    step.span,
                    "there is no such part to store to",
                ));
                None
            }
        }
    }

    fn store_local(
        &mut self,
        target: &Expr,
        name: &Name,
        (out, ty): Typed,
        from: Span,
        at: Span,
    ) -> Option<OutStatement> {
        if let ExprKind::Variable(variable) = &target.node {
            self.widen(variable, &ty, from);
            let place = Out::new(OutKind::Local(format!("v_{variable}")), target.span);
            return Some(OutStatement::Set(place, out));
        }
        let (place, wanted) = self.local_place(target)?;
        let what = format!("a value that fits this part of `{}`", name.node);
        let out = self.stored_as((out, ty), &wanted, from, &what);
        Some(match place.kind {
            // A map grows: only our own function keeps it small.
            OutKind::Entry(map, key) => {
                let set = OutKind::Method(map, "map_set", vec![*key, out]);
                OutStatement::Expr(Out::new(set, at))
            }
            _ => OutStatement::Set(place, out),
        })
    }

    /// A part of a variable, to store to: its place and its type.
    pub(super) fn local_place(&mut self, e: &Expr) -> Option<Typed> {
        match &e.node {
            ExprKind::Paren(inner) => self.local_place(inner),
            ExprKind::Variable(name) => {
                let Some(local) = self.lookup(name) else { return self.no_part(e) };
                let ty = local.ty.clone();
                Some((Out::new(OutKind::Local(format!("v_{name}")), e.span), ty))
            }
            ExprKind::Field { base, name, chain: Chain::Plain } => {
                let (place, ty) = self.local_place(base)?;
                let Ty::Record(fields) = ty.required() else { return self.no_part(e) };
                let Some((_, ty)) = fields.iter().find(|(n, _)| *n == name.node) else {
                    let known = fields.iter().map(|(n, _)| n.as_str());
                    let found = crate::check::names::unknown("E0303", "field", name, known);
                    self.report(found);
                    return None;
                };
                let place = Out::new(OutKind::Member(Box::new(place), name.node.clone()), e.span);
                Some((place, ty.clone()))
            }
            ExprKind::Index { base, index } => {
                let (place, ty) = self.local_place(base)?;
                let place = Box::new(place);
                let (kind, ty) = match ty.required().clone() {
                    Ty::List(of) => {
                        let index = checked(self.int(index));
                        (OutKind::At(place, Box::new(index)), *of)
                    }
                    Ty::Map(key, of) => {
                        let index = self.of_type(index, &key, "a key of this map");
                        (OutKind::Entry(place, Box::new(key_text(index, &key))), *of)
                    }
                    _ => return self.no_part(e),
                };
                Some((Out::new(kind, e.span), ty))
            }
            _ => self.no_part(e),
        }
    }

    /// A value for a place of a type: checked where it may be `()` and the place may not.
    fn stored_as(&mut self, (out, ty): Typed, wanted: &Ty, from: Span, what: &str) -> Out {
        let missing = matches!(ty, Ty::Optional(_)) && !wanted.may_be_unit();
        let found = if missing { ty.required() } else { &ty };
        let fits = super::types::fits(found, wanted);
        self.want(found, wanted, from, what);
        if !missing || !fits {
            return out;
        }
        self.report(
            Diagnostic::warning("W0301", from, "this may be `()`, and would then fail")
                .help("test it first, as in `x != ()`, or say what holds otherwise with `?? …`"),
        );
        Out::call("need", vec![out], from)
    }

    fn no_part<T>(&mut self, e: &Expr) -> Option<T> {
        self.report(
            Diagnostic::error("E0307", e.span, "nothing can be stored here")
                .help("store to a variable, to a part of one, or to `state.…`"),
        );
        None
    }
}

/// An index into a local list: Rhai counts negative ones from the end, and we do not.
fn checked(index: Out) -> Out {
    if matches!(index.kind, OutKind::Int(n) if n >= 0) {
        return index;
    }
    let at = index.span;
    Out::call("at", vec![index], at)
}

/// The variable that a place is a part of.
fn root(e: &Expr) -> Option<Name> {
    match &e.node {
        ExprKind::Variable(name) => Some(Name::new(name.clone(), e.span)),
        ExprKind::Field { base, .. } | ExprKind::Index { base, .. } | ExprKind::Paren(base) => {
            root(base)
        }
        _ => None,
    }
}
