//! Completion in plays.

use lsp_types::{CompletionItem, CompletionItemKind as Item};
use mundi_engine::Code;
use mundi_lang::index::{Line, LineSpot, PlayThing, Thing};

use super::super::vocabulary::PLAY;
use super::Candidates;
use super::code::choices;
use super::structure::{fields, messages, roles, state, terms};
use crate::analysis::{PlayText, RulesText};
use crate::world::{Spot, World};

/// What could be written at a place of a play.
pub(super) fn complete(world: &World, spot: &Spot) -> Vec<CompletionItem> {
    let place = LineSpot::new(&spot.text, spot.offset);
    let Ok(play) = world.play(&spot.path) else { return Vec::new() };
    let mut out = Candidates::new(world, &spot.text, place.word);
    let keywords = |out: &mut Candidates, names: &[&str]| {
        let wanted = PLAY.iter().filter(|w| names.contains(&w.name));
        wanted.for_each(|w| out.word(w, Item::KEYWORD));
    };
    if place.quoted && !matches!(place.wanted, Line::Value(..) | Line::TermValue(_)) {
        return Vec::new();
    }
    match (&place.wanted, &play.rules) {
        (Line::Begin, _) => {
            people(&mut out, &play);
            let head = ["play", "rules", "topic", "cast", "terms", "start"];
            keywords(&mut out, &["expect", "together", "at"]);
            if play.play.as_ref().is_none_or(|p| p.steps.is_empty()) {
                keywords(&mut out, &head);
            }
        }
        (Line::Expected, _) => keywords(
            &mut out,
            &["accepted", "refused", "consensus", "no", "failure", "output", "state", "possible"],
        ),
        (Line::Code, _) => {
            for code in Code::ALL {
                out.add(code.as_str(), Item::ENUM_MEMBER, "", None);
            }
        }
        (Line::Label, _) => labels(&mut out, &play),
        (_, Some(rules)) => of_rules(&mut out, &place, &play, rules),
        _ => {}
    }
    out.items
}

/// What the rules of the play tell.
fn of_rules(out: &mut Candidates, place: &LineSpot, play: &PlayText, rules: &RulesText) {
    match &place.wanted {
        Line::Message(_) | Line::Possible => {
            if let Some(checked) = &rules.rules {
                // Those of stages stand behind the rules' own, under their full names.
                for name in checked.spoken() {
                    out.add(name, Item::EVENT, "message", None);
                }
            } else {
                messages(out, rules);
            }
        }
        Line::Role => roles(out, rules, 0),
        Line::Term => terms(out, rules, 0),
        Line::State => state(out, rules),
        Line::Field(message) => {
            if let Some(Thing::Message(part, name)) = rules.index.meant(message) {
                fields(out, rules, part, &[name.as_str()]);
            }
        }
        Line::Value(message, field) => {
            let meant = rules.index.meant(message);
            if let Some(Thing::Message(part, name)) = meant {
                value(out, place, rules, &Thing::Field(part, name, field.clone()), play);
            }
        }
        Line::TermValue(term) => {
            value(out, place, rules, &Thing::Term(0, term.clone()), play);
        }
        _ => {}
    }
}

/// The value of a field: one of a choice, in quotes; or a name.
fn value(
    out: &mut Candidates,
    place: &LineSpot,
    rules: &RulesText,
    thing: &Thing,
    play: &PlayText,
) {
    for text in choices(rules, thing) {
        let text = if place.quoted { text } else { format!("\"{text}\"") };
        out.add(&text, Item::ENUM_MEMBER, "", None);
    }
    if !place.quoted {
        labels(out, play);
        people(out, play);
    }
}

fn people(out: &mut Candidates, play: &PlayText) {
    for (_, thing, _) in play.index.places() {
        if let PlayThing::Person(name) = thing {
            out.add(name, Item::VARIABLE, "person", None);
        }
    }
}

fn labels(out: &mut Candidates, play: &PlayText) {
    for (_, thing, _) in play.index.places() {
        if let PlayThing::Label(name) = thing {
            out.add(name, Item::REFERENCE, "entry", None);
        }
    }
}
