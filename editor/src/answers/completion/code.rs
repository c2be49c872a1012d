//! Completion in code: what the placeholder is there, and what fits its place.

use std::collections::BTreeMap;

use lsp_types::CompletionItemKind as Item;
use mundi_lang::code::{Expr, ExprKind};
use mundi_lang::index::{Around, Hole, PLACEHOLDER, Thing, hole, ty_words};
use mundi_lang::syntax::TypeSyntax;
use mundi_lang::ty::Ty;

use super::super::hover::{of_library, of_thing};
use super::super::vocabulary::{CODE, ENTRY, FUNCTIONS, LOG, METHODS, STAGE, VALUES};
use super::Candidates;
use super::structure::{declared, fields, messages, roles, state, terms};
use crate::analysis::RulesText;
use crate::world::{Spot, World};

/// Methods of lists.
const OF_LISTS: [&str; 13] = [
    "len", "is_empty", "contains", "push", "pop", "remove", "sorted", "reversed", "index_of",
    "sum", "least", "greatest", "join",
];

/// Methods of maps.
const OF_MAPS: [&str; 6] = ["len", "is_empty", "contains", "keys", "values", "remove"];

/// Methods of texts.
const OF_TEXTS: [&str; 6] = ["len", "is_empty", "contains", "starts_with", "ends_with", "trim"];

/// In a text that the placeholder has made whole.
pub(super) fn whole(world: &World, spot: &Spot, text: &str, at: usize, out: &mut Candidates) {
    let texts = BTreeMap::from([(spot.path.clone(), text.to_owned())]);
    let Some(rules) = world.imagined(&spot.path, &texts) else { return };
    let scope = Scope { world, rules: &rules, at };
    match hole(&rules.syntax) {
        Some(Hole::Value) => scope.values(out),
        Some(Hole::Of(base)) => scope.members(&base, out),
        Some(Hole::Library(module)) => scope.library(&module, out),
        Some(Hole::Argument { function, before }) => scope.argument(&function, &before, out),
        Some(Hole::Compared(with)) => scope.choices(&with, out),
        None => {}
    }
}

/// In an item that could not be made whole: what the words before tell.
pub(super) fn broken(
    world: &World,
    rules: &RulesText,
    before: &[String],
    at: usize,
    out: &mut Candidates,
) {
    let words: Vec<&str> = before.iter().map(String::as_str).collect();
    let scope = Scope { world, rules, at };
    match words.as_slice() {
        ["." | "?.", "terms", ..] => terms(out, rules, 0),
        ["." | "?.", "state", ..] => state(out, rules),
        ["." | "?.", ..] => {}
        ["::", module, ..] => scope.library(module, out),
        _ => scope.values(out),
    }
}

struct Scope<'a> {
    world: &'a World,
    rules: &'a RulesText,
    at: usize,
}

