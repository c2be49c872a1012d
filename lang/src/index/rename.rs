//! Renaming: which names can be renamed, to what, and whether it went well.
//!
//! A name is free where the text with it means the same. So nothing here guesses what a new name could
//! hide: the text is written, read again, and held against the text before.

use std::collections::BTreeSet;
use std::fmt;

use super::{Index, Thing};
use crate::check::{BUILT_IN_TYPES, RESERVED};
use crate::span::Span;
use crate::ty::{Modules, Ty};

/// Why a name is not renamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Nothing of these files declares it.
    NotDeclared,
    /// The library calls the fields of its records so.
    Library,
    /// Certificates and other rules hold the name of a conversation.
    Conversation,
    /// This is no name.
    NoName(String),
    /// The language has this word.
    Reserved(String),
    /// Something of the same kind is called so.
    Taken(String),
    /// With it the rules would mean another thing, or have an error.
    Other(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::NotDeclared => f.write_str("what stands here is not declared in these files"),
            Refused::Conversation => f.write_str(
                "the name of a conversation is held against certificates, and is not renamed",
            ),
            Refused::Library => {
                f.write_str("the library gives this field its name: its functions ask for it")
            }
            Refused::NoName(word) => write!(
                f,
                "`{word}` is no name: names are letters a to z, digits and `_`, not a digit first"
            ),
            Refused::Reserved(word) => write!(f, "`{word}` is a word of the language"),
            Refused::Taken(word) => write!(f, "`{word}` is there already"),
            Refused::Other(word) => write!(f, "with `{word}` these rules would mean another thing"),
        }
    }
}

/// Words of code, which no variable and no function is called.
const CODE: [&str; 12] = [
    "let", "if", "else", "for", "in", "while", "return", "break", "continue", "fn", "true", "false",
];

/// Whether these things, which share a name, can be renamed; `modules` are the library's.
///
/// # Errors
/// Why not.
pub fn renamed(index: &Index, things: &BTreeSet<Thing>, modules: &Modules) -> Result<(), Refused> {
    if things.iter().any(|t| matches!(t, Thing::Conversation(..))) {
        return Err(Refused::Conversation);
    }
    let declared = |t: &Thing| index.definition(t).is_some();
    if things.is_empty() || !things.iter().all(declared) {
        return Err(Refused::NotDeclared);
    }
    let members = |t: &Thing| match t {
        Thing::Member(names, _) => library_has(index, modules, names),
        _ => false,
    };
    if things.iter().any(members) { Err(Refused::Library) } else { Ok(()) }
}

/// Whether a module in use asks for, or gives, a record of these fields.
fn library_has(index: &Index, modules: &Modules, names: &[String]) -> bool {
    let used = |module: &String| {
        let thing = Thing::Module(module.clone());
        index.places().iter().any(|p| p.things.contains(&thing))
    };
    let functions = modules.modules.iter().filter(|(m, _)| used(m)).flat_map(|(_, all)| all);
    let mut types = functions.flat_map(|f| {
        let parameters = f.parameters.iter().map(|(_, ty)| ty);
        parameters.chain(std::iter::once(&f.result))
    });
    types.any(|ty| holds_record(ty, names))
}

fn holds_record(ty: &Ty, names: &[String]) -> bool {
    match ty {
        Ty::Record(fields) => {
            let same = fields.len() == names.len()
                && fields.iter().zip(names).all(|((field, _), name)| field == name);
            same || fields.iter().any(|(_, ty)| holds_record(ty, names))
        }
        Ty::List(of) | Ty::Optional(of) => holds_record(of, names),
        Ty::Map(key, value) => holds_record(key, names) || holds_record(value, names),
        _ => false,
    }
}

/// Whether something of the same kind, which one of the things could be mistaken for, is called so.
#[must_use]
pub fn taken(index: &Index, things: &BTreeSet<Thing>, name: &str) -> bool {
    let name = name.to_owned();
    let called = |thing: &Thing| match thing.clone() {
        Thing::Role(part, _) => Some(Thing::Role(part, name.clone())),
        Thing::Message(part, _) => Some(Thing::Message(part, name.clone())),
        Thing::Term(part, _) => Some(Thing::Term(part, name.clone())),
        Thing::State(part, _) => Some(Thing::State(part, name.clone())),
        Thing::Type(part, _) => Some(Thing::Type(part, name.clone())),
        Thing::Function(part, _) => Some(Thing::Function(part, name.clone())),
        Thing::Invariant(part, _) => Some(Thing::Invariant(part, name.clone())),
        Thing::Field(part, message, _) => Some(Thing::Field(part, message, name.clone())),
        _ => None,
    };
    things.iter().filter_map(called).any(|thing| index.definition(&thing).is_some())
}

/// Whether things may be called so, as far as the word alone tells.
///
/// # Errors
/// Why not.
pub fn free(things: &BTreeSet<Thing>, name: &str) -> Result<(), Refused> {
    let letter = |c: char| c.is_ascii_lowercase() || c == '_';
    let fits = name.chars().all(|c| letter(c) || c.is_ascii_digit());
    if !fits || !name.starts_with(letter) {
        return Err(Refused::NoName(name.to_owned()));
    }
    let reserved = |thing: &Thing| match thing {
        Thing::Role(..) | Thing::Message(..) | Thing::Term(..) => RESERVED.contains(&name),
        Thing::Type(..) => RESERVED.contains(&name) || BUILT_IN_TYPES.contains(&name),
        Thing::Field(..) => matches!(name, "from" | "at" | "id"),
        Thing::Local(_) | Thing::Function(..) => CODE.contains(&name),
        _ => false,
    };
    if things.iter().any(reserved) {
        return Err(Refused::Reserved(name.to_owned()));
    }
    Ok(())
}

/// A text with another one at each of these places, which are in its order.
#[must_use]
pub fn replaced(text: &str, places: &[Span], name: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for span in places {
        let range = span.range();
        out.push_str(text.get(at..range.start).unwrap_or(""));
        out.push_str(name);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

/// Where places of a text are in the text that [`replaced`] makes.
fn moved(places: &[Span], name: &str) -> Vec<Span> {
    let mut shift = 0i64;
    let length = name.len();
    let mut out = Vec::new();
    for span in places {
        let start = usize::try_from(i64::from(span.start) + shift).unwrap_or(0);
        out.push(Span::new(start, start + length));
        let old = i64::from(span.end) - i64::from(span.start);
        shift += i64::try_from(length).unwrap_or(0) - old;
    }
    out
}

/// Whether a text still means the same: what was renamed stands where it stood and nowhere else, and
/// as many names are known as before.
#[must_use]
pub fn same(before: &Index, places: &[Span], after: &Index, name: &str) -> bool {
    let wanted = moved(places, name);
    let Some(first) = wanted.first() else { return before.places().len() == after.places().len() };
    let Some(place) = after.places().iter().find(|p| p.span == *first) else { return false };
    let things = after.together(&place.things);
    let found: Vec<Span> = after.of(&things).map(|p| p.span).collect();
    found == wanted && before.places().len() == after.places().len()
}
