//! Functions on lists, maps and texts, as calls or as methods: `len(xs)`, `xs.len()`.

use super::expressions::key_text;
use super::types::{self, fits, join};
use super::{Coder, Typed};
use crate::check::names;
use crate::code::{Chain, Expr, ExprKind};
use crate::diagnostic::Diagnostic;
use crate::print::tree::{Out, OutBlock, OutKind, OutStatement};
use crate::span::{Name, Span};
use crate::ty::Ty;

/// Their names.
pub(super) const NAMES: [&str; 18] = [
    "len",
    "contains",
    "push",
    "pop",
    "remove",
    "keys",
    "values",
    "sorted",
    "reversed",
    "index_of",
    "sum",
    "least",
    "greatest",
    "join",
    "starts_with",
    "ends_with",
    "trim",
    "is_empty",
];

pub(super) fn is_function(name: &str) -> bool {
    NAMES.contains(&name)
}

impl Coder<'_, '_> {
    /// `e.name(args)`
    pub(super) fn method(
        &mut self,
        base: &Expr,
        name: &Name,
        args: &[Expr],
        chain: Chain,
        at: Span,
    ) -> Typed {
        let chained = chain == Chain::Optional;
        if let ExprKind::Variable(word) = &base.node
            && self.lookup(word).is_none()
            && ["said", "count", "last"].contains(&name.node.as_str())
            && self.shared.schema.message(word).is_some()
        {
            self.report(
                Diagnostic::error("E0302", at, format!("`{word}` is a message, not an entry"))
                    .help(format!("write `{}(\"{word}\")`", name.node)),
            );
            return Self::unknown(at);
        }
        if is_function(&name.node) && !matches!(name.node.as_str(), "count") {
            return self.collection(base, name, args, chained, at);
        }
        let (out, ty) = self.expr(base);
        if !chained && ty.may_be_unit() {
            self.report(
                Diagnostic::warning("W0301", base.span, "this may be `()`, and would then fail")
                    .help("write `?.` and `??`, or test it first"),
            );
        }
        match ty.required().clone() {
            Ty::Ref(of) => self.entry_method(out, &of, name, args, chained && ty.may_be_unit(), at),
            Ty::Unknown | Ty::Never => Self::unknown(at),
            other => self.no_method(&other, name, at),
        }
    }

    fn no_method(&mut self, ty: &Ty, name: &Name, at: Span) -> Typed {
        let known = NAMES.iter().copied().chain(["said", "count", "all", "tally", "everyone"]);
        let mut found = names::unknown("E0302", "method", name, known);
        let ty = types::name(ty, self.shared.schema);
        found.message = format!("{ty} has no method `{}`", name.node);
        if found.help.as_ref().is_some_and(|h| h.starts_with("there is")) {
            found.help = None;
        }
        self.report(found);
        Self::unknown(at)
    }

    /// A function on a list, map or text.
    pub(super) fn collection(
        &mut self,
        base: &Expr,
        name: &Name,
        args: &[Expr],
        chained: bool,
        at: Span,
    ) -> Typed {
        let writes = matches!(name.node.as_str(), "push" | "pop" | "remove");
        if let Some((n, ty)) = self.slot_of(base)
            && (writes || !ty.may_be_unit())
            && let Some(typed) = self.slot_method(n, &ty, name, args, at)
        {
            return typed;
        }
        if writes {
            return self.changing(base, name, args, at);
        }
        let typed = self.expr(base);
        if chained && matches!(typed.1, Ty::Optional(_)) {
            return self.reading_chained(typed, name, args, base, at);
        }
        let (out, ty) = self.required(typed, base);
        self.reading((out, ty), name, args, base, at)
    }

    /// `e?.len()`: `()` where `e` is.
    fn reading_chained(
        &mut self,
        (out, ty): Typed,
        name: &Name,
        args: &[Expr],
        base: &Expr,
        at: Span,
    ) -> Typed {
        // A variable of its own for each place, so that one inside another keeps its value.
        let variable = format!("c_{}", at.start);
        let local = Out::new(OutKind::Local(variable.clone()), base.span);
        let inner = ty.required().clone();
        let (result, ty) = self.reading((local.clone(), inner), name, args, base, at);
        let unit = Out::new(OutKind::Unit, at);
        let there = Out::new(OutKind::Binary("!=", Box::new(local), Box::new(unit)), at);
        let then = OutBlock { statements: Vec::new(), tail: Some(Box::new(result)) };
        let chosen = Out::new(OutKind::If(Box::new(there), then, None), at);
        let statements = vec![OutStatement::Let(variable, out)];
        let block = OutBlock { statements, tail: Some(Box::new(chosen)) };
        (Out::new(OutKind::Block(block), at), ty.optional())
    }

