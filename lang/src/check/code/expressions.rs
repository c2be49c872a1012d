//! Expressions: literals, variables, fields, elements, `if`, lists, records, texts with holes.

use super::types::{self, field_type, join};
use super::{Coder, Context, Typed};
use crate::check::names;
use crate::code::{Block, Chain, Expr, ExprKind};
use crate::diagnostic::Diagnostic;
use crate::print::tree::{Out, OutKind};
use crate::rules::{BranchKind, Field, Type};
use crate::span::{Name, Span};
use crate::syntax::TextPart;
use crate::ty::Ty;

impl Coder<'_, '_> {
    /// An expression; where a test has shown that it is there, without the `()`.
    pub(super) fn expr(&mut self, e: &Expr) -> Typed {
        let (out, ty) = self.plain(e);
        let shown = std::mem::take(&mut self.shown);
        if ty.may_be_unit() && (shown || self.known(e)) {
            // What is `()` and was tested not to be is never reached.
            let ty = if ty == Ty::Unit { Ty::Never } else { ty.required().clone() };
            return (Out::call("need", vec![out], e.span), ty);
        }
        (out, ty)
    }

    /// An expression beside `??` or `==`, where `()` is welcome whatever is known.
    pub(super) fn lenient(&mut self, e: &Expr) -> Typed {
        if let ExprKind::Paren(inner) = &e.node {
            return self.lenient(inner);
        }
        let typed = self.plain(e);
        self.shown = false;
        typed
    }

    pub(super) fn walk(&mut self, e: &Expr) -> Typed {
        let at = e.span;
        let new = |kind, ty| (Out::new(kind, at), ty);
        match &e.node {
            ExprKind::Unit => Self::unit(at),
            ExprKind::Bool(b) => new(OutKind::Bool(*b), Ty::Bool),
            ExprKind::Int(n) => new(OutKind::Int(*n), Ty::Int),
            ExprKind::Decimal(n) => new(OutKind::Decimal(*n), Ty::Decimal),
            ExprKind::Text(t) => new(OutKind::Text(t.clone()), Ty::Text),
            ExprKind::Template(parts) => self.template(parts, at),
            ExprKind::Variable(name) => self.variable(name, at),
            ExprKind::Field { base, name, chain } => self.field(base, name, *chain, at),
            ExprKind::Index { base, index } => self.index(base, index, at),
            ExprKind::Call { module: Some(module), name, args } => {
                self.library_call(module, name, args, at)
            }
            ExprKind::Call { module: None, name, args } => self.call(name, args, at),
            ExprKind::Method { base, name, args, chain } => {
                self.method(base, name, args, *chain, at)
            }
            ExprKind::Unary { op, of } => self.unary(*op, of, at),
            ExprKind::Binary { op, left, right } => self.binary(op, left, right, at),
            ExprKind::If { condition, then, otherwise } => {
                self.if_value(condition, then, otherwise.as_ref(), at)
            }
            ExprKind::List(items) => self.list(items, at),
            ExprKind::Record(fields) => self.record(fields, at),
            ExprKind::Range { start, end, inclusive } => {
                let start = self.int(start);
                let end = self.int(end);
                new(OutKind::Range(Box::new(start), Box::new(end), *inclusive), Ty::Range)
            }
            ExprKind::Paren(inner) => self.expr(inner),
            ExprKind::Block(block) => {
                let (out, ty) = self.block(block);
                new(OutKind::Block(out), ty)
            }
        }
    }

    /// An int.
    pub(super) fn int(&mut self, e: &Expr) -> Out {
        self.of_type(e, &Ty::Int, "an int")
    }

    /// An expression that must have a type, and may not be `()`.
    pub(super) fn of_type(&mut self, e: &Expr, wanted: &Ty, what: &str) -> Out {
        let typed = self.expr(e);
        let (out, ty) = if wanted.may_be_unit() { typed } else { self.required(typed, e) };
        self.want(&ty, wanted, e.span, what);
        out
    }

