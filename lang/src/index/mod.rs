//! What each name of a text means: where it is defined, where else it stands, what is in scope.
//!
//! In goes a text with the files of its stages behind it, and what the checker knows of it; it may have
//! errors. Out comes an [`Index`]: every place of a name, with the [`Thing`] that it means. Where one
//! place means several things (a field under `on a, b`), they are one to those who rename.
//! Invariant: places are in the order of the text, and none stands inside another.

mod code;
mod found;
mod items;
mod line;
mod play;
mod rename;
mod spot;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::bundle;
use crate::check::Known;
use crate::source::Source;
use crate::span::Span;
use crate::syntax::Syntax;

pub use found::{Hole, hole};
pub use line::{Line, LineSpot};
pub use play::{PlayIndex, PlayThing};
pub use rename::{Refused, free, renamed, replaced, same, taken};
pub use spot::{PLACEHOLDER, Spot, Wanted, item_names};
pub use words::ty_words;

/// The number of a file among those of a text; the first is 0.
pub type Part = usize;

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// A role.
    Role(Part, String),
    /// A message, a deadline or a stage: they share their names.
    Message(Part, String),
    /// A term.
    Term(Part, String),
    /// A field of `state`.
    State(Part, String),
    /// `type NAME = …`
    Type(Part, String),
    /// `fn` of a `script`.
    Function(Part, String),
    /// `never` and `always`.
    Invariant(Part, String),
    /// The field of a message: message, field.
    Field(Part, String, String),
    /// A field of records: the names of all their fields in order, and which. Records of the same fields
    /// are one type wherever they stand, so they share their fields.
    Member(Vec<String>, String),
    /// A variable or parameter, by where its name is declared.
    Local(u32),
    /// The name that rules give themselves.
    Conversation(Part, String),
    /// `std::NAME`
    Module(String),
    /// A function of the library: module, function.
    Library(String, String),
    /// A word that the language gives: `terms`, `now`, `said`, `from` of an entry.
    Word(String),
}

/// Whether a place makes a thing or uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It is declared here.
    Defined,
    /// It is used here.
    Used,
}

/// Where a name stands, and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name itself, without quotes.
    pub span: Span,
    /// What it means; several where it names a field that several messages share.
    pub things: Vec<Thing>,
    /// What it does there.
    pub used: Use,
}

/// Where a thing is declared.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Its name.
    pub name: Span,
    /// All of its declaration.
    pub whole: Span,
    /// The `///` lines before it.
    pub doc: String,
}

/// A variable, and where it can be seen.
#[derive(Clone, Debug)]
pub struct Local {
    /// Its name.
    pub name: String,
    /// Where its name is declared.
    pub declared: Span,
    /// From where to where it is in scope.
    pub scope: Span,
}

/// What code may see and do where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Around {
    /// `allow` and `on`: the messages at hand.
    Messages(Vec<String>),
    /// `deadline`, `consensus`, `output` and the like: the log and the state.
    Log,
    /// A function: its arguments and `terms`.
    Function,
}

/// A block of code.
#[derive(Clone, Debug)]
pub struct Region {
    /// From brace to brace.
    pub span: Span,
    /// The file that it stands in.
    pub part: Part,
    /// What it sees.
    pub around: Around,
}

/// All names of a text.
#[derive(Clone, Debug, Default)]
pub struct Index {
    places: Vec<Place>,
    definitions: BTreeMap<Thing, Definition>,
    locals: Vec<Local>,
    regions: Vec<Region>,
    /// The files that stages name: the file around, the stage, its file.
    stages: BTreeMap<(Part, String), Part>,
}

impl Index {
    /// Of a text, with the tree of its first file and what the checker knows of it.
    #[must_use]
    pub fn new(source: &Source, first: &Syntax, known: &Known) -> Self {
        let mut index = Self::default();
        let parts = bundle::parts(&source.text);
        let paths: Vec<_> = parts.iter().map(|p| p.path.map(str::to_owned)).collect();
        let others = parts.iter().skip(1).map(|part| bundle::tree(&source.text, part).0);
        let others: Vec<_> = others.map(|tree| tree.map_or_else(Vec::new, |t| t.items)).collect();
        let trees = || std::iter::once(&first.items).chain(&others).enumerate();
        for (part, items) in trees() {
            index.name_stages(part, items, &paths);
        }
        for (part, items) in trees() {
            let mut walk = items::Walk::new(source, known, part, items, &mut index);
            walk.items(items);
        }
        index.settle();
        index
    }

