//! Types as written to types of the schema: aliases resolved, ranges checked.

use std::collections::BTreeMap;

use super::base::Base;
use super::names::{self, Taken};
use super::ranges;
use super::report::Report;
use crate::diagnostic::Diagnostic;
use crate::limits;
use crate::rules::{Field, MessageId, Presence, Role, RoleId, Type, Uniqueness};
use crate::span::{Name, Span, Spanned};
use crate::syntax::{self, DefaultSyntax, TypeSyntax};

/// Where a type stands: not every type may stand everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// `terms`
    Terms,
    /// `state`
    State,
    /// The fields of a message.
    Message,
}

/// What types may name.
pub(crate) struct Types<'a> {
    pub(crate) roles: &'a [Role],
    /// Messages and deadlines by name.
    pub(crate) messages: &'a [String],
    /// The terms before this field.
    pub(crate) terms: Vec<Field>,
    pub(crate) aliases: BTreeMap<&'a str, &'a Spanned<TypeSyntax>>,
    /// Where the file's numbers begin.
    pub(crate) base: Base,
}

/// The built-in names of types.
pub(crate) const BUILT_IN: [&str; 16] = [
    "bool", "int", "decimal", "text", "bytes", "time", "duration", "person", "one_of", "list",
    "map", "ref", "file", "hidden", "reveal", "outcome",
];

/// A walk through one type.
pub(crate) struct Walk<'a, 'r> {
    pub(crate) types: &'a Types<'a>,
    pub(crate) report: &'r mut Report,
    pub(crate) place: Place,
    /// Aliases being resolved, to see a cycle.
    visiting: Vec<String>,
    depth: usize,
}

impl<'a, 'r> Walk<'a, 'r> {
    pub(crate) fn new(types: &'a Types<'a>, place: Place, report: &'r mut Report) -> Self {
        Self { types, report, place, visiting: Vec::new(), depth: 0 }
    }

    /// The type; `None` after a finding.
    pub(crate) fn ty(&mut self, ty: &Spanned<TypeSyntax>) -> Option<Type> {
        if self.depth >= limits::TYPE_DEPTH {
            self.report.error("E0221", ty.span, "this type is nested too deep");
            return None;
        }
        self.depth += 1;
        let found = self.kind(ty);
        self.depth -= 1;
        found
    }

    fn kind(&mut self, ty: &Spanned<TypeSyntax>) -> Option<Type> {
        match &ty.node {
            TypeSyntax::Named { name, range } => self.named(name, range.as_ref()),
            TypeSyntax::Person(None) => Some(Type::Person(None)),
            TypeSyntax::Person(Some(role)) => Some(Type::Person(Some(self.role(role)?))),
            TypeSyntax::Choice(texts) => self.choice(texts),
            TypeSyntax::OneOf(term) => self.one_of(term),
            TypeSyntax::List { of, len, unique } => {
                let of = Box::new(self.inside(of)?);
                let (min, max) = ranges::count(len.as_ref(), limits::ELEMENTS, self.report)?;
                let unique = unique.map_or(Uniqueness::Any, |_| Uniqueness::Unique);
                Some(Type::List { of, min, max, unique })
            }
            TypeSyntax::Record(fields) => Some(Type::Record(self.record(fields))),
            TypeSyntax::Ref(names) => self.reference(names, ty.span),
            TypeSyntax::File(size) => self.file(size, ty.span),
            TypeSyntax::Hidden(of) => {
                self.only_in_messages("hidden", ty.span)?;
                Some(Type::Hidden(Box::new(self.inside(of)?)))
            }
            TypeSyntax::Reveal(name) => {
                self.only_in_messages("reveal", ty.span)?;
                Some(Type::Reveal(self.message(name)?))
            }
            TypeSyntax::Outcome(name) => self.outcome(name, ty.span),
            TypeSyntax::Map { key, value, len } => self.map(key, value, len.as_ref(), ty.span),
            TypeSyntax::Optional(of) => Some(Type::Optional(Box::new(self.ty(of)?))),
            TypeSyntax::Private { of, roles } => {
                self.only_in_messages("for", ty.span)?;
                let of = Box::new(self.inside(of)?);
                let roles: Vec<RoleId> = roles.iter().filter_map(|r| self.role(r)).collect();
                Some(Type::Private(of, roles))
            }
        }
    }