impl Scope<'_> {
    fn around(&self) -> Around {
        self.rules.index.region(self.at).map_or(Around::Log, |r| r.around.clone())
    }

    /// Whatever may stand by itself: variables, what code sees, functions, words.
    fn values(&self, out: &mut Candidates) {
        let mut locals: Vec<_> = self.rules.index.locals(self.at).collect();
        locals.sort_by_key(|l| std::cmp::Reverse(l.declared));
        for local in locals.iter().filter(|l| l.name != PLACEHOLDER) {
            let thing = Thing::Local(local.declared.start);
            let types: Vec<String> = self
                .rules
                .known
                .types(local.declared)
                .iter()
                .map(|ty| ty_words(ty, &self.rules.known))
                .collect();
            out.add(&local.name, Item::VARIABLE, &types.join(" or "), of_thing(self.rules, &thing));
        }
        let around = self.around();
        for word in &VALUES {
            let seen = match (&around, word.name) {
                (Around::Function, name) => name == "terms",
                (Around::Log, name) => !matches!(name, "msg" | "from"),
                (Around::Messages(_), _) => true,
            };
            if seen {
                out.word(word, Item::VARIABLE);
            }
        }
        if around != Around::Function {
            LOG.iter().for_each(|w| out.word(w, Item::FUNCTION));
            let stage = |thing: &Thing| matches!(thing, Thing::Message(0, name) if self.rules.index.stage(0, name).is_some());
            declared(out, self.rules, Item::MODULE, "stage", stage);
        }
        let own = |thing: &Thing| matches!(thing, Thing::Function(0, _));
        declared(out, self.rules, Item::FUNCTION, "fn", own);
        FUNCTIONS.iter().for_each(|w| out.word(w, Item::FUNCTION));
        for place in self.rules.index.places() {
            if let [Thing::Module(module)] = place.things.as_slice() {
                out.add(
                    module,
                    Item::MODULE,
                    "std",
                    of_thing(self.rules, &Thing::Module(module.clone())),
                );
            }
        }
        CODE.iter().for_each(|w| out.word(w, Item::KEYWORD));
    }

    /// After a dot.
    fn members(&self, base: &Expr, out: &mut Candidates) {
        let index = &self.rules.index;
        if let ExprKind::Variable(name) = &base.node
            && !index.locals(self.at).any(|l| l.name == *name)
        {
            match (name.as_str(), self.around()) {
                ("terms", _) => return terms(out, self.rules, 0),
                ("state", around) if around != Around::Function => return state(out, self.rules),
                ("msg", Around::Messages(of)) => {
                    let of: Vec<&str> = of.iter().map(String::as_str).collect();
                    return fields(out, self.rules, 0, &of);
                }
                (stage, _) if index.stage(0, stage).is_some() => {
                    return STAGE.iter().for_each(|w| out.word(w, Item::FIELD));
                }
                _ => {}
            }
        }
        for ty in self.rules.known.types(base.span) {
            self.members_of(ty.required(), out);
        }
    }

    fn members_of(&self, ty: &Ty, out: &mut Candidates) {
        let known = &self.rules.known;
        let methods = |out: &mut Candidates, names: &[&str]| {
            let wanted = METHODS.iter().filter(|w| names.contains(&w.name));
            wanted.for_each(|w| out.word(w, Item::METHOD));
        };
        match ty {
            Ty::Ref(of) => {
                let of: Vec<&str> = of.iter().map(|m| known.message(*m)).collect();
                fields(out, self.rules, 0, &of);
                ENTRY.iter().for_each(|w| out.word(w, Item::FIELD));
                let asked = ["said", "count", "all", "tally", "everyone"];
                let asked = LOG.iter().filter(|w| asked.contains(&w.name));
                asked.for_each(|w| out.word(w, Item::METHOD));
            }
            Ty::Record(fields) => {
                for (name, ty) in fields {
                    out.add(name, Item::FIELD, &ty_words(ty, known), None);
                }
            }
            Ty::List(_) => methods(out, &OF_LISTS),
            Ty::Map(..) => methods(out, &OF_MAPS),
            Ty::Text => methods(out, &OF_TEXTS),
            Ty::Bytes => methods(out, &["len"]),
            _ => {}
        }
    }

    /// After `module::`.
    fn library(&self, module: &str, out: &mut Candidates) {
        for signature in self.world.modules.modules.get(module).into_iter().flatten() {
            let names: Vec<&str> = signature.parameters.iter().map(|(n, _)| n.as_str()).collect();
            let detail = format!("{}({})", signature.name, names.join(", "));
            out.add(&signature.name, Item::FUNCTION, &detail, of_library(module, &signature.name));
        }
    }

    /// Inside the quotes of an argument.
    fn argument(&self, function: &str, before: &[String], out: &mut Candidates) {
        match (function, before) {
            ("said" | "count" | "last" | "all" | "last_of_each" | "tally" | "everyone", []) => {
                messages(out, self.rules);
            }
            ("members", []) | ("holds" | "everyone", [_]) => roles(out, self.rules, 0),
            ("all" | "last_of_each" | "tally", [message]) => {
                fields(out, self.rules, 0, &[message.as_str()]);
            }
            ("tally", [message, field]) => {
                self.choices_of(&Thing::Field(0, message.clone(), field.clone()), out);
            }
            _ => {}
        }
    }

    /// The texts of a choice, where something is compared with one.
    fn choices(&self, with: &Expr, out: &mut Candidates) {
        let ExprKind::Field { name, .. } = &with.node else { return };
        let place = self.rules.index.at(name.span.start as usize);
        for thing in place.iter().flat_map(|p| &p.things) {
            self.choices_of(thing, out);
        }
    }

    fn choices_of(&self, thing: &Thing, out: &mut Candidates) {
        for text in choices(self.rules, thing) {
            out.add(&text, Item::ENUM_MEMBER, "", None);
        }
    }
}

/// The texts that a field may have, where its type is a choice.
pub(super) fn choices(rules: &RulesText, thing: &Thing) -> Vec<String> {
    use mundi_lang::syntax::ItemKind;
    let items = rules.syntax.items.iter();
    let found = items.filter_map(|item| match (&item.kind, thing) {
        (ItemKind::Terms(fields), Thing::Term(0, name))
        | (ItemKind::State(fields), Thing::State(0, name)) => Some((fields, name)),
        (ItemKind::Message { name: m, fields, .. }, Thing::Field(0, of, name)) if m.node == *of => {
            Some((fields, name))
        }
        _ => None,
    });
    let field = found.filter_map(|(fields, name)| fields.iter().find(|f| f.name.node == *name));
    let of_type = |ty: &TypeSyntax| match ty {
        TypeSyntax::Choice(texts) => texts.iter().map(|t| t.node.clone()).collect(),
        TypeSyntax::Named { name, .. } => rules
            .syntax
            .items
            .iter()
            .find_map(|item| match &item.kind {
                ItemKind::Type { name: n, ty } if n.node == name.node => match &ty.node {
                    TypeSyntax::Choice(texts) => {
                        Some(texts.iter().map(|t| t.node.clone()).collect())
                    }
                    _ => None,
                },
                _ => None,
            })
            .unwrap_or_default(),
        _ => Vec::new(),
    };
    field.flat_map(|f| of_type(&f.ty.node)).collect()
}
