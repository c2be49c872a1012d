//! Random talk: moves, as proptest makes them, become signed entries of a conversation, good and
//! bad ones, late ones, forks, joins and leaves.

use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_engine::body::encode_body;
use mundi_engine::draft::Draft;
use mundi_engine::entry::{Entry, EntryId, verify};
use mundi_engine::hidden::Hidden;
use mundi_engine::rekeying::{REKEY, Rekeying};
use mundi_engine::{Replica, Value, joining};
use mundi_identity::{Reason, Revocation};
use mundi_lang::rules::{Field, MessageKind, Presence, Rules, Type};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{certificate, device, person, replica, someone};

/// One thing that somebody does.
#[derive(Clone, Debug)]
pub struct Move {
    /// Who, with which device.
    pub who: u16,
    /// What, and whether it asks first what is possible.
    pub what: u16,
    /// The values of the fields.
    pub fields: u64,
    /// Which heads its author has seen.
    pub seen: u32,
    /// How much later than what it builds on, in ms.
    pub later: u32,
    /// Whether it forks.
    pub fork: bool,
    /// Whether it is a `rekey` that begins or revokes a device.
    pub rekey: bool,
}

/// Random moves; one in `forks` forks, none where it is 0.
pub fn moves(most: usize, forks: u32) -> impl Strategy<Value = Vec<Move>> {
    let fork = if forks == 0 {
        Just(false).boxed()
    } else {
        prop_oneof![forks => Just(false), 1 => Just(true)].boxed()
    };
    let later = prop_oneof![4 => 1_u32..3_000, 1 => 1_u32..200_000_000];
    let rekey = prop_oneof![9 => Just(false), 1 => Just(true)];
    let one = (any::<u16>(), any::<u16>(), any::<u64>(), any::<u32>(), later, fork, rekey);
    let one = one.prop_map(|(who, what, fields, seen, later, fork, rekey)| Move {
        who,
        what,
        fields,
        seen,
        later,
        fork,
        rekey,
    });
    proptest::collection::vec(one, 1..most)
}

/// A conversation in the making.
pub struct Talk {
    pub guide: Replica,
    rules: Arc<Rules>,
    people: Vec<String>,
    /// All entries made, `open` first.
    pub made: Vec<Entry>,
    by: Vec<String>,
    secrets: BTreeMap<EntryId, Vec<(String, Value)>>,
}

/// A `rekey` by a device: begins the person's tablet, revokes some of the person's devices.
fn rekey_body(who: &str, dice: &mut Dice) -> Vec<u8> {
    let name = who.split('/').next().unwrap();
    let device_of =
        |kind: &str| if kind.is_empty() { name.into() } else { format!("{name}/{kind}") };
    let mut rekeying = Rekeying { commit: [3; 32], devices: Vec::new(), revoked: Vec::new() };
    if dice.roll(3) > 0 {
        rekeying.devices.push(certificate(&device_of("tablet")));
    }
    for kind in ["", "phone", "tablet"] {
        if dice.roll(3) == 0 {
            let key = device(&device_of(kind)).public();
            let revoked = Revocation::sign(&person(name), key, Reason::Lost, super::START);
            rekeying.revoked.push(revoked.unwrap());
        }
    }
    rekeying.body()
}

/// A little source of numbers, so that one number of a move makes many.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides.max(1)
    }
}

/// All who may speak, strangers among them.
pub const PEOPLE: [&str; 7] = ["ada", "ben", "cy", "dan", "eve", "gus", "hal"];

/// The same entries as they may come.
pub fn shuffled(entries: &[Entry], dice: &mut Dice) -> Vec<Entry> {
    let mut all = entries.to_vec();
    for n in (1..all.len()).rev() {
        all.swap(n, dice.roll(n + 1));
    }
    all
}

/// The entries of a random conversation, `open` first. `people` are all who may speak, strangers
/// among them.
pub fn talk(open: &Entry, opener: &str, people: &[&str], moves: &[Move]) -> Vec<Entry> {
    let guide = replica(open);
    let mut talk = Talk {
        rules: guide.rules(),
        guide,
        people: people.iter().map(|p| (*p).to_owned()).collect(),
        made: vec![open.clone()],
        by: vec![opener.to_owned()],
        secrets: BTreeMap::new(),
    };
    for one in moves {
        talk.make(one);
    }
    talk.made
}

