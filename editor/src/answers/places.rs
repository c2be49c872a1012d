//! Definitions and references: from a name to where it is declared, and to all places where it stands, in
//! its file, the files of stages, and the plays beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use lsp_types::{
    DocumentHighlight, DocumentHighlightParams, GotoDefinitionParams, Location, Range,
    ReferenceParams,
};
use mundi_lang::Span;
use mundi_lang::index::{PlayThing, Thing, Use};

use crate::analysis::{PlayText, RulesText};
use crate::documents::Kind;
use crate::text::Lines;
use crate::world::{Spot, World};

/// What a name means.
pub(super) enum Meaning {
    /// Things of rules, whose file is known.
    OfRules {
        /// The rules in whose words they are told.
        rules: Rc<RulesText>,
        /// All things that share the name.
        things: BTreeSet<Thing>,
    },
    /// Somebody or some entry of a play.
    OfPlay {
        /// The play.
        play: Rc<PlayText>,
        /// Who or which.
        thing: PlayThing,
    },
}

/// A thing, and the file that declares it.
type Global = (PathBuf, Thing);

/// What the name at a place means, and where the name stands there.
pub(super) fn meaning(world: &World, spot: &Spot) -> Option<(Span, Meaning)> {
    match spot.kind {
        Kind::Rules => {
            let rules = world.rules(&spot.path).ok()?;
            let place = rules.index.at(spot.offset)?;
            let (span, things) = (place.span, rules.index.together(&place.things));
            let inside = (span.end as usize) <= spot.text.len();
            inside.then_some((span, Meaning::OfRules { rules, things }))
        }
        Kind::Play => {
            let play = world.play(&spot.path).ok()?;
            let (span, thing, _) = play.index.at(spot.offset)?.clone();
            match (&thing, &play.rules) {
                (PlayThing::Of(of), Some(rules)) => {
                    let things = rules.index.together(std::slice::from_ref(of));
                    Some((span, Meaning::OfRules { rules: Rc::clone(rules), things }))
                }
                (PlayThing::Of(_), None) => None,
                _ => Some((span, Meaning::OfPlay { play, thing })),
            }
        }
    }
}

/// Things as every file calls them.
pub(super) fn globals(rules: &RulesText, things: &BTreeSet<Thing>) -> BTreeSet<Global> {
    things.iter().map(|thing| rules.global(thing)).collect()
}

/// What things are called.
fn names(rules: &RulesText, things: &BTreeSet<Thing>) -> BTreeSet<String> {
    let name = |thing: &Thing| match (thing.name(), rules.index.definition(thing)) {
        (Some(name), _) => Some(name.to_owned()),
        (None, declared) => declared.map(|d| rules.source.slice(d.name).to_owned()),
    };
    things.iter().filter_map(name).collect()
}

/// Whether a thing can be named in other rules: those of records and variables cannot.
fn travels(thing: &Thing) -> bool {
    !matches!(thing, Thing::Member(..) | Thing::Local(_) | Thing::Word(_))
}

/// Where things stand in a rules text, in the text with the files of its stages.
pub(super) fn places_in(
    rules: &RulesText,
    home: &Path,
    wanted: &BTreeSet<Global>,
) -> Vec<(Span, Use)> {
    let is_home = rules.path == home;
    let means =
        |thing: &Thing| (is_home || travels(thing)) && wanted.contains(&rules.global(thing));
    let found = rules.index.places().iter().filter(|p| p.things.iter().any(means));
    found.map(|p| (p.span, p.used)).collect()
}

/// Where things of rules stand in a play.
pub(super) fn places_in_play(play: &PlayText, wanted: &BTreeSet<Global>) -> Vec<Span> {
    let Some(rules) = &play.rules else { return Vec::new() };
    let means = |thing: &PlayThing| match thing {
        PlayThing::Of(thing) => wanted.contains(&rules.global(thing)),
        _ => false,
    };
    play.index.places().iter().filter(|(_, t, _)| means(t)).map(|(span, ..)| *span).collect()
}

/// A place in a file.
pub(super) type Found = (PathBuf, Span, Use);

