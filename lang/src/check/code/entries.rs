//! Entries: their fields, and what refers to them.

use super::tables::Asked;
use super::types::{field_type, join};
use super::{Coder, Typed};
use crate::check::names;
use crate::code::{Expr, ExprKind};
use crate::diagnostic::Diagnostic;
use crate::print::tree::Out;
use crate::rules::{MessageId, Type};
use crate::span::{Name, Span};
use crate::ty::Ty;

/// The twin of a function that lets `()` through.
fn twin(name: &str, chained: bool) -> String {
    if chained { format!("{name}_o") } else { name.to_owned() }
}

fn maybe(ty: Ty, chained: bool) -> Ty {
    if chained { ty.optional() } else { ty }
}

impl Coder<'_, '_> {
    /// `e.name`
    pub(super) fn entry_field(
        &mut self,
        entry: Out,
        of: &[MessageId],
        name: &Name,
        chained: bool,
        at: Span,
    ) -> Typed {
        match name.node.as_str() {
            "from" => {
                return (
                    Out::call(&twin("e_from", chained), vec![entry], at),
                    maybe(Ty::Person, chained),
                );
            }
            "at" => {
                return (
                    Out::call(&twin("e_at", chained), vec![entry], at),
                    maybe(Ty::Time, chained),
                );
            }
            _ => {}
        }
        let schema = self.shared.schema;
        let mut found: Option<Ty> = None;
        let (mut shown, mut dark) = (false, false);
        for message in of {
            let fields = schema.at(*message).map_or(&[][..], |m| &m.fields);
            let Some(field) = fields.iter().find(|f| f.name == name.node) else {
                let found = self.no_field(*message, name);
                self.report(match of.len() {
                    0 | 1 => found,
                    _ => found.only_help(
                        "an entry of several messages has the fields that all of them share",
                    ),
                });
                return Self::unknown(at);
            };
            self.not_private(field, at);
            let ty = field_type(field);
            let hides = matches!(field.ty, Type::Hidden(_));
            shown |= hides;
            dark |= ty.may_be_unit() && !(hides && self.revealed(*message));
            found = match found {
                None => Some(ty),
                Some(before) => Some(join(&before, &ty).unwrap_or_else(|| {
                    let text = format!("`{}` has different types in these messages", name.node);
                    self.report(Diagnostic::error("E0306", at, text));
                    Ty::Unknown
                })),
            };
        }
        let n = self.shared.tables.field(&name.node);
        let out = Out::call(&twin("ef", chained), vec![entry, Out::index(n, at)], at);
        self.shown = shown && !dark && !chained;
        (out, maybe(found.unwrap_or(Ty::Unknown), chained))
    }

    fn no_field(&self, message: MessageId, name: &Name) -> Diagnostic {
        let schema = self.shared.schema;
        let fields = schema.at(message).map_or(&[][..], |m| &m.fields);
        let known = fields.iter().map(|f| f.name.as_str()).chain(["from", "at"]);
        let mut found = names::unknown("E0303", "field", name, known);
        found.message = format!("`{}` has no field `{}`", schema.name(message), name.node);
        found
    }

    /// `e.said(m)`, `e.count(m)`, `e.all(m)`, `e.tally(m, field)`, `e.everyone(m, role)`.
    pub(super) fn entry_method(
        &mut self,
        entry: Out,
        of: &[MessageId],
        name: &Name,
        args: &[Expr],
        chained: bool,
        at: Span,
    ) -> Typed {
        let Some(message) = self.named_message(name, args, at) else { return Self::unknown(at) };
        self.refers(message, of, args);
        self.reads.messages.push(message);
        let number = Out::index(message, at);
        let chain = |f: &str| twin(f, chained);
        match (name.node.as_str(), args) {
            ("said" | "count", [_]) => {
                self.shared.tables.replies(message);
                let ty = if name.node == "said" { Ty::Bool } else { Ty::Int };
                let f = chain(&format!("e_{}", name.node));
                (Out::call(&f, vec![entry, number], at), maybe(ty, chained))
            }
            ("said" | "count", [_, person]) => {
                self.shared.tables.replies(message);
                let ty = if name.node == "said" { Ty::Bool } else { Ty::Int };
                let f = chain(&format!("e_{}_by", name.node));
                let person = self.of_type(person, &Ty::Person, "a person");
                (Out::call(&f, vec![entry, number, person], at), maybe(ty, chained))
            }
            ("all", [_]) => {
                self.shared.tables.replies(message);
                let ty = Ty::List(Box::new(Ty::Ref(vec![message])));
                (Out::call(&chain("e_all"), vec![entry, number], at), maybe(ty, chained))
            }
            ("all", [_, field]) => {
                self.shared.tables.replies(message);
                let Some((n, ty)) = self.named_field(message, field) else {
                    return Self::unknown(at);
                };
                let ty = Ty::List(Box::new(ty.required().clone()));
                let args = vec![entry, number, Out::index(n, at)];
                (Out::call(&chain("e_all_field"), args, at), maybe(ty, chained))
            }
            ("tally", [_, field, rest @ ..]) if rest.len() <= 1 => {
                let Some((n, ty)) = self.tallied(message, field) else { return Self::unknown(at) };
                let n = Out::index(self.shared.tables.tally(message, n, Asked::Entry), at);
                match rest {
                    [value] => {
                        let value = self.of_type(value, ty.required(), "a value of this field");
                        (
                            Out::call(&chain("e_tally_of"), vec![entry, n, value], at),
                            maybe(Ty::Int, chained),
                        )
                    }
                    _ => {
                        let ty = Ty::Map(Box::new(Ty::Text), Box::new(Ty::Int));
                        (Out::call(&chain("e_tally"), vec![entry, n], at), maybe(ty, chained))
                    }
                }
            }
            ("everyone", [_, role]) => {
                let Some(role) = self.named_role(role) else { return Self::unknown(at) };
                self.reads_presence();
                let n = Out::index(self.shared.tables.everyone(message, role, Asked::Entry), at);
                (Out::call(&chain("e_everyone"), vec![entry, n], at), maybe(Ty::Bool, chained))
            }
            _ => self.wrong_count(name, at),
        }
    }