    fn template(&mut self, parts: &[TextPart], at: Span) -> Typed {
        let mut whole: Option<Out> = None;
        for part in parts {
            let out = match part {
                TextPart::Text(text) => Out::new(OutKind::Text(text.clone()), at),
                TextPart::Hole(e) => {
                    let typed = self.expr(e);
                    self.as_text(typed, e)
                }
            };
            whole = Some(match whole {
                None => out,
                Some(before) => Out::call("cat", vec![before, out], at),
            });
        }
        (whole.unwrap_or_else(|| Out::new(OutKind::Text(String::new()), at)), Ty::Text)
    }

    fn variable(&mut self, name: &str, at: Span) -> Typed {
        if let Some(local) = self.lookup_mut(name) {
            local.used = true;
            let ty = local.ty.clone();
            return (Out::new(OutKind::Local(format!("v_{name}")), at), ty);
        }
        match name {
            "now" if self.context != Context::Function => {
                self.reads.anything = true;
                (Out::call(name, Vec::new(), at), Ty::Time)
            }
            "opened" if self.context != Context::Function => self.opened(at),
            "from" if self.context.message().is_some() => {
                (Out::call("from", Vec::new(), at), Ty::Person)
            }
            "msg" | "from" | "now" | "opened" => self.not_here(name, at),
            "terms" | "state" => {
                self.report(
                    Diagnostic::error("E0303", at, format!("`{name}` is not a value by itself"))
                        .help(format!("name a field of it: `{name}.…`")),
                );
                Self::unknown(at)
            }
            _ => self.no_variable(name, at),
        }
    }

    /// A built-in that is not seen here.
    fn not_here(&mut self, name: &str, at: Span) -> Typed {
        let why = match (name, self.context) {
            (_, Context::Function) => "a function sees its arguments and `terms` only",
            ("msg", _) => "there is no message at hand here: `msg` is seen in `allow` and `on`",
            _ => "there is no author here: `from` is seen in `allow` and `on`",
        };
        let help = match self.context {
            Context::Function => "pass it as an argument",
            _ => "ask the log, as in `last(\"…\")`",
        };
        self.report(Diagnostic::error("E0310", at, why).help(help));
        Self::unknown(at)
    }

    fn no_variable(&mut self, name: &str, at: Span) -> Typed {
        let locals: Vec<String> = self.scopes.iter().flat_map(|s| s.keys().cloned()).collect();
        let built_in = ["terms", "state", "msg", "from", "now", "opened"];
        let stages = self.shared.schema.stages.iter().map(|s| s.name.as_str());
        let known = locals.iter().map(String::as_str).chain(built_in).chain(stages);
        let mut found = names::unknown("E0301", "variable", &Name::new(name.to_owned(), at), known);
        let schema = self.shared.schema;
        for (word, fields) in [("terms", &schema.terms), ("state", &schema.state)] {
            if fields.iter().any(|f| f.name == name) {
                found = found.meant(&format!("{word}.{name}"));
            }
        }
        if schema.message(name).is_some() {
            found = found.meant(&format!("said(\"{name}\")"));
        }
        if schema.stage(name).is_some() {
            found = found
                .only_help(format!("write `{name}.output`, `{name}.decided` or `{name}.failed`"));
        }
        self.report(found);
        Self::unknown(at)
    }