impl Talk {
    fn make(&mut self, one: &Move) {
        let mut dice = Dice(one.fields ^ u64::from(one.what) << 20);
        let possible = self.guide.turns();
        let turn = possible.get(dice.roll(possible.len()));
        let guided = turn.filter(|_| !one.what.is_multiple_of(4));
        let number = match guided {
            Some(turn) => self.rules.message(&turn.message).unwrap(),
            None => u16::try_from(usize::from(one.what) / 4 % self.rules.messages.len()).unwrap(),
        };
        let in_turn = |p: &&String| guided.is_some_and(|t| t.by.contains(&person(p).fingerprint()));
        let able: Vec<&String> = self.people.iter().filter(in_turn).collect();
        let who = if able.is_empty() || one.who.is_multiple_of(8) {
            self.people[usize::from(one.who) / 16 % self.people.len()].clone()
        } else {
            able[usize::from(one.who) / 16 % able.len()].clone()
        };
        let tablet = format!("{who}/tablet");
        let who = match one.who % 16 {
            1 => format!("{who}/phone"),
            2..6 if one.rekey || self.by.contains(&tablet) => tablet,
            _ => who,
        };
        let (message, (body, secrets)) = if one.rekey {
            (REKEY.to_owned(), (rekey_body(&who, &mut dice), Vec::new()))
        } else {
            let name = self.rules.messages[usize::from(number)].name.clone();
            (name, self.body(number, &who, &mut dice))
        };
        let entry = self.sign(one, &who, message, body, &mut dice);
        self.secrets.insert(entry.id(), secrets);
        self.guide.insert(verify(entry.clone()).unwrap());
        self.guide.advance();
        self.made.push(entry);
        self.by.push(who);
    }

    fn sign(
        &mut self,
        one: &Move,
        who: &str,
        message: String,
        body: Vec<u8>,
        dice: &mut Dice,
    ) -> Entry {
        let own: Vec<usize> = (0..self.made.len()).filter(|i| self.by[*i] == who).collect();
        let back = if one.fork { dice.roll(3) + 1 } else { 0 };
        let prev = own.len().checked_sub(back + 1).and_then(|i| own.get(i)).copied();
        let mut parents: Vec<usize> = Vec::new();
        for at in (0..self.made.len()).rev() {
            let chosen = one.seen >> (self.made.len() - at).min(31) & 1 == 0;
            let fresh = parents.iter().all(|p| self.by[*p] != self.by[at]) && self.by[at] != who;
            if chosen && fresh && parents.len() < 8 {
                parents.push(at);
            }
        }
        if prev.is_none() && parents.is_empty() {
            parents.push(0);
        }
        let under = parents.iter().chain(&prev).map(|i| self.made[*i].at()).max().unwrap();
        let draft = Draft {
            conversation: Some(self.made[0].id()),
            seq: prev.map_or(0, |i| self.made[i].seq() + 1),
            prev: prev.map(|i| self.made[i].id()),
            parents: parents
                .iter()
                .filter(|i| self.by[**i] != who)
                .map(|i| self.made[*i].id())
                .collect(),
            at: under + u64::from(one.later),
            message,
            body,
        };
        draft.sign(&device(who)).unwrap()
    }

    fn body(&self, number: u16, who: &str, dice: &mut Dice) -> (Vec<u8>, Vec<(String, Value)>) {
        let rules = self.rules.clone();
        let message = &rules.messages[usize::from(number)];
        if matches!(message.kind, MessageKind::Join) {
            let role = &rules.roles[dice.roll(rules.roles.len())].name;
            return (joining::body(role, &certificate(who)), Vec::new());
        }
        let mut secrets = Vec::new();
        let mut values = Vec::new();
        for field in &message.fields {
            if field.presence == Presence::Optional && dice.roll(3) == 0 {
                continue;
            }
            let value = match &field.ty {
                Type::Hidden(of) => {
                    let value = self.value(of, dice);
                    secrets.push((field.name.clone(), value.clone()));
                    let hidden = Hidden {
                        conversation: self.made[0].id(),
                        author: device(who).public(),
                        message: &message.name,
                        field: &field.name,
                        salt: &[9; 16],
                        value: &value,
                    };
                    Value::Bytes(hidden.commitment().as_slice().into())
                }
                Type::Reveal(of) => self.reveal(*of, dice),
                _ => self.field(field, dice),
            };
            values.push((field.name.clone(), value));
        }
        (encode_body(&rules, number, &values), secrets)
    }