/// Every place of a meaning, in the order of files and texts, each once.
pub(super) fn everywhere(world: &World, meaning: &Meaning) -> Vec<Found> {
    let mut all = Vec::new();
    match meaning {
        Meaning::OfPlay { play, thing } => {
            let found = play.index.places().iter().filter(|(_, t, _)| t == thing);
            all.extend(found.map(|(span, _, used)| (play.path.clone(), *span, *used)));
        }
        Meaning::OfRules { rules, things } => {
            let wanted = globals(rules, things);
            let names = names(rules, things);
            for path in world.family(&rules.path) {
                // Only texts in which the name stands at all are read further.
                let text = world.text(&path).unwrap_or_default();
                let staged = text.contains("stage");
                if path != rules.path && !staged && !names.iter().any(|n| text.contains(n)) {
                    continue;
                }
                match world.kind(&path) {
                    Some(Kind::Rules) => {
                        let Ok(other) = world.rules(&path) else { continue };
                        for (span, used) in places_in(&other, &rules.path, &wanted) {
                            let (file, span) = other.located(span);
                            all.push((file, span, used));
                        }
                    }
                    Some(Kind::Play) => {
                        let Ok(play) = world.play(&path) else { continue };
                        let found = places_in_play(&play, &wanted).into_iter();
                        all.extend(found.map(|span| (path.clone(), span, Use::Used)));
                    }
                    None => {}
                }
            }
        }
    }
    all.sort_by_key(|(path, span, _)| (path.clone(), *span));
    all.dedup_by(|a, b| a.0 == b.0 && a.1 == b.1);
    all
}

/// Places with their ranges; those of one file stand together.
pub(super) fn ranges<'f>(
    world: &World,
    found: impl IntoIterator<Item = &'f (PathBuf, Span)>,
) -> Vec<(&'f Path, Range)> {
    let mut by_file: BTreeMap<&Path, Vec<Span>> = BTreeMap::new();
    for (path, span) in found {
        by_file.entry(path).or_default().push(*span);
    }
    let mut all = Vec::new();
    for (path, spans) in by_file {
        let Ok(text) = world.text(path) else { continue };
        let lines = Lines::new(&text, world.encoding);
        all.extend(spans.into_iter().map(|span| (path, lines.range(span))));
    }
    all
}

/// Places as the editor is told of them.
fn locations(world: &World, found: &[(PathBuf, Span)]) -> Vec<Location> {
    let all = ranges(world, found).into_iter();
    all.filter_map(|(path, range)| Some(Location { uri: world.uri(path)?, range })).collect()
}

/// Where the name at a place is declared.
#[must_use]
pub fn definition(world: &World, asked: &GotoDefinitionParams) -> Option<Vec<Location>> {
    let spot = world.spot(&asked.text_document_position_params)?;
    let (_, meaning) = meaning(world, &spot)?;
    let found: Vec<Location> = match &meaning {
        Meaning::OfRules { rules, things } => {
            let declared = things.iter().filter_map(|t| rules.index.definition(t));
            let located: Vec<_> = declared.map(|d| rules.located(d.name)).collect();
            locations(world, &located)
        }
        Meaning::OfPlay { .. } => {
            let all = everywhere(world, &meaning).into_iter();
            let declared = all.filter(|(_, _, used)| *used == Use::Defined);
            locations(world, &declared.map(|(path, span, _)| (path, span)).collect::<Vec<_>>())
        }
    };
    (!found.is_empty()).then_some(found)
}

/// All places of the name at a place.
#[must_use]
pub fn references(world: &World, asked: &ReferenceParams) -> Option<Vec<Location>> {
    let spot = world.spot(&asked.text_document_position)?;
    let (_, meaning) = meaning(world, &spot)?;
    let declared = asked.context.include_declaration;
    let all = everywhere(world, &meaning).into_iter();
    let wanted = all.filter(|(_, _, used)| declared || *used == Use::Used);
    let wanted: Vec<_> = wanted.map(|(path, span, _)| (path, span)).collect();
    Some(locations(world, &wanted))
}

/// The places of the name at a place that are in the same document.
#[must_use]
pub fn highlights(
    world: &World,
    asked: &DocumentHighlightParams,
) -> Option<Vec<DocumentHighlight>> {
    let spot = world.spot(&asked.text_document_position_params)?;
    let lines = Lines::new(&spot.text, world.encoding);
    let (_, meaning) = meaning(world, &spot)?;
    let spans: Vec<Span> = match (&meaning, spot.kind) {
        (Meaning::OfRules { rules, things }, Kind::Rules) => {
            rules.index.of(things).map(|p| p.span).collect()
        }
        (Meaning::OfRules { rules, things }, Kind::Play) => {
            let play = world.play(&spot.path).ok()?;
            places_in_play(&play, &globals(rules, things))
        }
        (Meaning::OfPlay { play, thing }, _) => {
            let same = play.index.places().iter().filter(|(_, t, _)| t == thing);
            same.map(|(span, ..)| *span).collect()
        }
    };
    let own = spans.into_iter().filter(|s| s.end as usize <= spot.text.len());
    Some(own.map(|s| DocumentHighlight { range: lines.range(s), kind: None }).collect())
}
