//! Calls by name: what the log says, times, numbers, functions of the rules and of the library.

use std::collections::BTreeMap;

use super::tables::Asked;
use super::types::{self, fits, join};
use super::{Coder, Context, Typed};
use crate::check::names;
use crate::code::Expr;
use crate::diagnostic::Diagnostic;
use crate::print::tree::{Out, OutKind};
use crate::rules::LibraryCall;
use crate::span::{Name, Span};
use crate::ty::Ty;

/// Functions that ask the log. A function of the rules cannot.
const LOG: [&str; 9] =
    ["said", "count", "last", "all", "last_of_each", "tally", "members", "holds", "everyone"];

/// Units of durations and their milliseconds.
const UNITS: [(&str, i64); 5] = [
    ("seconds", 1_000),
    ("minutes", 60_000),
    ("hours", 3_600_000),
    ("days", 86_400_000),
    ("weeks", 604_800_000),
];

/// Names of other functions, for "did you mean".
const OTHER: [&str; 7] = ["pattern_complete", "round", "abs", "min", "max", "to_int", "to_decimal"];

impl Coder<'_, '_> {
    pub(super) fn call(&mut self, name: &Name, args: &[Expr], at: Span) -> Typed {
        let word = name.node.as_str();
        if self.shared.functions.knows(word) {
            return self.own_call(name, args, at);
        }
        if LOG.contains(&word) || word == "pattern_complete" {
            if self.context == Context::Function {
                self.report(
                    Diagnostic::error(
                        "E0310",
                        at,
                        "a function sees its arguments and `terms` only",
                    )
                    .help("ask the log where the function is called, and pass the answer"),
                );
                return Self::unknown(at);
            }
            return self.log_call(name, args, at);
        }
        if let Some((_, unit)) = UNITS.iter().find(|(n, _)| *n == word) {
            return self.duration(name, args, *unit, at);
        }
        match (word, args) {
            ("round", [x, n]) => {
                let x = self.of_type(x, &Ty::Decimal, "a number");
                let n = self.int(n);
                (Out::call("round", vec![x, n], at), Ty::Decimal)
            }
            ("abs", [x]) => {
                let typed = self.expr(x);
                let (out, ty) = self.required(typed, x);
                self.number(&ty, x);
                (Out::call("abs", vec![out], at), ty)
            }
            ("min" | "max", [a, b]) => self.extreme(word, a, b, at),
            ("to_int", [x]) => {
                let x = self.of_type(x, &Ty::Decimal, "a number");
                (Out::call("to_int", vec![x], at), Ty::Int)
            }
            ("to_decimal", [x]) => {
                let x = self.of_type(x, &Ty::Decimal, "a number");
                (Out::call("to_decimal", vec![x], at), Ty::Decimal)
            }
            _ if OTHER.contains(&word) => self.wrong_count(name, at),
            _ => match args.split_first() {
                Some((first, rest)) if super::lists::is_function(word) => {
                    self.collection(first, name, rest, false, at)
                }
                _ => self.no_function(name, args, at),
            },
        }
    }

    fn no_function(&mut self, name: &Name, args: &[Expr], at: Span) -> Typed {
        for e in args {
            self.expr(e);
        }
        if super::lists::is_function(&name.node) {
            return self.wrong_count(name, at);
        }
        let own: Vec<String> = self.shared.functions.names();
        let known = own.iter().map(String::as_str).chain(LOG).chain(OTHER);
        let known = known.chain(UNITS.iter().map(|(n, _)| *n)).chain(super::lists::NAMES);
        let mut found = names::unknown("E0302", "function", name, known);
        if self.shared.schema.message(&name.node).is_some() {
            found = found.only_help(format!("ask the log: `said(\"{}\")`", name.node));
        }
        self.report(found);
        Self::unknown(at)
    }

    pub(super) fn wrong_count(&mut self, name: &Name, at: Span) -> Typed {
        let form = form(&name.node);
        let found =
            Diagnostic::error("E0304", at, format!("`{}` takes other arguments", name.node));
        self.report(if form.is_empty() { found } else { found.help(format!("write `{form}`")) });
        Self::unknown(at)
    }

    fn number(&mut self, ty: &Ty, e: &Expr) {
        if !matches!(ty, Ty::Int | Ty::Decimal | Ty::Duration | Ty::Unknown | Ty::Never) {
            let name = types::name(ty, self.shared.schema);
            self.report(Diagnostic::error(
                "E0305",
                e.span,
                format!("a number is needed here; this is {name}"),
            ));
        }
    }

    fn extreme(&mut self, word: &str, a: &Expr, b: &Expr, at: Span) -> Typed {
        let typed = self.expr(a);
        let (x, at_a) = self.required(typed, a);
        let typed = self.expr(b);
        let (y, at_b) = self.required(typed, b);
        let ty = join(&at_a, &at_b);
        let orders = |t: &Ty| {
            matches!(t, Ty::Int | Ty::Decimal | Ty::Time | Ty::Duration | Ty::Unknown | Ty::Never)
        };
        let ty = ty.filter(orders).unwrap_or_else(|| {
            let text = format!("`{word}` compares two numbers, two times or two durations");
            self.report(Diagnostic::error("E0305", at, text));
            Ty::Unknown
        });
        (Out::call(word, vec![x, y], at), ty)
    }