    fn field(&mut self, base: &Expr, name: &Name, chain: Chain, at: Span) -> Typed {
        if let ExprKind::Variable(word) = &base.node
            && self.lookup(word).is_none()
        {
            match word.as_str() {
                "terms" => return self.term(name, at),
                "state" => return self.slot(name, at),
                "msg" if self.context.message().is_some() => return self.message_field(name, at),
                _ if self.shared.schema.stage(word).is_some() => {
                    return self.of_stage(word, name, at);
                }
                _ => {}
            }
        }
        let (out, ty) = self.expr(base);
        let chained = chain == Chain::Optional;
        if !chained && ty.may_be_unit() {
            let help = "write `?.` and `??`, or test it first";
            let text = "this may be `()`, which has no fields";
            self.report(Diagnostic::warning("W0301", base.span, text).help(help));
        }
        match ty.required().clone() {
            Ty::Ref(of) => self.entry_field(out, &of, name, chained && ty.may_be_unit(), at),
            Ty::Record(fields) => self.record_field(out, &fields, name, chained, &ty, at),
            Ty::Unknown | Ty::Never => Self::unknown(at),
            other => {
                let other = types::name(&other, self.shared.schema);
                let text = format!("{other} has no field `{}`", name.node);
                self.report(Diagnostic::error("E0303", name.span, text));
                Self::unknown(at)
            }
        }
    }

    fn record_field(
        &mut self,
        out: Out,
        fields: &[(String, Ty)],
        name: &Name,
        chained: bool,
        base: &Ty,
        at: Span,
    ) -> Typed {
        let Some((_, ty)) = fields.iter().find(|(n, _)| *n == name.node) else {
            let known = fields.iter().map(|(n, _)| n.as_str());
            self.report(names::unknown("E0303", "field", name, known));
            return Self::unknown(at);
        };
        let key = Out::new(OutKind::Text(name.node.clone()), name.span);
        if chained && base.may_be_unit() {
            return (Out::call("get_opt", vec![out, key], at), ty.clone().optional());
        }
        let out = if base.may_be_unit() { Out::call("need", vec![out], at) } else { out };
        if types::is_compound(ty) {
            return (Out::call("get", vec![out, key], at), ty.clone());
        }
        (Out::new(OutKind::Member(Box::new(out), name.node.clone()), at), ty.clone())
    }