    fn named(&mut self, name: &Name, range: Option<&Spanned<syntax::RangeSyntax>>) -> Option<Type> {
        let report = &mut *self.report;
        match name.node.as_str() {
            "bool" => {
                if let Some(range) = range {
                    report.error("E0207", range.span, "a bool has no range");
                }
                Some(Type::Bool)
            }
            "int" => ranges::int(range, report).map(|(a, b)| Type::Int(a, b)),
            "decimal" => ranges::decimal(range, report).map(|(a, b)| Type::Decimal(a, b)),
            "text" => ranges::count(range, limits::TEXT, report).map(|(a, b)| Type::Text(a, b)),
            "bytes" => ranges::count(range, limits::BYTES, report).map(|(a, b)| Type::Bytes(a, b)),
            "time" => ranges::time(range, report).map(|(a, b)| Type::Time(a, b)),
            "duration" => ranges::duration(range, report).map(|(a, b)| Type::Duration(a, b)),
            _ => self.alias(name, range),
        }
    }

    fn alias(&mut self, name: &Name, range: Option<&Spanned<syntax::RangeSyntax>>) -> Option<Type> {
        let Some(ty) = self.types.aliases.get(name.node.as_str()).copied() else {
            let known = BUILT_IN.iter().copied().chain(self.types.aliases.keys().copied());
            let mut found = names::unknown("E0203", "type", name, known);
            let beginner = match name.node.as_str() {
                "string" | "str" | "String" => Some("text"),
                "number" | "integer" | "i64" => Some("int"),
                "float" | "double" | "money" | "real" => Some("decimal"),
                "boolean" => Some("bool"),
                "date" | "datetime" | "timestamp" => Some("time"),
                "user" | "member" | "people" => Some("person"),
                _ => None,
            };
            if let Some(word) = beginner {
                found =
                    found.help(format!("the type is called `{word}` here")).fix(name.span, word);
            }
            self.report.add(found);
            return None;
        };
        if let Some(range) = range {
            self.report.add(
                Diagnostic::error(
                    "E0207",
                    range.span,
                    "a type with a name of its own has no range",
                )
                .help("write the range where the type is defined"),
            );
        }
        if self.visiting.contains(&name.node) {
            self.report.add(
                Diagnostic::error(
                    "E0212",
                    name.span,
                    format!("the type `{}` is made of itself", name.node),
                )
                .help("a type must end in built-in types"),
            );
            return None;
        }
        self.visiting.push(name.node.clone());
        let found = self.ty(ty);
        self.visiting.pop();
        found
    }

    fn choice(&mut self, texts: &[Spanned<String>]) -> Option<Type> {
        let mut taken = Taken::default();
        for text in texts {
            taken.take("choice", text, self.report);
        }
        Some(Type::Choice(texts.iter().map(|t| t.node.clone()).collect()))
    }

    fn one_of(&mut self, term: &Name) -> Option<Type> {
        let word = term.node.strip_prefix("terms.").unwrap_or(&term.node);
        let at = self.types.terms.iter().position(|f| f.name == word);
        let Some((at, field)) = at.and_then(|n| Some((n, self.types.terms.get(n)?))) else {
            let name = Name::new(word.to_owned(), term.span);
            let known = self.types.terms.iter().map(|f| f.name.as_str());
            self.report.add(names::unknown("E0203", "term", &name, known));
            return None;
        };
        match (&field.ty, &field.presence) {
            (Type::List { of, .. }, Presence::Required | Presence::Default(_)) => {
                Some(Type::OneOf(self.types.base.term(at)?, of.clone()))
            }
            _ => {
                self.report.add(
                    Diagnostic::error(
                        "E0213",
                        term.span,
                        format!("`one_of` chooses from a list, and `{word}` is none"),
                    )
                    .help(format!("make it `{word}: list(text(1..80), 1..20)` in `terms`")),
                );
                None
            }
        }
    }

    fn reference(&mut self, names: &[Name], at: Span) -> Option<Type> {
        if self.place == Place::Terms {
            self.report.error("E0211", at, "`ref` cannot stand in `terms`: no entry is there yet");
            return None;
        }
        let mut ids: Vec<MessageId> = names.iter().filter_map(|n| self.message(n)).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() { None } else { Some(Type::Ref(ids)) }
    }

    fn file(&mut self, size: &Spanned<u64>, at: Span) -> Option<Type> {
        self.only_in_messages("file", at)?;
        if size.node == 0 || size.node > limits::FILE {
            let most = limits::FILE / (1024 * 1024);
            self.report.add(
                Diagnostic::error("E0206", size.span, "a file of this size cannot be sent")
                    .help(format!("write a size from 1 byte to {most}mb")),
            );
            return None;
        }
        Some(Type::File(size.node))
    }

