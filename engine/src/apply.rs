//! What an accepted entry changes besides `state`, and how to take it back: pattern, people,
//! tables, tallies, hidden values shown.

use std::sync::Arc;

use mundi_lang::rules::{MessageId, MessageKind, Openness, Reads, RoleId};

use crate::pattern::State;
use crate::people::{Holdings, People};
use crate::stages::{Course, Part};
use crate::tables::{Said, Tables, TablesBefore};
use crate::value::Value;
use crate::world::World;

/// What has been applied: enough to undo it and to know what it moved.
pub(crate) struct Applied {
    message: MessageId,
    /// Its index among the accepted.
    entry: u32,
    pattern: State,
    /// What its author held before, where it is a join or leave.
    people: Option<Holdings>,
    everyones: Option<Vec<u32>>,
    tables: TablesBefore,
    voices: Vec<Voice>,
    /// Names of stages that are over with it.
    pub(crate) moved: Vec<MessageId>,
    /// The rows of those that it decided.
    decided: Vec<TablesBefore>,
    /// What it may move of stages.
    stages: Option<Box<StagesBefore>>,
    /// What it shows first: what had been shown before is not its to take back.
    revealed: Vec<(u32, u16)>,
}

/// Stages as they were before an entry.
struct StagesBefore {
    courses: Vec<Course>,
    terms: Arc<Vec<Value>>,
    /// Everybody, once a stage has begun.
    people: Option<Arc<People>>,
}

/// A voice that moved in a tally: of the log, or of one entry's replies.
struct Voice {
    target: Option<u32>,
    tally: u16,
    old: Option<Value>,
    new: Option<Value>,
}

/// Applies an entry that guards have let through.
pub(crate) fn apply(
    world: &mut World,
    index: u32,
    message: MessageId,
    person: u32,
    next: Option<State>,
    refs: &[u32],
    revealed: Vec<((u32, u16), Value)>,
) -> Applied {
    let pattern = world.fold.pattern.clone();
    let stages = stages_before(world);
    let voices = voices(world, message, person, refs);
    let entry = world.journal.push(index, message);
    let said = Said { message, person, entry, refs };
    let tables = world.fold.tables.add(&said, &world.asked);
    // What was shown before stays shown, whatever becomes of this entry.
    let keys = revealed.iter().map(|(key, _)| *key);
    let fresh = keys.filter(|key| !world.fold.revealed.contains_key(key)).collect();
    for voice in &voices {
        let tally = tally_of(&mut world.fold.tables, voice);
        Tables::move_voice(tally, voice.old.clone(), voice.new.clone());
    }
    let mut applied = Applied {
        message,
        entry,
        pattern,
        people: None,
        everyones: None,
        tables,
        voices,
        moved: Vec::new(),
        decided: Vec::new(),
        stages,
        revealed: fresh,
    };
    world.fold.revealed.extend(revealed);
    match next {
        Some(next) => {
            let part = world.part_of(message);
            world.moved_on(part, next);
            first_words(world, &mut applied, person);
        }
        None => move_people(world, &mut applied, person),
    }
    applied
}

impl Applied {
    /// Takes it all back.
    pub(crate) fn undo(self, world: &mut World) {
        for voice in &self.voices {
            let tally = tally_of(&mut world.fold.tables, voice);
            Tables::move_voice(tally, voice.new.clone(), voice.old.clone());
        }
        for before in self.decided.into_iter().rev() {
            world.fold.tables.take_back(before);
        }
        world.fold.tables.take_back(self.tables);
        world.journal.cut(self.entry as usize);
        for key in &self.revealed {
            world.fold.revealed.remove(key);
        }
        if let Some(everyones) = self.everyones {
            world.fold.everyones = everyones;
        }
        if let Some(before) = self.stages {
            world.fold.stages = before.courses;
            world.fold.terms = before.terms;
            if let Some(people) = before.people {
                world.fold.people = people;
            }
        }
        if let Some(people) = self.people {
            let person = people.person();
            Arc::make_mut(&mut world.fold.people).take_back(people);
            wait_for(world, person);
        }
        world.fold.pattern = self.pattern;
    }