    /// In the order of the text; what was found twice once, with all that it means.
    fn settle(&mut self) {
        self.places.sort_by_key(|p| (p.span, p.used == Use::Used));
        self.places.dedup_by(|next, kept| {
            let same = next.span == kept.span;
            if same {
                let new = next.things.drain(..).filter(|t| !kept.things.contains(t));
                kept.things.extend(new.collect::<Vec<_>>());
            }
            same
        });
    }

    /// All places of names, in the order of the text.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The place of the name at an offset, or that ends there.
    #[must_use]
    pub fn at(&self, offset: usize) -> Option<&Place> {
        let after = self.places.partition_point(|p| p.span.start as usize <= offset);
        let before = self.places.get(..after)?.last()?;
        (before.span.end as usize >= offset).then_some(before)
    }

    /// Where a thing is declared.
    #[must_use]
    pub fn definition(&self, thing: &Thing) -> Option<&Definition> {
        self.definitions.get(thing)
    }

    /// All that is declared, by what it is.
    pub fn definitions(&self) -> impl Iterator<Item = (&Thing, &Definition)> {
        self.definitions.iter()
    }

    /// These things and all that share a name with them: what is renamed together.
    #[must_use]
    pub fn together(&self, things: &[Thing]) -> BTreeSet<Thing> {
        let mut all: BTreeSet<Thing> = things.iter().cloned().collect();
        loop {
            let before = all.len();
            for place in self.places.iter().filter(|p| p.things.len() > 1) {
                if place.things.iter().any(|t| all.contains(t)) {
                    all.extend(place.things.iter().cloned());
                }
            }
            if all.len() == before {
                return all;
            }
        }
    }

    /// Where any of these things stand.
    pub fn of<'a>(&'a self, things: &'a BTreeSet<Thing>) -> impl Iterator<Item = &'a Place> {
        self.places.iter().filter(|p| p.things.iter().any(|t| things.contains(t)))
    }

    /// The variables that can be seen at an offset, the innermost last.
    pub fn locals(&self, offset: usize) -> impl Iterator<Item = &Local> {
        let within =
            move |l: &&Local| (l.scope.start as usize) <= offset && offset <= l.scope.end as usize;
        self.locals.iter().filter(within)
    }

    /// The block of code at an offset.
    #[must_use]
    pub fn region(&self, offset: usize) -> Option<&Region> {
        let within = |r: &&Region| (r.span.start as usize) < offset && offset < r.span.end as usize;
        self.regions.iter().filter(within).min_by_key(|r| r.span.end - r.span.start)
    }

    /// The file of a stage.
    #[must_use]
    pub fn stage(&self, part: Part, name: &str) -> Option<Part> {
        self.stages.get(&(part, name.to_owned())).copied()
    }

    /// What a play means by the name of a message: `pay`, `vote.pick`, `pick` of the only stage that
    /// has it.
    #[must_use]
    pub fn meant(&self, name: &str) -> Option<Thing> {
        let mut part = 0;
        let mut segments = name.split('.').peekable();
        while let Some(segment) = segments.next() {
            let thing = Thing::Message(part, segment.to_owned());
            if segments.peek().is_none() {
                let system = part == 0 && matches!(segment, "join" | "leave");
                if system || self.definitions.contains_key(&thing) {
                    return Some(thing);
                }
                break;
            }
            part = self.stage(part, segment)?;
        }
        let mut of_stages = self.definitions.keys().filter(|thing| {
            matches!(thing, Thing::Message(p, n) if n == name && self.stages.values().any(|s| s == p))
        });
        match (of_stages.next(), of_stages.next()) {
            (Some(one), None) => Some(one.clone()),
            _ => None,
        }
    }
}

impl Thing {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        Some(match self {
            Thing::Role(_, name)
            | Thing::Message(_, name)
            | Thing::Term(_, name)
            | Thing::State(_, name)
            | Thing::Type(_, name)
            | Thing::Function(_, name)
            | Thing::Invariant(_, name)
            | Thing::Field(_, _, name)
            | Thing::Member(_, name)
            | Thing::Conversation(_, name)
            | Thing::Module(name)
            | Thing::Library(_, name)
            | Thing::Word(name) => name,
            Thing::Local(_) => return None,
        })
    }
}