    fn map(
        &mut self,
        key: &Spanned<TypeSyntax>,
        value: &Spanned<TypeSyntax>,
        len: Option<&Spanned<syntax::RangeSyntax>>,
        at: Span,
    ) -> Option<Type> {
        if self.place != Place::State {
            self.report.add(
                Diagnostic::error("E0211", at, "a map can only stand in `state`")
                    .help("write `list({ key: …, value: … })` here"),
            );
            return None;
        }
        let (key_ty, value) = (self.inside(key), self.inside(value));
        let (min, max) = ranges::count(len, limits::ELEMENTS, self.report)?;
        if let Some(ty) = &key_ty
            && !is_key(ty)
        {
            self.report.add(
                Diagnostic::error("E0211", key.span, "this cannot be the key of a map")
                    .help("keys are text, int, bool, person or ref"),
            );
            return None;
        }
        Some(Type::Map { key: Box::new(key_ty?), value: Box::new(value?), min, max })
    }

    pub(crate) fn role(&mut self, name: &Name) -> Option<RoleId> {
        find_role(self.types.roles, self.types.base, name, self.report)
    }

    fn message(&mut self, name: &Name) -> Option<MessageId> {
        let found = self.types.messages.iter().position(|m| *m == name.node);
        if found.is_none() {
            let known = self.types.messages.iter().map(String::as_str);
            self.report.add(names::unknown("E0203", "message", name, known));
        }
        found.and_then(|n| self.types.base.message(n))
    }

    /// Fields of a record, in file order; those with findings are left out.
    pub(crate) fn fields(&mut self, kind: &str, fields: &[syntax::Field]) -> Vec<Field> {
        let mut taken = Taken::default();
        if let Some(extra) = fields.get(limits::FIELDS) {
            self.report.error("E0221", extra.span, "too many fields");
        }
        let mut out = Vec::new();
        for field in fields {
            if taken.take(kind, &field.name, self.report)
                && let Some(field) = self.field(field)
            {
                out.push(field);
            }
        }
        out
    }

    /// One field: its type, and what it is when left out.
    pub(crate) fn field(&mut self, field: &syntax::Field) -> Option<Field> {
        if ["from", "at", "id"].contains(&field.name.node.as_str()) {
            self.report.add(
                Diagnostic::error(
                    "E0210",
                    field.name.span,
                    format!("no field is called `{}`: every entry has one", field.name.node),
                )
                .help(format!("write `{}_it`, or a word that says more", field.name.node)),
            );
        }
        let mut ty = self.ty(&field.ty)?;
        let mut question = field.optional;
        if let Type::Optional(inner) = ty {
            question = question.or(Some(field.ty.span));
            ty = *inner;
        }
        let presence = self.presence(field, question, &ty);
        Some(Field { name: field.name.node.clone(), doc: field.doc.clone(), ty, presence })
    }

    fn presence(&mut self, field: &syntax::Field, question: Option<Span>, ty: &Type) -> Presence {
        let Some(default) = &field.default else {
            return question.map_or(Presence::Required, |_| Presence::Optional);
        };
        if let Some(at) = question {
            self.report.add(
                Diagnostic::error("E0209", at, "a field with a default is never left out")
                    .label(default.span, "the default")
                    .help("keep either the `?` or the default"),
            );
        }
        match &default.node {
            DefaultSyntax::Last if matches!(ty, Type::Ref(_)) && self.place == Place::Message => {
                Presence::Last
            }
            DefaultSyntax::Last => {
                self.report.add(
                    Diagnostic::error("E0220", default.span, "only a `ref` has the default `last`")
                        .help("write `ref(message) = last`, or a value"),
                );
                Presence::Required
            }
            DefaultSyntax::Value(value) => match super::literals::fit(value, ty) {
                Ok(value) => Presence::Default(value),
                Err(why) => {
                    let text = format!("this default does not fit its type: {why}");
                    self.report.add(
                        Diagnostic::error("E0208", default.span, text)
                            .help("write a value that the type and its range allow"),
                    );
                    Presence::Required
                }
            },
        }
    }
}

/// The role of a name.
pub(crate) fn find_role(
    roles: &[Role],
    base: Base,
    name: &Name,
    report: &mut Report,
) -> Option<RoleId> {
    let found = roles.iter().position(|r| r.name == name.node);
    if found.is_none() {
        let known = roles.iter().map(|r| r.name.as_str());
        report.add(names::unknown("E0203", "role", name, known));
    }
    found.and_then(|n| base.role(n))
}

/// Whether a map may have keys of this type.
fn is_key(ty: &Type) -> bool {
    match ty {
        Type::Text(..)
        | Type::Choice(_)
        | Type::Int(..)
        | Type::Bool
        | Type::Person(_)
        | Type::Ref(_) => true,
        Type::OneOf(_, of) => is_key(of),
        _ => false,
    }
}