    fn duration(&mut self, name: &Name, args: &[Expr], unit: i64, at: Span) -> Typed {
        let [n] = args else { return self.wrong_count(name, at) };
        let out = self.int(n);
        if let OutKind::Int(n) = out.kind
            && let Some(ms) = n.checked_mul(unit)
        {
            return (Out::new(OutKind::Int(ms), at), Ty::Duration);
        }
        let unit = Out::new(OutKind::Int(unit), at);
        (Out::call("dur", vec![out, unit], at), Ty::Duration)
    }

    fn log_call(&mut self, name: &Name, args: &[Expr], at: Span) -> Typed {
        match (name.node.as_str(), args) {
            ("pattern_complete", []) => {
                self.reads.anything = true;
                let out = match self.shared.schema.base.stage {
                    Some(stage) => Out::call("stage_complete", vec![Out::index(stage, at)], at),
                    None => Out::call("pattern_complete", Vec::new(), at),
                };
                return (out, Ty::Bool);
            }
            ("members", [role]) => {
                let Some(role) = self.named_role(role) else { return Self::unknown(at) };
                self.reads_presence();
                let out = Out::call("members", vec![Out::index(role, at)], at);
                return (out, Ty::List(Box::new(Ty::Person)));
            }
            ("holds", [person, role]) => {
                let person = self.of_type(person, &Ty::Person, "a person");
                let Some(role) = self.named_role(role) else { return Self::unknown(at) };
                self.reads_presence();
                return (Out::call("holds", vec![person, Out::index(role, at)], at), Ty::Bool);
            }
            ("pattern_complete" | "members" | "holds", _) => return self.wrong_count(name, at),
            _ => {}
        }
        let Some(message) = self.named_message(name, args, at) else {
            return Self::unknown(at);
        };
        if !self.asked_of_a_stage(message, name, args) {
            return Self::unknown(at);
        }
        self.reads.messages.push(message);
        let number = Out::index(message, at);
        match (name.node.as_str(), args) {
            (word @ ("said" | "count" | "last"), [_]) => {
                (Out::call(word, vec![number], at), said_type(word, message))
            }
            (word @ ("said" | "count" | "last"), [_, person]) => {
                let person = self.of_type(person, &Ty::Person, "a person");
                let f = format!("{word}_by");
                (Out::call(&f, vec![number, person], at), said_type(word, message))
            }
            ("all", [_]) => {
                self.shared.tables.listed(message);
                (Out::call("all", vec![number], at), Ty::List(Box::new(Ty::Ref(vec![message]))))
            }
            ("last_of_each", [_]) => {
                (Out::call("lasts", vec![number], at), Ty::List(Box::new(Ty::Ref(vec![message]))))
            }
            (word @ ("all" | "last_of_each"), [_, field]) => {
                if word == "all" {
                    self.shared.tables.listed(message);
                }
                let Some((n, ty)) = self.named_field(message, field) else {
                    return Self::unknown(at);
                };
                let f = if word == "all" { "all_field" } else { "lasts_field" };
                let ty = Ty::List(Box::new(ty.required().clone()));
                (Out::call(f, vec![number, Out::index(n, at)], at), ty)
            }
            ("tally", [_, field, rest @ ..]) if rest.len() <= 1 => {
                let Some((n, ty)) = self.tallied(message, field) else { return Self::unknown(at) };
                let n = Out::index(self.shared.tables.tally(message, n, Asked::Log), at);
                match rest {
                    [value] => {
                        let value = self.of_type(value, ty.required(), "a value of this field");
                        (Out::call("tally_of", vec![n, value], at), Ty::Int)
                    }
                    _ => (
                        Out::call("tally", vec![n], at),
                        Ty::Map(Box::new(Ty::Text), Box::new(Ty::Int)),
                    ),
                }
            }
            ("everyone", [_, role]) => {
                let Some(role) = self.named_role(role) else { return Self::unknown(at) };
                self.reads_presence();
                let n = self.shared.tables.everyone(message, role, Asked::Log);
                (Out::call("everyone", vec![Out::index(n, at)], at), Ty::Bool)
            }
            _ => self.wrong_count(name, at),
        }
    }

    /// Who is present changes with any entry, where people join and leave.
    pub(super) fn reads_presence(&mut self) {
        self.reads.anything |= self.shared.schema.is_open();
    }

