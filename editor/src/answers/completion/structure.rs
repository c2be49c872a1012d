//! Completion between the words of items: roles, messages, types, words of the language.

use lsp_types::{CompletionItem, CompletionItemKind};
use mundi_lang::index::{Spot as Place, Thing, Wanted, item_names};

use super::super::hover::of_thing;
use super::super::vocabulary::{self, ITEMS, STRUCTURE, TYPES};
use super::{Candidates, code};
use crate::analysis::RulesText;
use crate::world::{Spot, World};

/// What could be written at a place of rules.
pub(super) fn complete(world: &World, spot: &Spot) -> Vec<CompletionItem> {
    let place = Place::new(&spot.text, spot.offset);
    let Ok(rules) = world.rules(&spot.path) else { return Vec::new() };
    let mut out = Candidates::new(world, &spot.text, place.word);
    let at = place.word.start as usize;
    match &place.wanted {
        Wanted::Item => {
            ITEMS.iter().for_each(|w| out.word(w, CompletionItemKind::KEYWORD));
        }
        Wanted::Words(all) => words(&mut out, all),
        Wanted::Role(also) => {
            roles(&mut out, &rules, 0);
            words(&mut out, also);
        }
        Wanted::Message(also) => {
            messages(&mut out, &rules);
            words(&mut out, also);
        }
        Wanted::Pattern => {
            messages(&mut out, &rules);
            words(&mut out, &["each", "one", "per"]);
        }
        Wanted::Type => {
            TYPES.iter().for_each(|w| out.word(w, CompletionItemKind::TYPE_PARAMETER));
            declared(&mut out, &rules, CompletionItemKind::STRUCT, "type", |thing| {
                matches!(thing, Thing::Type(0, _))
            });
        }
        Wanted::Term => terms(&mut out, &rules, 0),
        Wanted::Module => {
            for module in world.modules.modules.keys() {
                let about = of_thing(&rules, &Thing::Module(module.clone()));
                out.add(module, CompletionItemKind::MODULE, "std", about);
            }
        }
        Wanted::StageRole(stage) => {
            if let Some(part) = rules.index.stage(0, stage) {
                roles(&mut out, &rules, part);
            }
        }
        Wanted::StageTerm(stage) => {
            if let Some(part) = rules.index.stage(0, stage) {
                terms(&mut out, &rules, part);
            }
        }
        Wanted::Code(text) => code::whole(world, spot, text, at, &mut out),
        Wanted::Broken(before) => code::broken(world, &rules, before, at, &mut out),
        Wanted::Nothing => {}
    }
    out.items
}

/// Words of the language.
fn words(out: &mut Candidates, all: &[&str]) {
    for name in all {
        match STRUCTURE.iter().find(|w| w.name == *name).or_else(|| vocabulary::of_rules(name)) {
            Some(word) => out.word(word, CompletionItemKind::KEYWORD),
            None => out.add(name, CompletionItemKind::KEYWORD, "", None),
        }
    }
}

/// Things that are declared, in the order of the text.
pub(super) fn declared(
    out: &mut Candidates,
    rules: &RulesText,
    kind: CompletionItemKind,
    detail: &str,
    wanted: impl Fn(&Thing) -> bool,
) {
    let mut all: Vec<_> = rules.index.definitions().filter(|(t, _)| wanted(t)).collect();
    all.sort_by_key(|(_, definition)| definition.name);
    for (thing, _) in all {
        out.add(thing.name().unwrap_or(""), kind, detail, of_thing(rules, thing));
    }
}

pub(super) fn roles(out: &mut Candidates, rules: &RulesText, part: usize) {
    let wanted = |thing: &Thing| matches!(thing, Thing::Role(p, _) if *p == part);
    declared(out, rules, CompletionItemKind::CLASS, "role", wanted);
    if part == 0 {
        unfinished(out, rules, &["role"], CompletionItemKind::CLASS);
    }
}

pub(super) fn messages(out: &mut Candidates, rules: &RulesText) {
    let wanted = |thing: &Thing| matches!(thing, Thing::Message(0, _));
    declared(out, rules, CompletionItemKind::EVENT, "message", wanted);
    let words = ["message", "deadline", "stage"];
    unfinished(out, rules, &words, CompletionItemKind::EVENT);
}

/// The names of items that do not parse: the one that is being written is among them.
fn unfinished(out: &mut Candidates, rules: &RulesText, words: &[&str], kind: CompletionItemKind) {
    for name in item_names(rules.own_text(), words) {
        out.add(name, kind, words.first().unwrap_or(&""), None);
    }
}

pub(super) fn terms(out: &mut Candidates, rules: &RulesText, part: usize) {
    let wanted = |thing: &Thing| matches!(thing, Thing::Term(p, _) if *p == part);
    declared(out, rules, CompletionItemKind::CONSTANT, "term", wanted);
}

pub(super) fn state(out: &mut Candidates, rules: &RulesText) {
    let wanted = |thing: &Thing| matches!(thing, Thing::State(0, _));
    declared(out, rules, CompletionItemKind::FIELD, "state", wanted);
}

/// The fields that all of some messages have.
pub(super) fn fields(out: &mut Candidates, rules: &RulesText, part: usize, of: &[&str]) {
    let has = |message: &&str, field: &str| {
        let thing = Thing::Field(part, (*message).to_owned(), field.to_owned());
        rules.index.definition(&thing).is_some()
    };
    let wanted = |thing: &Thing| match thing {
        Thing::Field(p, message, field) => {
            *p == part && of.first() == Some(&message.as_str()) && of.iter().all(|m| has(m, field))
        }
        _ => false,
    };
    declared(out, rules, CompletionItemKind::FIELD, "field", wanted);
}