    /// Methods of a state slot, which stays where it is. `None`: read it and go on.
    fn slot_method(
        &mut self,
        n: u16,
        ty: &Ty,
        name: &Name,
        args: &[Expr],
        at: Span,
    ) -> Option<Typed> {
        let slot = Out::index(n, at);
        let list = |ty: &Ty| Ty::List(Box::new(ty.clone()));
        let writes = matches!(name.node.as_str(), "push" | "pop" | "remove");
        if writes && !self.context.writes() {
            self.report(
                Diagnostic::error("E0307", at, "`state` is read-only here")
                    .help("only `on …` and `on open` write it"),
            );
            return Some(Self::unknown(at));
        }
        let slot_name = self.shared.schema.slot_at(n).map(|f| f.name.clone());
        if writes && let Some(slot_name) = slot_name {
            self.forget(&format!("state.{slot_name}"));
        }
        Some(match (name.node.as_str(), ty.required(), args) {
            ("len", Ty::List(_) | Ty::Map(..), []) => {
                (Out::call("slot_len", vec![slot], at), Ty::Int)
            }
            ("is_empty", Ty::List(_) | Ty::Map(..), []) => {
                let len = Out::call("slot_len", vec![slot], at);
                (is_zero(len, at), Ty::Bool)
            }
            ("keys", Ty::Map(k, _), []) => (Out::call("slot_keys", vec![slot], at), list(k)),
            ("values", Ty::Map(_, v), []) => (Out::call("slot_values", vec![slot], at), list(v)),
            ("contains", Ty::List(of), [value]) => {
                let value = self.of_type(value, of, "a value of this list");
                (Out::call("slot_has", vec![slot, value], at), Ty::Bool)
            }
            ("contains", Ty::Map(key, _), [value]) => {
                let value = self.of_type(value, key, "a key of this map");
                (Out::call("slot_has", vec![slot, value], at), Ty::Bool)
            }
            ("push", Ty::List(of), [value]) => {
                let value = self.of_type(value, of, "a value of this list");
                (Out::call("slot_push", vec![slot, value], at), Ty::Unit)
            }
            ("remove", Ty::List(of), [index]) => {
                let index = self.int(index);
                (Out::call("slot_remove", vec![slot, index], at), (**of).clone())
            }
            ("remove", Ty::Map(key, of), [value]) => {
                let value = self.of_type(value, key, "a key of this map");
                (Out::call("slot_remove", vec![slot, value], at), (**of).clone().optional())
            }
            ("pop" | "push" | "remove", ..) => self.no_method(ty.required(), name, at),
            _ => return None,
        })
    }

    /// Methods that change a variable in place.
    fn changing(&mut self, base: &Expr, name: &Name, args: &[Expr], at: Span) -> Typed {
        if let ("push", [value]) = (name.node.as_str(), args)
            && let Some(typed) = self.push_deep(base, value, at)
        {
            return typed;
        }
        let Some((place, ty)) = self.local_place(base) else { return Self::unknown(at) };
        let Ty::List(of) = ty.required().clone() else {
            return self.no_method(ty.required(), name, at);
        };
        match (name.node.as_str(), args) {
            ("push", [value]) => {
                let (out, found) = self.expr(value);
                let out = self.stored(out, &found);
                let joined = join(&of, &found);
                if let (Some(joined), ExprKind::Variable(variable)) = (&joined, &base.node) {
                    self.widen(variable, &Ty::List(Box::new(joined.clone())), value.span);
                } else if !fits(&found, &of) {
                    self.want(&found, &of, value.span, "a value of this list");
                }
                (Out::new(OutKind::Method(Box::new(place), "push", vec![out]), at), Ty::Unit)
            }
            ("pop", []) => {
                let out = Out::new(OutKind::Method(Box::new(place), "pop", Vec::new()), at);
                (out, (*of).optional())
            }
            _ => self.wrong_count(name, at),
        }
    }