    /// `module::function(…)`
    pub(super) fn library_call(
        &mut self,
        module: &Name,
        name: &Name,
        args: &[Expr],
        at: Span,
    ) -> Typed {
        let typed: Vec<(Typed, &Expr)> = args.iter().map(|e| (self.expr(e), e)).collect();
        let modules = self.shared.modules;
        let Some(functions) = modules.modules.get(&module.node) else {
            let known = modules.modules.keys().map(String::as_str);
            self.report(names::unknown("E0302", "module", module, known));
            return Self::unknown(at);
        };
        if !self.shared.schema.uses.contains(&module.node) {
            let text = format!("the module `{}` is not in use", module.node);
            let help = format!("write `use std::{}` after `edition 1`", module.node);
            self.report(Diagnostic::error("E0320", module.span, text).help(help));
        }
        let Some(signature) = functions.iter().find(|f| f.name == name.node) else {
            let known = functions.iter().map(|f| f.name.as_str());
            self.report(names::unknown("E0302", "function", name, known));
            return Self::unknown(at);
        };
        if signature.parameters.len() != args.len() {
            let names: Vec<&str> = signature.parameters.iter().map(|(n, _)| n.as_str()).collect();
            let text =
                format!("`{}` takes {} arguments, not {}", name.node, names.len(), args.len());
            let help = format!("write `{}::{}({})`", module.node, name.node, names.join(", "));
            self.report(Diagnostic::error("E0304", at, text).help(help));
            return Self::unknown(at);
        }
        let mut holders: BTreeMap<u8, Ty> = BTreeMap::new();
        let mut outs = Vec::new();
        let mut arguments = Vec::new();
        for ((typed, e), (parameter, wanted)) in typed.into_iter().zip(&signature.parameters) {
            let (out, ty) = if wanted.may_be_unit() { typed } else { self.required(typed, e) };
            if !unify(&ty, wanted, &mut holders) {
                let schema = self.shared.schema;
                let text = format!(
                    "`{parameter}` is {}; this is {}",
                    types::name(&fill(wanted, &holders), schema),
                    types::name(&ty, schema)
                );
                self.report(Diagnostic::error("E0305", e.span, text));
            }
            outs.push(out);
            arguments.push(wanted);
        }
        let call = LibraryCall {
            module: module.node.clone(),
            function: name.node.clone(),
            arguments: arguments.into_iter().map(|ty| fill(ty, &holders)).collect(),
            result: fill(&signature.result, &holders),
        };
        let ty = call.result.clone();
        let f = format!("std{}", outs.len());
        let mut all = vec![Out::index(self.shared.tables.call(call), at)];
        all.extend(outs);
        (Out::call(&f, all, at), ty)
    }
}

fn said_type(word: &str, message: u16) -> Ty {
    match word {
        "said" => Ty::Bool,
        "count" => Ty::Int,
        _ => Ty::Ref(vec![message]).optional(),
    }
}

/// Whether a type fits a parameter, and what its placeholders then stand for.
fn unify(found: &Ty, wanted: &Ty, holders: &mut BTreeMap<u8, Ty>) -> bool {
    match (found, wanted) {
        (_, Ty::Var(n)) => {
            let joined = match holders.get(n) {
                Some(before) => join(before, found),
                None => Some(found.clone()),
            };
            joined.map(|ty| holders.insert(*n, ty)).is_some()
        }
        (Ty::List(a), Ty::List(b)) => unify(a, b, holders),
        (Ty::Optional(a), Ty::Optional(b)) => unify(a, b, holders),
        (a, Ty::Optional(b)) if *a != Ty::Unit => unify(a, b, holders),
        (Ty::Map(a, b), Ty::Map(c, d)) => unify(a, c, holders) && unify(b, d, holders),
        (Ty::Record(a), Ty::Record(b)) => {
            a.len() == b.len()
                && a.iter().zip(b).all(|((n, x), (m, y))| n == m && unify(x, y, holders))
        }
        (a, b) => fits(a, b),
    }
}

/// A type with its placeholders filled in.
fn fill(ty: &Ty, holders: &BTreeMap<u8, Ty>) -> Ty {
    match ty {
        Ty::Var(n) => holders.get(n).cloned().unwrap_or(Ty::Unknown),
        Ty::List(of) => Ty::List(Box::new(fill(of, holders))),
        Ty::Optional(of) => fill(of, holders).optional(),
        Ty::Map(k, v) => Ty::Map(Box::new(fill(k, holders)), Box::new(fill(v, holders))),
        Ty::Record(fields) => {
            Ty::Record(fields.iter().map(|(n, t)| (n.clone(), fill(t, holders))).collect())
        }
        other => other.clone(),
    }
}

/// How a function is written.
fn form(name: &str) -> &'static str {
    match name {
        "said" => "said(\"message\")` or `said(\"message\", person)",
        "count" => "count(\"message\")` or `count(\"message\", person)",
        "last" => "last(\"message\")` or `last(\"message\", person)",
        "all" => "all(\"message\")` or `all(\"message\", \"field\")",
        "last_of_each" => "last_of_each(\"message\", \"field\")",
        "tally" => "tally(\"message\", \"field\")` or `tally(\"message\", \"field\", value)",
        "members" => "members(\"role\")",
        "holds" => "holds(person, \"role\")",
        "everyone" => "everyone(\"message\", \"role\")",
        "round" => "round(x, places)",
        "min" => "min(a, b)",
        "max" => "max(a, b)",
        "days" => "days(3)",
        _ => "",
    }
}
