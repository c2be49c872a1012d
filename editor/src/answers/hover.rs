//! Hovering: what stands here, how it is declared, what its documentation says.

use lsp_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};
use mundi_lang::index::{PlayThing, Thing, ty_words};

use super::places::{Meaning, meaning};
use super::vocabulary::{self, Word};
use crate::analysis::RulesText;
use crate::documents::Kind;
use crate::limits::SHOWN_LINES;
use crate::text::Lines;
use crate::world::{Spot, World};

/// What is told of a place.
#[must_use]
pub fn hover(world: &World, asked: &HoverParams) -> Option<Hover> {
    let spot = world.spot(&asked.text_document_position_params)?;
    let lines = Lines::new(&spot.text, world.encoding);
    let named = meaning(world, &spot).and_then(|(span, meaning)| {
        let text = match &meaning {
            Meaning::OfRules { rules, .. } => {
                let things = here(world, &spot, rules)?;
                let texts: Vec<String> =
                    things.iter().filter_map(|thing| of_thing(rules, thing)).collect();
                (!texts.is_empty()).then(|| texts.join("\n\n---\n\n"))?
            }
            Meaning::OfPlay { play, thing } => of_play(play, thing)?,
        };
        Some((text, lines.range(span)))
    });
    let (value, range) = named.or_else(|| {
        let (word, span) = word(&spot)?;
        let known = match spot.kind {
            Kind::Rules => vocabulary::of_structure(word).or_else(|| vocabulary::of_rules(word)),
            Kind::Play => vocabulary::of_plays(word),
        };
        Some((of_word(known?), lines.range(span)))
    })?;
    let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value });
    Some(Hover { contents, range: Some(range) })
}

/// The things that are named right here, not all that share the name.
fn here(world: &World, spot: &Spot, rules: &RulesText) -> Option<Vec<Thing>> {
    match spot.kind {
        Kind::Rules => Some(rules.index.at(spot.offset)?.things.clone()),
        Kind::Play => {
            let play = world.play(&spot.path).ok()?;
            match play.index.at(spot.offset)? {
                (_, PlayThing::Of(thing), _) => Some(vec![thing.clone()]),
                _ => None,
            }
        }
    }
}

/// The word at a place.
fn word(spot: &Spot) -> Option<(&str, mundi_lang::Span)> {
    let name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let start = spot.text.get(..spot.offset)?.trim_end_matches(name).len();
    let after = spot.text.get(spot.offset..)?;
    let end = spot.offset + after.len() - after.trim_start_matches(name).len();
    let word = spot.text.get(start..end).filter(|w| !w.is_empty())?;
    Some((word, mundi_lang::Span::new(start, end)))
}

fn code(text: &str) -> String {
    format!("```conv\n{text}\n```")
}

fn of_word(word: &Word) -> String {
    format!("{}\n\n{}", code(word.form), word.about)
}

/// What is told of a thing.
pub(super) fn of_thing(rules: &RulesText, thing: &Thing) -> Option<String> {
    match thing {
        Thing::Word(name) => vocabulary::of_rules(name).map(of_word),
        Thing::Library(module, function) => of_library(module, function),
        Thing::Module(module) => of_module(module),
        Thing::Local(_) => {
            let declared = rules.index.definition(thing)?.name;
            let types: Vec<String> =
                rules.known.types(declared).iter().map(|t| ty_words(t, &rules.known)).collect();
            let name = rules.source.slice(declared);
            Some(code(&format!("{name}: {}", types.join(" or "))))
        }
        _ => {
            let declared = rules.index.definition(thing)?;
            let mut text = code(&cut(rules.source.slice(declared.whole)));
            if !declared.doc.is_empty() {
                text.push_str(&format!("\n\n{}", declared.doc));
            }
            Some(text)
        }
    }
}

/// The first lines of a declaration.
fn cut(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().take(SHOWN_LINES + 1).collect();
    if lines.len() > SHOWN_LINES {
        lines.truncate(SHOWN_LINES);
        lines.push("…");
    }
    lines.join("\n")
}

/// A function of the library, from its page.
pub(super) fn of_library(module: &str, function: &str) -> Option<String> {
    let page = consensus_std::page(&format!("{module}::{function}"))?;
    let call = format!("{} → {}", page.call(), page.gives());
    Some(format!("{}\n\n{}", code(&call), page.sentence()))
}

fn of_module(module: &str) -> Option<String> {
    let pages = consensus_std::pages();
    let own: Vec<String> = pages
        .iter()
        .filter(|page| page.module == module)
        .map(|page| format!("- `{}`: {}", page.name(), page.sentence()))
        .collect();
    let first = code(&format!("use std::{module}"));
    (!own.is_empty()).then(|| format!("{first}\n\n{}", own.join("\n")))
}

/// Somebody or some entry of a play.
fn of_play(play: &crate::analysis::PlayText, thing: &PlayThing) -> Option<String> {
    match thing {
        PlayThing::Person(name) => {
            let cast = play.play.iter().flat_map(|p| &p.cast);
            let roles = cast.filter(|(_, people)| people.iter().any(|p| p.node == *name));
            let roles: Vec<String> = roles.map(|(role, _)| format!("`{}`", role.node)).collect();
            Some(match roles.as_slice() {
                [] => format!("`{name}` holds no role from the start"),
                roles => format!("`{name}` holds {}", roles.join(" and ")),
            })
        }
        PlayThing::Label(name) => {
            let declared = play
                .index
                .places()
                .iter()
                .find(|(_, t, used)| t == thing && *used == mundi_lang::index::Use::Defined);
            let line = play.source.place(declared?.0.start as usize).line;
            let text = play.source.text.lines().nth(line.saturating_sub(1)).unwrap_or("");
            Some(format!("the entry `{name}`\n\n```play\n{}\n```", text.trim()))
        }
        PlayThing::Of(_) => None,
    }
}