    /// Whether a message can refer to these entries at all.
    fn refers(&mut self, message: MessageId, of: &[MessageId], args: &[Expr]) {
        let schema = self.shared.schema;
        let names = |ty: &Type| matches!(ty, Type::Ref(to) if to.iter().any(|m| of.contains(m)));
        let refers = schema.at(message).is_some_and(|m| m.fields.iter().any(|f| names(&f.ty)));
        if !refers && let Some(at) = args.first().map(|e| e.span) {
            let of: Vec<&str> = of.iter().map(|m| schema.name(*m)).collect();
            let text = format!("no `{}` can refer to {}", schema.name(message), names::list(&of));
            let help = format!("give it a field `ref({})`", of.join(" | "));
            self.report(Diagnostic::error("E0317", at, text).help(help));
        }
    }

    /// The message named by the first argument.
    pub(super) fn named_message(
        &mut self,
        call: &Name,
        args: &[Expr],
        at: Span,
    ) -> Option<MessageId> {
        let Some(first) = args.first() else {
            self.wrong_count(call, at);
            return None;
        };
        let word = self.literal(first, "message")?;
        let found = self.shared.schema.message(&word.node);
        if found.is_none() {
            let schema = self.shared.schema;
            let known = schema.messages.iter().map(|m| m.name.as_str());
            self.report(names::unknown("E0318", "message", &word, known).quoted());
        }
        found
    }

    pub(super) fn named_role(&mut self, e: &Expr) -> Option<u16> {
        let word = self.literal(e, "role")?;
        let found = self.shared.schema.role(&word.node);
        if found.is_none() {
            let schema = self.shared.schema;
            let known = schema.roles.iter().map(|r| r.name.as_str());
            self.report(names::unknown("E0318", "role", &word, known).quoted());
        }
        found
    }

    /// The field of a message named by an argument: its number and type.
    pub(super) fn named_field(&mut self, message: MessageId, e: &Expr) -> Option<(u16, Ty)> {
        let word = self.literal(e, "field")?;
        let schema = self.shared.schema;
        let fields = schema.at(message).map_or(&[][..], |m| &m.fields);
        let Some(n) = fields.iter().position(|f| f.name == word.node) else {
            let found = self.no_field(message, &word).quoted();
            self.report(found);
            return None;
        };
        let field = fields.get(n)?;
        self.not_private(field, e.span);
        Some((u16::try_from(n).ok()?, field_type(field)))
    }

    /// A field that can be tallied.
    pub(super) fn tallied(&mut self, message: MessageId, e: &Expr) -> Option<(u16, Ty)> {
        let (n, ty) = self.named_field(message, e)?;
        let counts = matches!(
            ty.required(),
            Ty::Bool | Ty::Int | Ty::Decimal | Ty::Text | Ty::Person | Ty::Time | Ty::Duration
        );
        let hidden = self.shared.schema.at(message).and_then(|m| m.fields.get(usize::from(n)));
        if !counts || hidden.is_some_and(|f| matches!(f.ty, Type::Hidden(_))) {
            self.report(
                Diagnostic::error("E0319", e.span, "the values of this field cannot be counted")
                    .help("`tally` counts bools, numbers, texts, choices and persons"),
            );
            return None;
        }
        Some((n, ty))
    }

    /// A name that must be written out, so that it can be checked.
    pub(super) fn literal(&mut self, e: &Expr, what: &str) -> Option<Name> {
        match &e.node {
            ExprKind::Text(word) => Some(Name::new(word.clone(), e.span)),
            ExprKind::Paren(inner) => self.literal(inner, what),
            ExprKind::Variable(word) => {
                let text = format!("the name of a {what} is written in quotes");
                let found = Diagnostic::error("E0309", e.span, text);
                let found = match self.lookup_mut(word) {
                    Some(local) => {
                        local.used = true;
                        let help = "a variable cannot stand here: the name is checked before anything runs";
                        found.help(help)
                    }
                    None => {
                        let quoted = format!("\"{word}\"");
                        found.help(format!("write `{quoted}`")).fix(e.span, quoted)
                    }
                };
                self.report(found);
                None
            }
            _ => {
                let text =
                    format!("the name of a {what} is written out, so that it can be checked");
                self.report(Diagnostic::error("E0309", e.span, text));
                None
            }
        }
    }
}

impl Coder<'_, '_> {
    /// The texts of a choice, where an expression is a field of that type.
    pub(super) fn choices_of(&self, e: &Expr) -> Option<Vec<String>> {
        let ExprKind::Field { base, name, .. } = &e.node else { return None };
        let schema = self.shared.schema;
        let fields = match &base.node {
            ExprKind::Variable(v) if v == "state" => &schema.state,
            ExprKind::Variable(v) if v == "terms" => &schema.terms,
            ExprKind::Variable(v) if v == "msg" => &schema.at(self.context.message()?)?.fields,
            ExprKind::Call { module: None, name, args } if name.node == "last" => {
                let Some(ExprKind::Text(message)) = args.first().map(|e| &e.node) else {
                    return None;
                };
                &schema.at(schema.message(message)?)?.fields
            }
            _ => return None,
        };
        match &fields.iter().find(|f| f.name == name.node)?.ty {
            Type::Choice(texts) => Some(texts.clone()),
            _ => None,
        }
    }
}