    /// Its index among the accepted.
    pub(crate) fn entry(&self) -> u32 {
        self.entry
    }

    /// It has decided a stage: that counts as said.
    pub(crate) fn decided(&mut self, world: &mut World, symbol: MessageId) {
        let said =
            Said { message: symbol, person: world.frame.person, entry: self.entry, refs: &[] };
        self.decided.push(world.fold.tables.add(&said, &world.asked));
    }

    /// Remembers who holds what, before a stage begins.
    pub(crate) fn keep_people(&mut self, world: &World) {
        if let Some(before) = &mut self.stages {
            before.people.get_or_insert_with(|| world.fold.people.clone());
        }
    }

    /// Before `open`: nothing is taken back, for then there is no conversation.
    pub(crate) fn nothing(world: &World) -> Self {
        Self {
            message: MessageId::MAX,
            entry: 0,
            pattern: world.fold.pattern.clone(),
            people: None,
            everyones: None,
            tables: world.fold.tables.before(MessageId::MAX, 0),
            voices: Vec::new(),
            moved: Vec::new(),
            decided: Vec::new(),
            stages: None,
            revealed: Vec::new(),
        }
    }

    /// Whether something that a script reads may have changed with the entry at hand.
    pub(crate) fn moves(&self, world: &World, part: Part, reads: &Reads) -> bool {
        reads.anything
            || !world.was_asked(part)
            || !self.revealed.is_empty()
            || self.people.is_some()
            || reads.messages.binary_search(&self.message).is_ok()
            || self.moved.iter().any(|stage| reads.messages.binary_search(stage).is_ok())
            || world.fold.slots.touched(&reads.state)
    }
}

fn stages_before(world: &World) -> Option<Box<StagesBefore>> {
    if world.fold.stages.is_empty() {
        return None;
    }
    let (courses, terms) = (world.fold.stages.clone(), world.fold.terms.clone());
    Some(Box::new(StagesBefore { courses, terms, people: None }))
}

/// The voices that an entry moves: its author's last word counts, so the one before loses its.
fn voices(world: &mut World, message: MessageId, person: u32, refs: &[u32]) -> Vec<Voice> {
    let rules = world.rules.clone();
    let names = &rules.tables;
    if !names.tallies.iter().any(|(m, _)| *m == message) {
        return Vec::new();
    }
    let mut voices = Vec::new();
    let said = |n: &u16| names.tallies.get(usize::from(*n)).filter(|(m, _)| *m == message);
    for n in &names.log_tallies {
        let Some((_, field)) = said(n) else { continue };
        let before = world.fold.tables.row_by(message, person).last();
        voices.push(voice(world, None, *n, *field, before));
    }
    for n in &names.entry_tallies {
        let Some((_, field)) = said(n) else { continue };
        for target in refs {
            let replies = world.fold.tables.replies(*target, message);
            let before = replies.and_then(|r| r.by_person.get(&person)).and_then(|row| row.last());
            voices.push(voice(world, Some(*target), *n, *field, before));
        }
    }
    voices
}

fn voice(
    world: &mut World,
    target: Option<u32>,
    tally: u16,
    field: u16,
    before: Option<u32>,
) -> Voice {
    let old = before.and_then(|entry| world.field(entry, field));
    let new = world.frame.fields.get(usize::from(field)).cloned();
    let chosen = |v: Option<Value>| v.filter(|v| *v != Value::Unit);
    Voice { target, tally, old: chosen(old), new: chosen(new) }
}

fn tally_of<'a>(
    tables: &'a mut Tables,
    voice: &Voice,
) -> &'a mut std::collections::BTreeMap<Value, u32> {
    match voice.target {
        Some(target) => tables.reply_tallies.entry((target, voice.tally)).or_default(),
        None => tables.tallies.entry(voice.tally).or_default(),
    }
}

