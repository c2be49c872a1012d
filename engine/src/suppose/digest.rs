//! A fingerprint of a point: two points with one digest cannot be told apart by any message to come,
//! but for who of those who began alike is who.
//!
//! What no code asks for is left out ([`Asks`]). Persons who began alike are numbered by what the point
//! says of each, so that most exchanges of two of them lead to the same bytes; where they do not, one
//! point counts as two, which costs work and changes no answer.

use mundi_identity::Fingerprint;
use mundi_lang::rules::MessageId;
use sha2::{Digest as _, Sha256};

use super::asks::{Asked, Asks};
use super::number;
use crate::pattern::Renamed;
use crate::stages::Phase;
use crate::value::Value;
use crate::world::{Ending, World};

/// The first 128 bits of a SHA-256.
pub type Digest = [u8; 16];

/// Not told apart.
const NOBODY: u32 = u32::MAX;

pub(super) fn of(world: &World, asks: &Asks, classes: &[(Fingerprint, u8)], now: i64) -> Digest {
    let live = live(world, asks);
    let mut names = Names { persons: Vec::new(), live: &live };
    names.persons = (0..).take(world.fold.people.met()).collect();
    let mut bytes = Vec::with_capacity(512);
    if !asks.ordered {
        names.persons = order(world, asks, classes, &live, &mut bytes);
        bytes.clear();
    }
    Writer { world, asks, names: &names }.point(&mut bytes);
    bytes.extend_from_slice(&now.saturating_sub(world.opened).to_be_bytes());
    let hash: [u8; 32] = Sha256::digest(&bytes).into();
    hash.first_chunk().copied().unwrap_or_default()
}

/// By accepted entry: its number among those of its message that can still be asked for.
fn live(world: &World, asks: &Asks) -> Vec<u32> {
    let mut kept = Vec::new();
    if asks.refs {
        world.fold.slots.all().iter().for_each(|value| refs(value, world, &mut kept));
    }
    let mut next = vec![0_u32; asks.messages.len()];
    let number = |(entry, index): (u32, &u32)| {
        let message = world.log.message(*index);
        let asked = asks.messages.get(usize::from(message));
        let lives = asked.is_some_and(|asked| lives(world, asked, message, entry));
        if !lives && !kept.contains(&entry) {
            return NOBODY;
        }
        let Some(place) = next.get_mut(usize::from(message)) else { return NOBODY };
        let ordinal = *place;
        *place = place.saturating_add(1);
        (u32::from(message) << 16) | ordinal
    };
    (0..).zip(&world.journal.accepted).map(number).collect()
}

fn lives(world: &World, asked: &Asked, message: MessageId, entry: u32) -> bool {
    let tables = &world.fold.tables;
    asked.all
        || (asked.last && tables.row(message).last() == Some(entry))
        || (asked.last_by
            && world.author(entry).is_some_and(|p| tables.row_by(message, p).last() == Some(entry)))
}

/// The accepted entries that a value names.
fn refs(value: &Value, world: &World, found: &mut Vec<u32>) {
    match value {
        Value::Ref(id) => found.extend(world.accepted_index(id)),
        Value::List(items) => items.iter().for_each(|v| refs(v, world, found)),
        Value::Record(fields) => fields.values().for_each(|v| refs(v, world, found)),
        Value::Map(entries) => entries.iter().for_each(|(k, v)| {
            refs(k, world, found);
            refs(v, world, found);
        }),
        _ => {}
    }
}

/// By person of the world: a number that says what the point says of them.
fn order(
    world: &World,
    asks: &Asks,
    classes: &[(Fingerprint, u8)],
    live: &[u32],
    bytes: &mut Vec<u8>,
) -> Vec<u32> {
    let met = world.fold.people.met();
    let mut names = Names { persons: vec![NOBODY; met], live };
    let known: Vec<(u32, u8)> =
        classes.iter().filter_map(|(p, class)| Some((number(world, p)?, *class))).collect();
    for class in 0..=classes.iter().map(|(_, class)| *class).max().unwrap_or(0) {
        let alike: Vec<u32> = known.iter().filter(|(_, c)| *c == class).map(|(p, _)| *p).collect();
        let first = u32::from(class) << 8;
        if let [only] = alike.as_slice() {
            names.set(*only, first);
            continue;
        }
        let mut told: Vec<(Vec<u8>, u32)> = Vec::new();
        for person in &alike {
            bytes.clear();
            let mut focus = Names { persons: vec![NOBODY; met], live };
            known.iter().for_each(|(p, c)| focus.set(*p, u32::from(*c)));
            focus.set(*person, NOBODY - 1);
            Writer { world, asks, names: &focus }.point(bytes);
            told.push((bytes.clone(), *person));
        }
        told.sort_unstable();
        for (n, (_, person)) in (first..).zip(told) {
            names.set(person, n);
        }
    }
    names.persons
}