    /// Functions that only read.
    fn reading(
        &mut self,
        (out, ty): Typed,
        name: &Name,
        args: &[Expr],
        base: &Expr,
        at: Span,
    ) -> Typed {
        let word = name.node.as_str();
        let one = |f: &str, out: Out| Out::call(f, vec![out], at);
        match (word, &ty, args) {
            (_, Ty::Unknown | Ty::Never, _) => {
                for e in args {
                    self.expr(e);
                }
                Self::unknown(at)
            }
            ("len", Ty::List(_) | Ty::Map(..) | Ty::Text, []) => (one("len", out), Ty::Int),
            ("is_empty", Ty::List(_) | Ty::Map(..) | Ty::Text, []) => {
                (is_zero(one("len", out), at), Ty::Bool)
            }
            ("len", Ty::Bytes, []) => (one("len_bytes", out), Ty::Int),
            ("contains", _, [value]) => self.contains(out, &ty, name, value, at),
            ("keys", Ty::Map(key, _), []) => {
                let n = self.shared.tables.ty(key);
                (Out::call("keys", vec![Out::index(n, at), out], at), Ty::List(key.clone()))
            }
            ("values", Ty::Map(_, of), []) => (one("values", out), Ty::List(of.clone())),
            ("sorted" | "least" | "greatest", Ty::List(of), []) => {
                self.orders(of, base);
                let result = if word == "sorted" { ty.clone() } else { (**of).clone().optional() };
                (one(word, out), result)
            }
            ("reversed", Ty::List(_), []) => (one("reversed", out), ty.clone()),
            ("index_of", Ty::List(of), [value]) => {
                let value = self.of_type(value, of, "a value of this list");
                (Out::call("index_of", vec![out, value], at), Ty::Int.optional())
            }
            ("sum", Ty::List(of), []) => {
                if !fits(of, &Ty::Decimal) && **of != Ty::Duration {
                    let text = "`sum` adds numbers or durations";
                    self.report(Diagnostic::error("E0305", base.span, text));
                }
                let of = if **of == Ty::Never { Ty::Int } else { (**of).clone() };
                let n = self.shared.tables.ty(&of);
                (Out::call("sum", vec![Out::index(n, at), out], at), of)
            }
            ("join", Ty::List(of), [between]) => {
                self.want(of, &Ty::Text, base.span, "a list of texts");
                let between = self.of_type(between, &Ty::Text, "a text");
                (Out::call("join", vec![out, between], at), Ty::Text)
            }
            ("starts_with" | "ends_with", Ty::Text, [part]) => {
                let part = self.of_type(part, &Ty::Text, "a text");
                (Out::call(word, vec![out, part], at), Ty::Bool)
            }
            ("trim", Ty::Text, []) => (one("trim", out), Ty::Text),
            _ if args.len() > 1 => self.wrong_count(name, at),
            _ => self.no_method(&ty, name, at),
        }
    }

    fn contains(&mut self, out: Out, ty: &Ty, name: &Name, value: &Expr, at: Span) -> Typed {
        let value = match ty {
            Ty::List(of) => self.of_type(value, of, "a value of this list"),
            Ty::Map(key, _) => {
                let value = self.of_type(value, key, "a key of this map");
                key_text(value, key)
            }
            Ty::Text => self.of_type(value, &Ty::Text, "a text"),
            other => return self.no_method(other, name, at),
        };
        (Out::call("contains", vec![out, value], at), Ty::Bool)
    }

    fn orders(&mut self, of: &Ty, base: &Expr) {
        let ordered = matches!(
            of,
            Ty::Int | Ty::Decimal | Ty::Text | Ty::Time | Ty::Duration | Ty::Never | Ty::Unknown
        );
        if !ordered {
            let text = "only numbers, texts, times and durations have an order";
            self.report(Diagnostic::error("E0305", base.span, text));
        }
    }
}

/// `len == 0`
fn is_zero(len: Out, at: Span) -> Out {
    let zero = Out::new(OutKind::Int(0), at);
    Out::new(OutKind::Binary("==", Box::new(len), Box::new(zero)), at)
}