    fn field(&self, field: &Field, dice: &mut Dice) -> Value {
        self.value(&field.ty, dice)
    }

    /// An entry of these messages; now and then any entry at all.
    fn entry(&self, of: &[u16], dice: &mut Dice) -> EntryId {
        let fits = |e: &&Entry| self.rules.message(e.message()).is_some_and(|m| of.contains(&m));
        let found: Vec<&Entry> = self.made.iter().filter(fits).collect();
        if found.is_empty() || dice.roll(8) == 0 {
            return self.made[dice.roll(self.made.len())].id();
        }
        found[dice.roll(found.len())].id()
    }

    fn reveal(&self, of: u16, dice: &mut Dice) -> Value {
        let id = self.entry(&[of], dice);
        let wrong = dice.roll(8) == 0;
        let open = self.secrets.get(&id).into_iter().flatten().map(|(name, value)| {
            let salt = if wrong { [1; 16] } else { [9; 16] };
            let parts = vec![Value::Bytes(salt.as_slice().into()), value.clone()];
            (Arc::from(name.as_str()), Value::List(Arc::new(parts)))
        });
        let open = Value::Record(Arc::new(open.collect()));
        let parts = [(Arc::from("entry"), Value::Ref(id)), (Arc::from("open"), open)];
        Value::Record(Arc::new(parts.into()))
    }

    fn value(&self, ty: &Type, dice: &mut Dice) -> Value {
        match ty {
            Type::Bool => Value::Bool(dice.roll(2) == 0),
            Type::Int(a, b) => {
                let from = a.unwrap_or(-2);
                let to = b.unwrap_or(from.saturating_add(5)).min(from.saturating_add(9));
                // Now and then beyond the range.
                let width = usize::try_from(to - from).unwrap_or(0) + 1;
                Value::Int(if dice.roll(24) == 0 {
                    to.saturating_add(1)
                } else {
                    from + i64::try_from(dice.roll(width)).unwrap()
                })
            }
            Type::Decimal(a, _) => {
                let from = a.unwrap_or_default();
                Value::Decimal(from + Decimal::new(i64::try_from(dice.roll(500)).unwrap(), 2))
            }
            Type::Text(a, _) => Value::Text("x".repeat((*a as usize).max(dice.roll(4))).into()),
            Type::Choice(choices) => Value::Text(choices[dice.roll(choices.len())].as_str().into()),
            Type::Person(_) => someone(&self.people[dice.roll(self.people.len())]),
            Type::Ref(of) => Value::Ref(self.entry(of, dice)),
            Type::OneOf(term, of) => match &self.guide.terms()[usize::from(*term)] {
                Value::List(options) if !options.is_empty() && dice.roll(8) > 0 => {
                    options[dice.roll(options.len())].clone()
                }
                // The terms of a stage are not known before it begins.
                _ => self.value(of, dice),
            },
            Type::List { of, min, max, .. } => {
                let n = (*min as usize + dice.roll(3)).min(*max as usize);
                Value::List(Arc::new((0..n).map(|_| self.value(of, dice)).collect()))
            }
            Type::Time(..) => Value::Time(i64::try_from(super::START).unwrap()),
            Type::Duration(a, b) => {
                let from = a.unwrap_or(0);
                Value::Duration(b.map_or(from + 60_000, |b| b.min(from + 60_000)))
            }
            Type::Bytes(a, _) => Value::Bytes(vec![7; *a as usize].into()),
            Type::Optional(of) => self.value(of, dice),
            Type::Record(fields) => {
                let parts =
                    fields.iter().map(|f| (Arc::from(f.name.as_str()), self.field(f, dice)));
                Value::Record(Arc::new(parts.collect()))
            }
            other => panic!("random talk has no values of {other:?}"),
        }
    }
}
