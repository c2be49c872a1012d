//! What may be tried at a point: every message that the pattern allows, by everybody who may say it,
//! with the values that are worth trying; joining and leaving; waiting for the next time that matters.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mundi_engine::Value;
use mundi_engine::suppose::{Point, Supposed, Supposer, Turn, is_deadline};
use mundi_identity::Fingerprint;
use mundi_lang::rules::{Field, Mentioned, Message, MessageId, MessageKind, Openness, Rules, Type};

use super::bounds::{Bounds, COMBINATIONS};
use super::setting::{Person, Setting};
use super::values::{Pool, product};

/// A step of a conversation that is searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    /// Somebody says something.
    Say(Arc<Supposed>),
    /// Time passes until then, in ms since 1970.
    Wait(i64),
}

/// Whose messages, which, when: what may be tried again as it is.
type Key = (MessageId, Fingerprint, i64);

/// Finds what may be tried.
pub(super) struct Moves {
    setting: Arc<Setting>,
    rules: Arc<Rules>,
    values: usize,
    /// Values that somebody has used: by message, the field's name and the value.
    tried: Vec<Vec<(String, Value)>>,
    /// By message: whether its values depend on nothing but the terms.
    steady: Vec<bool>,
    known: BTreeMap<Key, Vec<Arc<Supposed>>>,
    literals: Vec<Vec<Mentioned>>,
    /// Milliseconds after something at which code looks at the time.
    spans: Vec<i64>,
    deadlines: usize,
    /// Messages of which not all combinations were tried.
    pub(super) cut: BTreeSet<MessageId>,
    /// Messages that have more values than were tried, in a field that a guard reads.
    pub(super) uncovered: BTreeSet<MessageId>,
}

impl Moves {
    pub(super) fn new(supposer: &Supposer, setting: Arc<Setting>, bounds: &Bounds) -> Self {
        let rules = supposer.rules();
        let fixed = rules.cast().all(|role| role.open == Openness::Fixed);
        let numbers_held = rules.state.iter().any(|f| is_held(&f.ty));
        let steady = |(n, message): (u16, &Message)| {
            let read = (0..).zip(&message.fields).filter(|(f, _)| supposer.asks().reads(n, *f));
            read.into_iter().all(|(_, field)| is_steady(field, fixed, numbers_held))
                && message.fields.iter().all(|f| !names_entries(&f.ty))
        };
        let steady = (0..).zip(&rules.messages).map(steady).collect();
        let literals = (0..).take(rules.messages.len());
        let literals = literals.map(|n| supposer.asks().literals(n).cloned().collect()).collect();
        let spans = if supposer.asks().now() { spans(&rules, supposer) } else { Vec::new() };
        let deadlines = (0..).take(rules.messages.len()).filter(|n| is_deadline(&rules, *n));
        let deadlines = deadlines.count();
        let known = BTreeMap::new();
        let tried = rules.messages.iter().map(|m| used(m, &setting, bounds)).collect();
        let (values, cut, uncovered) = (bounds.values, BTreeSet::new(), BTreeSet::new());
        Self {
            setting,
            rules,
            values,
            tried,
            steady,
            known,
            literals,
            spans,
            deadlines,
            cut,
            uncovered,
        }
    }

    /// What may be tried at the point where the supposer stands, at a time.
    pub(super) fn at(&mut self, supposer: &Supposer, point: &Point, clock: i64) -> Vec<Move> {
        if supposer.has_ended() {
            return Vec::new();
        }
        let mut moves = Vec::new();
        let mut times = BTreeSet::new();
        for turn in supposer.turns() {
            if is_deadline(&self.rules, turn.message) {
                self.deadline(supposer, &turn, clock, &mut moves, &mut times);
                continue;
            }
            for person in &turn.by {
                self.message(supposer, point, turn.message, person, clock, &mut moves);
            }
        }
        self.coming_and_going(supposer, clock, &mut moves);
        for span in &self.spans {
            let from = point.said().iter().map(|s| s.at).chain([supposer.opened()]);
            times.extend(from.filter_map(|at| at.checked_add(*span)));
        }
        if self.deadlines > 1 || !self.spans.is_empty() {
            let next = times.range(clock.saturating_add(1)..).next();
            moves.extend(next.map(|time| Move::Wait(*time)));
        }
        moves
    }

    /// A deadline is the same whoever says it, and is said when its time has come.
    fn deadline(
        &self,
        supposer: &Supposer,
        turn: &Turn,
        clock: i64,
        moves: &mut Vec<Move>,
        times: &mut BTreeSet<i64>,
    ) {
        let Some(due) = supposer.due(turn.message) else { return };
        times.insert(due);
        let person = turn.by.first().and_then(|print| self.setting.person(print));
        let Some(person) = person else { return };
        let fields = Arc::new(Vec::new());
        moves.push(Move::Say(Arc::new(said(turn.message, person, due.max(clock), fields))));
    }