/// The numbers that persons and entries have in the bytes.
struct Names<'a> {
    persons: Vec<u32>,
    live: &'a [u32],
}

impl Names<'_> {
    fn set(&mut self, person: u32, number: u32) {
        if let Some(place) = self.persons.get_mut(person as usize) {
            *place = number;
        }
    }
}

impl Renamed for Names<'_> {
    fn person(&self, person: u32) -> u32 {
        self.persons.get(person as usize).copied().unwrap_or(NOBODY)
    }

    fn entry(&self, entry: u32) -> u32 {
        self.live.get(entry as usize).copied().unwrap_or(NOBODY)
    }
}

/// Writes a point.
struct Writer<'a> {
    world: &'a World,
    asks: &'a Asks,
    names: &'a Names<'a>,
}

impl Writer<'_> {
    fn point(&self, out: &mut Vec<u8>) {
        let world = self.world;
        match &world.fold.ending {
            None => out.push(0),
            Some(Ending::Consensus { output, .. }) => {
                out.push(1);
                self.value(output, out);
                return;
            }
            Some(Ending::Failure { text, .. }) => {
                out.push(2);
                out.extend_from_slice(text.as_bytes());
                return;
            }
        }
        world.machine.digest(&world.fold.pattern, self.names, out);
        if self.asks.comings {
            self.people(out);
        }
        for (message, asked) in (0..).zip(&self.asks.messages) {
            self.message(message, asked, out);
        }
        world.fold.slots.all().iter().for_each(|value| self.value(value, out));
        self.stages(out);
    }

    fn people(&self, out: &mut Vec<u8>) {
        let people = &self.world.fold.people;
        let met = u32::try_from(people.met()).unwrap_or(u32::MAX);
        let here = (0..met).filter(|p| !people.roles(*p).is_empty());
        pieces(here, out, |p, out| {
            self.person(p, out);
            people.roles(p).iter().for_each(|role| out.extend_from_slice(&role.to_be_bytes()));
        });
        if self.asks.members {
            for role in (0..).take(self.world.rules.roles.len()) {
                people.members(role).for_each(|p| self.person(p, out));
                out.push(0xFF);
            }
        }
    }

    fn person(&self, person: u32, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.names.person(person).to_be_bytes());
    }

    fn message(&self, message: MessageId, asked: &Asked, out: &mut Vec<u8>) {
        let row = self.world.fold.tables.row(message);
        if asked.count {
            out.extend_from_slice(&row.count.to_be_bytes());
        } else if asked.said || asked.last {
            out.push(u8::from(row.count > 0));
        }
        if asked.said_by || asked.count_by {
            self.rows(message, asked, out);
        }
        if row.count == 0 || !(asked.last || asked.last_by || asked.all) {
            return;
        }
        for entry in (0..).take(self.world.journal.accepted.len()) {
            let of = self.names.entry(entry);
            if of != NOBODY && of >> 16 == u32::from(message) {
                self.entry(entry, asked, out);
            }
        }
    }

    /// What each person has said.
    fn rows(&self, message: MessageId, asked: &Asked, out: &mut Vec<u8>) {
        let met = u32::try_from(self.world.fold.people.met()).unwrap_or(u32::MAX);
        let row = |p: u32| (p, self.world.fold.tables.row_by(message, p).count);
        pieces((0..met).map(row).filter(|(_, count)| *count > 0), out, |(p, count), out| {
            self.person(p, out);
            if asked.count_by {
                out.extend_from_slice(&count.to_be_bytes());
            }
        });
    }

    fn entry(&self, entry: u32, asked: &Asked, out: &mut Vec<u8>) {
        let world = self.world;
        let Some(index) = world.log_index(entry) else { return };
        let Some((_, said)) = world.log.supposed(index) else { return };
        out.push(0xFE);
        let by = asked.last_by || asked.replies || !said.hidden.is_empty();
        if by || self.asks.from {
            out.extend_from_slice(&self.by(&said.person).to_be_bytes());
        }
        if self.asks.at {
            out.extend_from_slice(&said.at.saturating_sub(world.opened).to_be_bytes());
        }
        for (n, value) in said.fields.iter().enumerate() {
            if asked.fields.get(n) == Some(&true) {
                self.value(value, out);
            }
        }
        for (field, value) in &said.hidden {
            out.push(u8::from(world.fold.revealed.contains_key(&(entry, *field))));
            self.value(value, out);
        }
    }

    fn by(&self, print: &Fingerprint) -> u32 {
        number(self.world, print).map_or(NOBODY, |p| self.names.person(p))
    }

    fn stages(&self, out: &mut Vec<u8>) {
        let world = self.world;
        for (stage, course) in world.fold.stages.iter().enumerate() {
            match &course.phase {
                Phase::Ahead => out.push(0),
                Phase::Running => {
                    out.push(1);
                    out.extend_from_slice(&course.begun.to_be_bytes());
                    if let Some(machine) = world.machines.get(stage) {
                        machine.digest(&course.pattern, self.names, out);
                    }
                }
                Phase::Decided(output) => {
                    out.push(2);
                    self.value(output, out);
                }
                Phase::Failed(text) => {
                    out.push(3);
                    out.extend_from_slice(text.as_bytes());
                }
                Phase::Left => out.push(4),
            }
        }
        let own = world.terms.len();
        world.fold.terms.iter().skip(own).for_each(|value| self.value(value, out));
    }

    fn value(&self, value: &Value, out: &mut Vec<u8>) {
        match value {
            Value::Unit => out.push(0),
            Value::Bool(b) => out.extend_from_slice(&[1, u8::from(*b)]),
            Value::Int(n) => tagged(2, &n.to_be_bytes(), out),
            Value::Time(n) => tagged(3, &n.to_be_bytes(), out),
            Value::Duration(n) => tagged(4, &n.to_be_bytes(), out),
            Value::Decimal(d) => tagged(5, &d.serialize(), out),
            Value::Text(text) => sized(6, text.as_bytes(), out),
            Value::Bytes(bytes) => sized(7, bytes, out),
            Value::Person(print) => {
                // Whom nobody has met is told by their own name.
                match number(self.world, print) {
                    Some(p) => tagged(8, &self.names.person(p).to_be_bytes(), out),
                    None => tagged(9, print.as_bytes(), out),
                }
            }
            Value::Ref(id) => {
                let entry = self.world.accepted_index(id).map_or(NOBODY, |e| self.names.entry(e));
                tagged(10, &entry.to_be_bytes(), out);
            }
            Value::List(items) => {
                sized(11, &[], out);
                items.iter().for_each(|item| self.value(item, out));
                out.push(0xFD);
            }
            Value::Record(fields) => {
                out.push(12);
                for (name, value) in fields.iter() {
                    sized(6, name.as_bytes(), out);
                    self.value(value, out);
                }
                out.push(0xFD);
            }
            Value::Map(entries) => {
                out.push(13);
                pieces(entries.iter(), out, |(key, value), out| {
                    self.value(key, out);
                    self.value(value, out);
                });
            }
        }
    }
}

fn tagged(tag: u8, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(tag);
    out.extend_from_slice(bytes);
}

fn sized(tag: u8, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(tag);
    out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(bytes);
}

/// Pieces whose order means nothing, each with its length: they are written where they come, and put in
/// order there.
pub(crate) fn pieces<T>(
    all: impl Iterator<Item = T>,
    out: &mut Vec<u8>,
    mut write: impl FnMut(T, &mut Vec<u8>),
) {
    let begin = out.len();
    let mut ends = Vec::new();
    for piece in all {
        write(piece, out);
        ends.push(out.len());
    }
    let count = u32::try_from(ends.len()).unwrap_or(u32::MAX);
    if ends.len() > 1 {
        let written = out.split_off(begin);
        let mut from = 0;
        let mut parts: Vec<&[u8]> = Vec::with_capacity(ends.len());
        for end in ends {
            let end = end.saturating_sub(begin);
            parts.extend(written.get(from..end));
            from = end;
        }
        parts.sort_unstable();
        for part in parts {
            out.extend_from_slice(part);
            out.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        }
    }
    out.extend_from_slice(&count.to_be_bytes());
}