/// A person's first word of a message may complete an `everyone`.
fn first_words(world: &mut World, applied: &mut Applied, person: u32) {
    let rules = world.rules.clone();
    let message = applied.message;
    if world.fold.tables.row_by(message, person).count != 1 {
        return;
    }
    let roles = world.fold.people.roles(person);
    let counted = |n: &&u16| {
        let pair = rules.tables.everyones.get(usize::from(**n));
        pair.is_some_and(|(m, role)| *m == message && roles.contains(role))
    };
    let moved: Vec<u16> = rules.tables.log_everyones.iter().filter(counted).copied().collect();
    if !moved.is_empty() {
        applied.everyones = Some(world.fold.everyones.clone());
        for n in moved {
            if let Some(count) = world.fold.everyones.get_mut(usize::from(n)) {
                *count += 1;
            }
        }
    }
}

/// Open roles that a person holds: those that `leave` gives up.
pub(crate) fn open_roles(world: &World, person: u32) -> Vec<RoleId> {
    let open = |r: &&RoleId| {
        world.rules.roles.get(usize::from(**r)).is_some_and(|r| r.open == Openness::Open)
    };
    world.fold.people.roles(person).iter().filter(open).copied().collect()
}

/// What `leave` gives up: the open roles, and those of stages where nothing else is held any more.
fn given_up(world: &World, person: u32) -> Vec<RoleId> {
    let open = open_roles(world, person);
    let own = crate::people::own_roles(&world.fold.people, &world.rules, person);
    if own.iter().all(|r| open.contains(r)) {
        return world.fold.people.roles(person).to_vec();
    }
    open
}

fn move_people(world: &mut World, applied: &mut Applied, person: u32) {
    applied.people = Some(world.fold.people.holdings(person));
    applied.everyones = Some(world.fold.everyones.clone());
    let held = world.fold.people.roles(person).to_vec();
    let rules = world.rules.clone();
    let kind = rules.messages.get(usize::from(applied.message)).map(|m| &m.kind);
    if matches!(kind, Some(MessageKind::Join)) {
        let role = match world.frame.fields.first() {
            Some(Value::Text(name)) => rules.role(name),
            _ => None,
        };
        Arc::make_mut(&mut world.fold.people).join(person, role.as_slice());
        wait_for(world, person);
        let World { machine, fold, .. } = world;
        fold.pattern = machine.joined(&fold.pattern, person, &*fold.people);
    } else {
        let roles = given_up(world, person);
        Arc::make_mut(&mut world.fold.people).leave(person, &roles);
        wait_for(world, person);
        let World { machine, machines, fold, .. } = world;
        fold.pattern = machine.left(&fold.pattern, person, &*fold.people);
        for (machine, course) in machines.iter().zip(&mut fold.stages) {
            course.pattern = machine.left(&course.pattern, person, &*fold.people);
        }
    }
    recount(world, person, &held);
}

/// The log waits for whoever is present before anything counts as settled, and for nobody else.
fn wait_for(world: &mut World, person: u32) {
    let Some(print) = world.fold.people.fingerprint(person) else { return };
    if world.fold.people.roles(person).is_empty() {
        world.log.dismiss(&print);
    } else {
        world.log.enrol(&print);
    }
}

/// Somebody has come or gone who held these roles before: what they have said counts for
/// `everyone` while they are present in the role.
fn recount(world: &mut World, person: u32, before: &[RoleId]) {
    let rules = world.rules.clone();
    let now = world.fold.people.roles(person);
    for n in &rules.tables.log_everyones {
        let Some((message, role)) = rules.tables.everyones.get(usize::from(*n)) else { continue };
        if world.fold.tables.row_by(*message, person).count == 0 {
            continue;
        }
        if let Some(place) = world.fold.everyones.get_mut(usize::from(*n)) {
            *place = place
                .saturating_add(u32::from(now.contains(role)))
                .saturating_sub(u32::from(before.contains(role)));
        }
    }
}