    fn message(
        &mut self,
        supposer: &Supposer,
        point: &Point,
        message: MessageId,
        by: &Fingerprint,
        clock: i64,
        moves: &mut Vec<Move>,
    ) {
        let steady = self.steady.get(usize::from(message)) == Some(&true);
        let key = (message, *by, clock);
        if steady && let Some(known) = self.known.get(&key) {
            moves.extend(known.iter().cloned().map(Move::Say));
            return;
        }
        let made = self.made(supposer, point, message, by, clock);
        moves.extend(made.iter().cloned().map(Move::Say));
        if steady {
            self.known.insert(key, made);
        }
    }

    /// All entries of a message by a person that are worth trying.
    fn made(
        &mut self,
        supposer: &Supposer,
        point: &Point,
        message: MessageId,
        by: &Fingerprint,
        clock: i64,
    ) -> Vec<Arc<Supposed>> {
        let rules = self.rules.clone();
        let Some(person) = self.setting.person(by).cloned() else { return Vec::new() };
        let Some(found) = rules.messages.get(usize::from(message)) else { return Vec::new() };
        let terms = supposer.terms();
        let held = held(supposer, &rules, &terms);
        let roles = |p: &Person| (p.print, supposer.roles(&p.print));
        let people: Vec<_> = self.setting.people.iter().map(roles).collect();
        let pool = Pool {
            rules: &rules,
            literals: self.literals.get(usize::from(message)).map_or(&[], Vec::as_slice),
            held: &held,
            tried: self.tried.get(usize::from(message)).map_or(&[], Vec::as_slice),
            terms: &terms,
            people: &people,
            said: point.said(),
            author: *by,
            opened: supposer.opened(),
            most: self.values,
        };
        let choice =
            |(n, field): (u16, &Field)| pool.field(field, supposer.asks().reads(message, n));
        let choices: Vec<_> = (0..).zip(&found.fields).map(choice).collect();
        let (combinations, cut) = product(&choices, COMBINATIONS);
        if cut {
            self.cut.insert(message);
        }
        let mut read =
            (0..).zip(&found.fields).filter(|(n, _)| supposer.asks().guards_read(message, *n));
        if read.any(|(_, field)| !pool.covers(&field.ty)) {
            self.uncovered.insert(message);
        }
        let entry = |values: Vec<Option<Value>>| {
            Arc::new(entry(supposer, message, &found.fields, &person, clock, values))
        };
        combinations.into_iter().map(entry).collect()
    }

    /// Who takes no part may join an open role; who joined may leave.
    fn coming_and_going(&self, supposer: &Supposer, clock: i64, moves: &mut Vec<Move>) {
        let of_kind = |wanted: fn(&MessageKind) -> bool| {
            (0..).zip(&self.rules.messages).find(|(_, m)| wanted(&m.kind)).map(|(n, _)| n)
        };
        let open: Vec<_> = self.rules.cast().filter(|r| r.open == Openness::Open).collect();
        if open.is_empty() {
            return;
        }
        let join = of_kind(|kind| matches!(kind, MessageKind::Join));
        let leave = of_kind(|kind| matches!(kind, MessageKind::Leave));
        for person in &self.setting.people {
            let held = supposer.roles(&person.print);
            let is_open = |r: &u16| {
                let role = self.rules.roles.get(usize::from(*r));
                role.is_some_and(|r| r.open == Openness::Open)
            };
            if let Some(leave) = leave.filter(|_| held.iter().any(is_open)) {
                moves.push(Move::Say(Arc::new(said(leave, person, clock, Arc::default()))));
            }
            let Some(join) = join.filter(|_| held.is_empty()) else { continue };
            for role in &open {
                let fields = Arc::new(vec![Value::Text(role.name.as_str().into())]);
                moves.push(Move::Say(Arc::new(said(join, person, clock, fields))));
            }
        }
    }
}

fn said(message: MessageId, person: &Person, at: i64, fields: Arc<Vec<Value>>) -> Supposed {
    Supposed {
        message,
        person: person.print,
        device: person.device,
        at,
        fields,
        hidden: Vec::new(),
    }
}

