//! Names between the braces of items: roles, messages, fields, types, patterns.

use super::{Around, Definition, Index, Part, Place, Region, Thing, Use};
use crate::bundle;
use crate::check::Known;
use crate::code::Block;
use crate::source::Source;
use crate::span::{Name, Span, Spanned};
use crate::syntax::{
    ElseText, Field, Item, ItemKind, PatternSyntax, Senders, Syntax, TextPart, TypeSyntax,
};

impl Index {
    /// Notes which file each stage names.
    pub(super) fn name_stages(&mut self, part: Part, items: &[Item], paths: &[Option<String>]) {
        let around = paths.get(part).and_then(Option::as_deref);
        for item in items {
            let ItemKind::Stage { name, file, .. } = &item.kind else { continue };
            let path = bundle::resolve(around, &file.node);
            if let Some(inner) = paths.iter().position(|p| p.is_some() && *p == path) {
                self.stages.insert((part, name.node.clone()), inner);
            }
        }
    }
}

/// A walk through one file of a text.
pub(super) struct Walk<'a> {
    pub(super) source: &'a Source,
    pub(super) known: &'a Known,
    pub(super) part: Part,
    pub(super) index: &'a mut Index,
    /// All items of the file: what a name means may stand behind it.
    pub(super) file: &'a [Item],
    /// Fields that are declared, by message, `terms` and `state`.
    pub(super) around: Around,
    /// Variables in scope: name, where it is declared, from where on it is seen.
    pub(super) scopes: Vec<Vec<(String, Span, u32)>>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        source: &'a Source,
        known: &'a Known,
        part: Part,
        file: &'a [Item],
        index: &'a mut Index,
    ) -> Self {
        let (around, scopes) = (Around::Log, Vec::new());
        Self { source, known, part, index, file, around, scopes }
    }

    pub(super) fn items(&mut self, items: &[Item]) {
        for item in items {
            self.item(item);
        }
    }

    /// A name that means something.
    pub(super) fn uses(&mut self, span: Span, things: Vec<Thing>) {
        self.place(span, things, Use::Used);
    }

    fn place(&mut self, span: Span, things: Vec<Thing>, used: Use) {
        if !things.is_empty() && span.start < span.end {
            self.index.places.push(Place { span, things, used });
        }
    }

    /// A name that is declared; of two of the same name the first counts.
    pub(super) fn defines(&mut self, name: &Name, thing: Thing, whole: Span, doc: &str) {
        let span = self.inside(name.span, &name.node);
        self.place(span, vec![thing.clone()], Use::Defined);
        let definition = Definition { name: span, whole, doc: doc.to_owned() };
        self.index.definitions.entry(thing).or_insert(definition);
    }

    /// The place of a name without the quotes around it.
    pub(super) fn inside(&self, span: Span, name: &str) -> Span {
        let bare = Span { start: span.start.saturating_add(1), end: span.end.saturating_sub(1) };
        if self.source.slice(span) != name && self.source.slice(bare) == name { bare } else { span }
    }

    pub(super) fn role(&mut self, name: &Name) {
        let thing = Thing::Role(self.part, name.node.clone());
        self.uses(self.inside(name.span, &name.node), vec![thing]);
    }

    pub(super) fn message(&mut self, name: &Name) {
        let thing = Thing::Message(self.part, name.node.clone());
        self.uses(self.inside(name.span, &name.node), vec![thing]);
    }

    fn item(&mut self, item: &Item) {
        let (part, doc, whole) = (self.part, item.doc.as_str(), item.span);
        match &item.kind {
            ItemKind::Conversation { name, .. } => {
                self.defines(name, Thing::Conversation(part, name.node.clone()), whole, doc);
            }
            ItemKind::Use { module, .. } => {
                self.uses(module.span, vec![Thing::Module(module.node.clone())]);
            }
            ItemKind::Role { name, .. } => {
                self.defines(name, Thing::Role(part, name.node.clone()), whole, doc);
            }
            ItemKind::Overlap(roles) | ItemKind::Seal { roles, .. } => {
                roles.iter().for_each(|r| self.role(r));
            }
            ItemKind::Terms(fields) => {
                self.fields(fields, &|name| Thing::Term(part, name.to_owned()));
            }
            ItemKind::State(fields) => {
                self.fields(fields, &|name| Thing::State(part, name.to_owned()));
            }
            ItemKind::Type { name, ty } => {
                self.defines(name, Thing::Type(part, name.node.clone()), whole, doc);
                self.ty(ty);
            }
            ItemKind::Message { name, by, fields } => {
                self.defines(name, Thing::Message(part, name.node.clone()), whole, doc);
                if let Senders::Roles(roles) = by {
                    roles.iter().for_each(|r| self.role(r));
                }
                let field = |f: &str| Thing::Field(part, name.node.clone(), f.to_owned());
                self.fields(fields, &field);
            }
            ItemKind::Pattern(pattern) => self.pattern(pattern),
            _ => self.code_item(item),
        }
    }

    fn code_item(&mut self, item: &Item) {
        let (part, doc, whole) = (self.part, item.doc.as_str(), item.span);
        match &item.kind {
            ItemKind::Deadline { name, at } => {
                self.defines(name, Thing::Message(part, name.node.clone()), whole, doc);
                self.code(at, Around::Log);
            }
            ItemKind::Never { name, when } | ItemKind::Always { name, when } => {
                self.defines(name, Thing::Invariant(part, name.node.clone()), whole, doc);
                self.code(when, Around::Log);
            }
            ItemKind::OnOpen(body) | ItemKind::Consensus(body) | ItemKind::Output(body) => {
                self.code(body, Around::Log);
            }
            ItemKind::Failure { when, otherwise } => {
                self.code(when, Around::Log);
                self.holes(otherwise.as_ref(), Around::Log);
            }
            ItemKind::On { messages, body } => {
                let around = self.messages(messages);
                self.code(body, around);
            }
            ItemKind::Allow { messages, when, otherwise } => {
                let around = self.messages(messages);
                self.code(when, around.clone());
                self.holes(otherwise.as_ref(), around);
            }
            ItemKind::Script(functions) => functions.iter().for_each(|f| self.function(f)),
            ItemKind::Stage { name, roles, terms, .. } => {
                self.defines(name, Thing::Message(part, name.node.clone()), whole, doc);
                self.stage(&name.node, roles, terms);
            }
            _ => {}
        }
    }

    fn messages(&mut self, names: &[Name]) -> Around {
        names.iter().for_each(|name| self.message(name));
        Around::Messages(names.iter().map(|n| n.node.clone()).collect())
    }

    fn code(&mut self, block: &Block, around: Around) {
        let region = Region { span: block.span, part: self.part, around: around.clone() };
        self.index.regions.push(region);
        self.around = around;
        self.block(block);
    }

    fn holes(&mut self, text: Option<&Spanned<ElseText>>, around: Around) {
        let Some(text) = text else { return };
        let region = Region { span: text.span, part: self.part, around: around.clone() };
        self.index.regions.push(region);
        self.around = around;
        for part in &text.node.parts {
            if let TextPart::Hole(e) = part {
                self.expr(e);
            }
        }
    }

    /// What a stage is given: names of its file on the left, code of this one on the right.
    fn stage(
        &mut self,
        stage: &str,
        roles: &[(Name, crate::code::Expr)],
        terms: &[(Name, crate::code::Expr)],
    ) {
        let inner = self.index.stage(self.part, stage);
        self.around = Around::Log;
        for (name, value) in roles {
            if let Some(inner) = inner {
                self.uses(name.span, vec![Thing::Role(inner, name.node.clone())]);
            }
            self.holders(value);
        }
        for (name, value) in terms {
            if let Some(inner) = inner {
                self.uses(name.span, vec![Thing::Term(inner, name.node.clone())]);
            }
            self.expr(value);
        }
    }

    fn fields(&mut self, fields: &[Field], thing: &dyn Fn(&str) -> Thing) {
        for field in fields {
            self.defines(&field.name, thing(&field.name.node), field.span, &field.doc);
            self.ty(&field.ty);
        }
    }

    fn ty(&mut self, ty: &Spanned<TypeSyntax>) {
        match &ty.node {
            TypeSyntax::Named { name, .. } => {
                let alias = |i: &Item| matches!(&i.kind, ItemKind::Type { name: n, .. } if n.node == name.node);
                let thing = match self.file.iter().any(alias) {
                    true => Thing::Type(self.part, name.node.clone()),
                    false => Thing::Word(name.node.clone()),
                };
                self.uses(name.span, vec![thing]);
            }
            TypeSyntax::Person(role) => role.iter().for_each(|r| self.role(r)),
            TypeSyntax::OneOf(term) => {
                let word = term.node.strip_prefix("terms.").unwrap_or(&term.node);
                let length = u32::try_from(word.len()).unwrap_or(0);
                let span = Span { start: term.span.end.saturating_sub(length), ..term.span };
                self.uses(span, vec![Thing::Term(self.part, word.to_owned())]);
            }
            TypeSyntax::List { of, .. } | TypeSyntax::Hidden(of) | TypeSyntax::Optional(of) => {
                self.ty(of);
            }
            TypeSyntax::Record(fields) => {
                let names = names(fields.iter().map(|f| f.name.node.as_str()));
                self.fields(fields, &|name| Thing::Member(names.clone(), name.to_owned()));
            }
            TypeSyntax::Ref(messages) => messages.iter().for_each(|m| self.message(m)),
            TypeSyntax::Reveal(message) => self.message(message),
            TypeSyntax::Map { key, value, .. } => {
                self.ty(key);
                self.ty(value);
            }
            TypeSyntax::Private { of, roles } => {
                self.ty(of);
                roles.iter().for_each(|r| self.role(r));
            }
            TypeSyntax::Choice(_) | TypeSyntax::File(_) | TypeSyntax::Outcome(_) => {}
        }
    }

    fn pattern(&mut self, pattern: &Spanned<PatternSyntax>) {
        match &pattern.node {
            PatternSyntax::Message { name, by } => {
                self.message(name);
                by.iter().for_each(|r| self.role(r));
            }
            PatternSyntax::Each { roles, .. } => roles.iter().for_each(|r| self.role(r)),
            PatternSyntax::One { role, .. } => self.role(role),
            PatternSyntax::Per { message, .. } => self.message(message),
            _ => {}
        }
        for child in crate::check::children(&pattern.node) {
            self.pattern(child);
        }
    }
}

/// Names in their order: what tells the type of a record.
pub(super) fn names<'n>(all: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut names: Vec<String> = all.map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

/// The fields of a file's message, `terms` or `state`.
pub(super) fn declared<'s>(items: &'s [Item], of: &Thing) -> Option<&'s [Field]> {
    items.iter().find_map(|item| match (&item.kind, of) {
        (ItemKind::Terms(fields), Thing::Term(..))
        | (ItemKind::State(fields), Thing::State(..)) => Some(fields.as_slice()),
        (ItemKind::Message { name, fields, .. }, Thing::Message(_, wanted))
            if name.node == *wanted =>
        {
            Some(fields.as_slice())
        }
        _ => None,
    })
}

impl Syntax {
    /// The fields of a message, where the file declares one.
    #[must_use]
    pub fn fields_of(&self, message: &str) -> Option<&[Field]> {
        declared(&self.items, &Thing::Message(0, message.to_owned()))
    }
}