    /// The number and declaration of a field, or a finding.
    pub(super) fn declared<'f>(
        &mut self,
        what: &str,
        fields: &'f [Field],
        name: &Name,
    ) -> Option<(u16, &'f Field)> {
        let at = fields.iter().position(|f| f.name == name.node);
        if let Some((n, field)) = at.and_then(|n| Some((u16::try_from(n).ok()?, fields.get(n)?))) {
            return Some((n, field));
        }
        let known = fields.iter().map(|f| f.name.as_str());
        self.report(names::unknown("E0303", what, name, known));
        None
    }

    fn term(&mut self, name: &Name, at: Span) -> Typed {
        let schema = self.shared.schema;
        let Some((n, field)) = self.declared("term", &schema.terms, name) else {
            return Self::unknown(at);
        };
        let n = schema.base.term(usize::from(n)).unwrap_or(u16::MAX);
        (Out::call("term", vec![Out::index(n, at)], at), field_type(field))
    }

    fn slot(&mut self, name: &Name, at: Span) -> Typed {
        if self.context == Context::Function {
            return self.not_here("state", at);
        }
        let schema = self.shared.schema;
        let Some((n, field)) = self.declared("state field", &schema.state, name) else {
            return Self::unknown(at);
        };
        let n = schema.base.slot(usize::from(n)).unwrap_or(u16::MAX);
        self.reads.state.push(n);
        (Out::call("slot", vec![Out::index(n, at)], at), field_type(field))
    }

    fn message_field(&mut self, name: &Name, at: Span) -> Typed {
        let schema = self.shared.schema;
        let message = self.context.message().and_then(|m| schema.at(m));
        let fields = message.map_or(&[][..], |m| &m.fields);
        let Some((n, field)) = self.declared("field", fields, name) else {
            return Self::unknown(at);
        };
        self.not_private(field, at);
        (Out::call("field", vec![Out::index(n, at)], at), field_type(field))
    }

    /// Code cannot read a value that only some receive.
    pub(super) fn not_private(&mut self, field: &Field, at: Span) {
        if matches!(field.ty, Type::Private(..)) && !self.beside_unit {
            self.report(
                Diagnostic::error(
                    "E0312",
                    at,
                    format!("`{}` is for some roles only: code cannot read it", field.name),
                )
                .help("only whether it is there can be asked: `… == ()`"),
            );
        }
    }

    fn index(&mut self, base: &Expr, index: &Expr, at: Span) -> Typed {
        if let Some((n, ty)) = self.slot_of(base) {
            return self.slot_element(n, &ty, index, at);
        }
        let typed = self.expr(base);
        let (out, ty) = self.required(typed, base);
        match ty {
            Ty::List(of) => {
                let index = self.int(index);
                (Out::call("list_get", vec![out, index], at), *of)
            }
            Ty::Map(key, of) => {
                let index = self.of_type(index, &key, "a key of this map");
                let index = key_text(index, &key);
                (Out::call("map_get", vec![out, index], at), of.optional())
            }
            Ty::Unknown | Ty::Never => {
                self.expr(index);
                Self::unknown(at)
            }
            other => {
                let other = types::name(&other, self.shared.schema);
                self.report(Diagnostic::error("E0305", at, format!("{other} has no elements")));
                Self::unknown(at)
            }
        }
    }

    fn if_value(
        &mut self,
        condition: &Expr,
        then: &Block,
        otherwise: Option<&Block>,
        at: Span,
    ) -> Typed {
        let out = self.condition_of(BranchKind::If, condition, then);
        let (then_out, then_ty) = self.knowing(self.if_true(condition), |c| c.block(then));
        let (else_out, else_ty) = match otherwise {
            Some(block) => {
                let known = self.if_false(condition);
                let (out, ty) = self.knowing(known, |c| c.block(block));
                (Some(out), ty)
            }
            None => (None, Ty::Unit),
        };
        let ty = join(&then_ty, &else_ty).unwrap_or_else(|| {
            let schema = self.shared.schema;
            let (a, b) = (types::name(&then_ty, schema), types::name(&else_ty, schema));
            let text = format!("one branch gives {a}, the other {b}");
            self.report(
                Diagnostic::error("E0316", at, text)
                    .help("both branches of an `if` give one type, except in `output`"),
            );
            Ty::Unknown
        });
        (Out::new(OutKind::If(Box::new(out), then_out, else_out), at), ty)
    }

    fn list(&mut self, items: &[Expr], at: Span) -> Typed {
        let mut ty = Ty::Never;
        let mut outs = Vec::new();
        for e in items {
            let (out, one) = self.expr(e);
            outs.push(self.stored(out, &one));
            ty = join(&ty, &one).unwrap_or_else(|| {
                let schema = self.shared.schema;
                let (a, b) = (types::name(&ty, schema), types::name(&one, schema));
                let text = format!("the elements of a list have one type: {a} before, {b} here");
                self.report(Diagnostic::error("E0305", e.span, text));
                Ty::Unknown
            });
        }
        (Out::new(OutKind::List(outs), at), Ty::List(Box::new(ty)))
    }

    fn record(&mut self, fields: &[(Name, Expr)], at: Span) -> Typed {
        let mut taken = names::Taken::default();
        let mut outs = Vec::new();
        let mut tys = Vec::new();
        for (name, e) in fields {
            let (out, ty) = self.expr(e);
            let out = self.stored(out, &ty);
            if taken.take("field", name, &mut self.shared.report) {
                outs.push((name.node.clone(), out));
                tys.push((name.node.clone(), ty));
            }
        }
        tys.sort_by(|a, b| a.0.cmp(&b.0));
        (Out::new(OutKind::Record(outs), at), Ty::Record(tys))
    }
}

/// A key as the text under which a local map keeps it.
pub(super) fn key_text(key: Out, ty: &Ty) -> Out {
    if *ty == Ty::Text {
        return key;
    }
    let at = key.span;
    Out::call("key_text", vec![key], at)
}