/// An entry of these values, with commitments in the place of what it hides.
fn entry(
    supposer: &Supposer,
    message: MessageId,
    fields: &[Field],
    person: &Person,
    at: i64,
    values: Vec<Option<Value>>,
) -> Supposed {
    let mut entry = said(message, person, at, Arc::default());
    let mut all = Vec::new();
    for ((n, field), value) in (0..).zip(fields).zip(values) {
        all.push(match (&field.ty, value) {
            (_, None) => Value::Unit,
            (Type::Hidden(_) | Type::Private(..), Some(value)) => {
                let commitment = supposer.commit(&entry, &field.name, &value);
                entry.hidden.push((n, value));
                commitment
            }
            (_, Some(value)) => value,
        });
    }
    entry.fields = Arc::new(all);
    entry
}

/// What terms and state hold: numbers, times and texts, also those in lists.
fn held(supposer: &Supposer, rules: &Rules, terms: &[Value]) -> Vec<Value> {
    let slots = (0..rules.state.len()).filter_map(|n| supposer.slot(n));
    let mut out = Vec::new();
    for value in slots.chain(terms.iter().cloned()) {
        match value {
            Value::List(items) => items.iter().for_each(|item| hold(item, &mut out)),
            value => hold(&value, &mut out),
        }
    }
    out
}

/// So many are enough.
const HELD: usize = 16;

fn hold(value: &Value, out: &mut Vec<Value>) {
    let plain = matches!(
        value,
        Value::Int(_) | Value::Decimal(_) | Value::Time(_) | Value::Duration(_) | Value::Text(_)
    );
    if plain && out.len() < HELD && !out.contains(value) {
        out.push(value.clone());
    }
}

/// The values of a message's fields that somebody has used.
fn used(message: &Message, setting: &Setting, bounds: &Bounds) -> Vec<(String, Value)> {
    let person = |name: &str| {
        let person = setting.people.iter().find(|p| p.name == name);
        person.map(|p| Value::Person(p.print))
    };
    let of = |(said, name, literal): &(String, String, mundi_lang::literal::Literal)| {
        let field = message.fields.iter().find(|f| *said == message.name && f.name == *name)?;
        let plain = !matches!(field.ty, Type::Ref(_) | Type::Reveal(_) | Type::File(_));
        let value = mundi_engine::body::literal_value(&field.ty, literal, &person).ok()?;
        plain.then(|| (name.clone(), value))
    };
    let mut all: Vec<(String, Value)> = Vec::new();
    for one in bounds.tried.iter().filter_map(of) {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

/// Milliseconds that stand in code or in the terms.
fn spans(rules: &Rules, supposer: &Supposer) -> Vec<i64> {
    let literals = (0..).take(rules.messages.len()).flat_map(|n| supposer.asks().literals(n));
    let written = literals.filter_map(|m| match m {
        Mentioned::Int(n) if *n >= 1000 => Some(*n),
        _ => None,
    });
    let terms = supposer.terms();
    let terms = terms.iter().filter_map(|v| match v {
        Value::Duration(n) => Some(*n),
        _ => None,
    });
    let all: BTreeSet<i64> = written.chain(terms).collect();
    all.into_iter().collect()
}

fn is_number(ty: &Type) -> bool {
    matches!(ty, Type::Int(..) | Type::Decimal(..) | Type::Time(..) | Type::Duration(..))
}

/// Whether state of a type gives values to try.
fn is_held(ty: &Type) -> bool {
    match ty {
        Type::List { of, .. } | Type::Optional(of) => is_held(of),
        ty => is_number(ty) || matches!(ty, Type::Text(..)),
    }
}

/// Whether the values of a field depend on nothing that an entry changes.
fn is_steady(field: &Field, fixed: bool, numbers_held: bool) -> bool {
    fn steady(ty: &Type, fixed: bool, numbers_held: bool) -> bool {
        match ty {
            Type::Person(_) => fixed,
            Type::Ref(_) | Type::Reveal(_) => false,
            Type::List { of, .. }
            | Type::Hidden(of)
            | Type::Optional(of)
            | Type::Private(of, _) => steady(of, fixed, numbers_held),
            // The terms of a stage come to be known.
            Type::OneOf(..) => true,
            Type::Record(fields) => fields.iter().all(|f| steady(&f.ty, fixed, numbers_held)),
            ty => !numbers_held || !(is_number(ty) || matches!(ty, Type::Text(..))),
        }
    }
    steady(&field.ty, fixed, numbers_held)
}

fn names_entries(ty: &Type) -> bool {
    match ty {
        Type::Ref(_) | Type::Reveal(_) => true,
        Type::List { of, .. } | Type::Optional(of) | Type::Hidden(of) => names_entries(of),
        Type::Record(fields) => fields.iter().any(|f| names_entries(&f.ty)),
        _ => false,
    }
}
