//! Of every name in every example: its declaration is found, and it is renamed and back without changing
//! what the rules mean.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod kit;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kit::{Memory, examples};
use mundi_editor::analysis::RulesText;
use mundi_editor::world::World;
use mundi_lang::index::{Thing, free, renamed, replaced, same};
use mundi_lang::{Severity, Span};

fn errors(rules: &RulesText) -> usize {
    rules.diagnostics.iter().filter(|d| d.severity == Severity::Error).count()
}

/// Renames every name of a file, and back; says how many there were.
fn every_name(world: &World, path: &Path) -> usize {
    let rules = world.rules(path).unwrap();
    assert_eq!(errors(&rules), 0, "{}", path.display());
    let mut done = Vec::new();
    for place in rules.index.places() {
        for thing in &place.things {
            let given = matches!(
                thing,
                Thing::Word(_) | Thing::Module(_) | Thing::Library(..) | Thing::Member(..)
            ) || matches!(thing, Thing::Message(_, m) | Thing::Field(_, m, _) if m == "join" || m == "leave");
            assert!(given || rules.index.definition(thing).is_some(), "{path:?}: {thing:?}");
        }
        let things = rules.index.together(&place.things);
        if renamed(&rules.index, &things, &world.modules).is_err() || done.contains(&things) {
            continue;
        }
        let places: Vec<Span> = rules.index.of(&things).map(|p| p.span).collect();
        let old = rules.source.slice(place.span).to_owned();
        free(&things, "zz_other").unwrap();
        let whole = replaced(&rules.source.text, &places, "zz_other");
        let texts = BTreeMap::from([(path.to_owned(), whole.clone())]);
        let after = world.imagined(path, &texts).unwrap();
        assert_eq!(errors(&after), 0, "{path:?}: {old}\n{whole}");
        assert!(same(&rules.index, &places, &after.index, "zz_other"), "{path:?}: {old}\n{whole}");
        let moved = after.index.places().iter().find(|p| after.source.slice(p.span) == "zz_other");
        let things_after = after.index.together(&moved.unwrap().things);
        let back: Vec<Span> = after.index.of(&things_after).map(|p| p.span).collect();
        assert_eq!(replaced(&whole, &back, &old), rules.source.text, "{path:?}: {old}");
        done.push(things);
    }
    done.len()
}

#[test]
fn every_name_of_every_example_is_renamed_and_back() {
    let all = examples();
    let disk: Vec<(&str, &str)> = all.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    let world = World::new(Box::new(Memory::new(&disk)));
    let rules = all.iter().filter(|(name, _)| name.ends_with(".conv"));
    let counts: Vec<usize> =
        rules.map(|(name, _)| every_name(&world, &PathBuf::from("/w").join(name))).collect();
    assert!(counts.len() > 50, "{}", counts.len());
    assert!(counts.iter().all(|n| *n > 3), "{counts:?}");
}

#[test]
fn every_name_of_every_play_is_declared_by_its_rules() {
    let all = examples();
    let disk: Vec<(&str, &str)> = all.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    let world = World::new(Box::new(Memory::new(&disk)));
    let mut count = 0;
    for (name, _) in all.iter().filter(|(name, _)| name.ends_with(".play")) {
        let play = world.play(&Path::new("/w").join(name)).unwrap();
        let rules = play.rules.as_ref().unwrap();
        for (span, thing, _) in play.index.places() {
            let mundi_lang::index::PlayThing::Of(thing) = thing else { continue };
            let given = matches!(thing, Thing::Member(..))
                || matches!(thing, Thing::Message(_, m) | Thing::Field(_, m, _) if m == "join" || m == "leave");
            // A play may send what its rules forbid.
            let known = given || rules.index.definition(thing).is_some();
            count += usize::from(known);
            let odd = matches!(thing, Thing::Field(..) | Thing::Role(..));
            assert!(known || odd, "{name}: {:?} {thing:?}", play.source.slice(*span));
        }
    }
    assert!(count > 1_000, "{count}");
}
