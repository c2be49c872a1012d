//! Renaming, across a file, those of stages and the plays beside it. The new texts are read again before
//! anything is answered: a name that would change what they mean is refused.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lsp_types::{
    PrepareRenameResponse, Range, RenameParams, TextDocumentPositionParams, TextEdit, WorkspaceEdit,
};
use mundi_lang::diagnostic::Diagnostic;
use mundi_lang::index::{PlayThing, Refused, free, renamed, replaced, same, taken};
use mundi_lang::ty::Modules;
use mundi_lang::{Severity, Source, Span};
use serde_json::json;

use super::Refusal;
use super::places::{Found, Meaning, everywhere, globals, meaning, places_in, ranges};
use crate::analysis::RulesText;
use crate::documents::Kind;
use crate::text::Lines;
use crate::world::World;

/// Edits of files, as the editor takes them. `None` where a file has no name that it knows.
pub(super) fn edit_of<'p>(
    world: &World,
    edits: impl IntoIterator<Item = (&'p Path, Range, String)>,
) -> Option<WorkspaceEdit> {
    let mut by_file: BTreeMap<String, Vec<TextEdit>> = BTreeMap::new();
    for (path, range, new_text) in edits {
        let uri = world.uri(path)?;
        by_file.entry(uri.as_str().to_owned()).or_default().push(TextEdit { range, new_text });
    }
    serde_json::from_value(json!({ "changes": by_file })).ok()
}

fn refused(why: &Refused) -> Refusal {
    Refusal::failed(why.to_string())
}

/// Whether what a name means can be renamed.
fn can(meaning: &Meaning, modules: &Modules) -> Result<(), Refusal> {
    match meaning {
        Meaning::OfRules { rules, things } => {
            renamed(&rules.index, things, modules).map_err(|e| refused(&e))
        }
        Meaning::OfPlay { .. } => Ok(()),
    }
}

/// The name at a place, if it can be renamed.
///
/// # Errors
/// Why it cannot.
pub fn prepare(
    world: &World,
    asked: &TextDocumentPositionParams,
) -> Result<Option<PrepareRenameResponse>, Refusal> {
    let Some(spot) = world.spot(asked) else { return Ok(None) };
    let Some((span, meaning)) = meaning(world, &spot) else { return Ok(None) };
    can(&meaning, &world.modules)?;
    let placeholder = spot.text.get(span.range()).unwrap_or("").to_owned();
    let range = Lines::new(&spot.text, world.encoding).range(span);
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder }))
}

/// The edits that give a thing another name.
///
/// # Errors
/// Why it stays as it is.
pub fn rename(world: &World, asked: &RenameParams) -> Result<Option<WorkspaceEdit>, Refusal> {
    let Some(spot) = world.spot(&asked.text_document_position) else { return Ok(None) };
    let Some((span, meaning)) = meaning(world, &spot) else {
        return Err(Refusal::failed("no name stands here"));
    };
    can(&meaning, &world.modules)?;
    let name = asked.new_name.as_str();
    if spot.text.get(span.range()) == Some(name) {
        return Ok(None);
    }
    allowed(&meaning, name)?;
    let found = everywhere(world, &meaning);
    let texts = written(world, &found, name);
    holds(world, &meaning, &texts, name)?;
    let places: Vec<(PathBuf, Span)> = found.into_iter().map(|(p, span, _)| (p, span)).collect();
    let edits = ranges(world, &places).into_iter();
    let edits = edits.map(|(path, range)| (path, range, name.to_owned()));
    Ok(edit_of(world, edits))
}

/// Whether the word may be a name of such a thing.
fn allowed(meaning: &Meaning, name: &str) -> Result<(), Refusal> {
    match meaning {
        Meaning::OfRules { rules, things } => {
            free(things, name).map_err(|e| refused(&e))?;
            if taken(&rules.index, things, name) {
                return Err(refused(&Refused::Taken(name.to_owned())));
            }
            Ok(())
        }
        Meaning::OfPlay { play, .. } => {
            free(&[].into(), name).map_err(|e| refused(&e))?;
            let taken = |thing: &PlayThing| match thing {
                PlayThing::Person(other) | PlayThing::Label(other) => other == name,
                PlayThing::Of(_) => false,
            };
            if play.index.places().iter().any(|(_, thing, _)| taken(thing)) {
                return Err(Refusal::failed(format!("`{name}` is somebody or something already")));
            }
            Ok(())
        }
    }
}

/// The texts with the new name.
fn written(world: &World, found: &[Found], name: &str) -> BTreeMap<PathBuf, String> {
    let mut by_file: BTreeMap<PathBuf, Vec<Span>> = BTreeMap::new();
    for (path, span, _) in found {
        by_file.entry(path.clone()).or_default().push(*span);
    }
    let text = |(path, spans): (PathBuf, Vec<Span>)| {
        let text = replaced(&world.text(&path).unwrap_or_default(), &spans, name);
        (path, text)
    };
    by_file.into_iter().map(text).collect()
}

/// How many errors of each code.
fn errors(found: &[Diagnostic]) -> BTreeMap<&'static str, usize> {
    let mut count = BTreeMap::new();
    for error in found.iter().filter(|d| d.severity == Severity::Error) {
        *count.entry(error.code).or_default() += 1;
    }
    count
}

/// Whether all texts mean the same as before.
fn holds(
    world: &World,
    meaning: &Meaning,
    texts: &BTreeMap<PathBuf, String>,
    name: &str,
) -> Result<(), Refusal> {
    let other = || refused(&Refused::Other(name.to_owned()));
    let home = match meaning {
        Meaning::OfRules { rules, .. } => &rules.path,
        Meaning::OfPlay { play, .. } => &play.path,
    };
    for path in world.family(home) {
        // Rules with stages may take a file in which the name stands.
        let staged = || world.text(&path).is_ok_and(|text| text.contains("stage"));
        if !texts.contains_key(&path) && !staged() {
            continue;
        }
        let fine = match (world.kind(&path), meaning) {
            (Some(Kind::Rules), Meaning::OfRules { rules, things }) => {
                let Ok(before) = world.rules(&path) else { continue };
                let places = places_in(&before, &rules.path, &globals(rules, things));
                let places: Vec<Span> = places.iter().map(|(span, _)| *span).collect();
                // Rules that do not name it stay as they are.
                places.is_empty() || rules_hold(world, &before, texts, &places, name)
            }
            (Some(Kind::Play), _) => {
                texts.get(&path).is_none_or(|text| play_holds(world, &path, text))
            }
            _ => true,
        };
        if !fine {
            return Err(other());
        }
    }
    Ok(())
}

fn rules_hold(
    world: &World,
    before: &RulesText,
    texts: &BTreeMap<PathBuf, String>,
    places: &[Span],
    name: &str,
) -> bool {
    let Some(after) = world.imagined(&before.path, texts) else { return false };
    errors(&before.diagnostics) == errors(&after.diagnostics)
        && same(&before.index, places, &after.index, name)
}

/// A play still parses: what its names mean is told by its rules.
fn play_holds(world: &World, path: &Path, text: &str) -> bool {
    let parsed = |text: &str| errors(&mundi_lang::parse_play(&Source::new("", text)).diagnostics);
    world.text(path).is_ok_and(|before| parsed(&before) == parsed(text))
}
