//! The typed state: slots that handlers write, each bounded by its type, with an undo list so that
//! an entry whose script fails leaves no trace.

mod saved;

use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_lang::rules::{Field, Presence, Type};

use crate::body::{check_value, literal_value};
use crate::value::Value;

/// A step into a slot's value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// A key of a map.
    Key(Value),
    /// An index of a list.
    Index(i64),
    /// A field of a record.
    Field(Arc<str>),
}

/// What a write replaced.
#[derive(Clone, Debug)]
enum Undo {
    /// The whole slot.
    Slot(usize, Value),
    /// A key of a map slot: its old value, if any.
    Key(usize, Value, Option<Value>),
    /// An element of a list slot.
    Element(usize, usize, Value),
    /// A push onto a list slot.
    Push(usize),
}

/// The slots of one conversation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots {
    values: Vec<Value>,
    undo: Vec<Undo>,
    /// Values in lists and maps, about: what a copy costs and what the state may grow to.
    weight: usize,
}

impl Slots {
    /// The slots as the rules begin them.
    pub(crate) fn new(fields: &[Field], terms: &[Value]) -> Result<Self, String> {
        let values = fields.iter().map(|f| start(f, terms)).collect::<Result<_, _>>()?;
        Ok(Self { values, ..Self::default() })
    }

    pub(crate) fn get(&self, slot: usize) -> Option<&Value> {
        self.values.get(slot)
    }

    pub(crate) fn all(&self) -> &[Value] {
        &self.values
    }

    /// How much a copy weighs, in values.
    pub(crate) fn weight(&self) -> usize {
        self.weight
    }

    /// Replaces a slot.
    pub(crate) fn set(
        &mut self,
        slot: usize,
        value: Value,
        field: &Field,
        terms: &[Value],
    ) -> Result<(), String> {
        check_slot(&value, field, terms)?;
        self.weight = self.weight.saturating_add(weigh(&value));
        if let Some(place) = self.values.get_mut(slot) {
            let old = std::mem::replace(place, value);
            self.weight = self.weight.saturating_sub(weigh(&old));
            self.undo.push(Undo::Slot(slot, old));
        }
        Ok(())
    }

    /// Stores an element of a map or list slot.
    pub(crate) fn set_element(
        &mut self,
        slot: usize,
        step: &Step,
        value: Value,
        ty: &Type,
        terms: &[Value],
    ) -> Result<(), String> {
        let place = self.values.get_mut(slot).ok_or("no such slot")?;
        match (place, step, ty) {
            (Value::Map(map), Step::Key(key), Type::Map { key: kt, value: vt, max, .. }) => {
                check_value(kt, key, terms)?;
                check_value(vt, &value, terms)?;
                if map.len() >= *max as usize && !map.contains_key(key) {
                    return Err(format!("it holds {max} already, the most that its type allows"));
                }
                self.weight = self.weight.saturating_add(weigh(&value));
                let old = Arc::make_mut(map).insert(key.clone(), value);
                self.undo.push(Undo::Key(slot, key.clone(), old));
                Ok(())
            }
            (Value::List(list), Step::Index(index), Type::List { of, unique, .. }) => {
                check_value(of, &value, terms)?;
                if *unique == mundi_lang::rules::Uniqueness::Unique && list.contains(&value) {
                    return Err("its type is `unique`, and the value is in it already".into());
                }
                let at = usize::try_from(*index).ok().filter(|i| *i < list.len());
                let at = at.ok_or_else(|| outside(*index, list.len()))?;
                if let Some(element) = Arc::make_mut(list).get_mut(at) {
                    let old = std::mem::replace(element, value);
                    self.undo.push(Undo::Element(slot, at, old));
                }
                Ok(())
            }
            _ => Err("it has no elements".into()),
        }
    }

    /// Appends to a list slot.
    pub(crate) fn push(
        &mut self,
        slot: usize,
        value: Value,
        ty: &Type,
        terms: &[Value],
    ) -> Result<(), String> {
        let (Some(Value::List(list)), Type::List { of, max, unique, .. }) =
            (self.values.get_mut(slot), ty)
        else {
            return Err("it is no list".into());
        };
        check_value(of, &value, terms)?;
        if list.len() >= *max as usize {
            return Err(format!("it holds {max} already, the most that its type allows"));
        }
        if *unique == mundi_lang::rules::Uniqueness::Unique && list.contains(&value) {
            return Err("its type is `unique`, and the value is in it already".into());
        }
        self.weight = self.weight.saturating_add(weigh(&value));
        Arc::make_mut(list).push(value);
        self.undo.push(Undo::Push(slot));
        Ok(())
    }

    /// Removes a key of a map slot; gives what was there.
    pub(crate) fn remove(&mut self, slot: usize, key: &Value) -> Option<Value> {
        let Some(Value::Map(map)) = self.values.get_mut(slot) else { return None };
        let old = Arc::make_mut(map).remove(key)?;
        self.weight = self.weight.saturating_sub(weigh(&old));
        self.undo.push(Undo::Key(slot, key.clone(), Some(old.clone())));
        Some(old)
    }

    /// Whether any of these slots (sorted) has been written since the last commit.
    pub(crate) fn touched(&self, slots: &[u16]) -> bool {
        let written = |undo: &Undo| match undo {
            Undo::Slot(n, _) | Undo::Key(n, ..) | Undo::Element(n, ..) | Undo::Push(n) => *n,
        };
        let read = |n: usize| u16::try_from(n).is_ok_and(|n| slots.binary_search(&n).is_ok());
        self.undo.iter().any(|undo| read(written(undo)))
    }

    /// The writes since the last call stand.
    pub(crate) fn commit(&mut self) {
        self.undo.clear();
    }

    /// Takes the writes since the last commit back.
    pub(crate) fn roll_back(&mut self) {
        while let Some(undo) = self.undo.pop() {
            match undo {
                Undo::Slot(slot, old) => {
                    if let Some(place) = self.values.get_mut(slot) {
                        *place = old;
                    }
                }
                Undo::Key(slot, key, old) => {
                    if let Some(Value::Map(map)) = self.values.get_mut(slot) {
                        let map = Arc::make_mut(map);
                        match old {
                            Some(old) => map.insert(key, old),
                            None => map.remove(&key),
                        };
                    }
                }
                Undo::Element(slot, at, old) => {
                    if let Some(Value::List(list)) = self.values.get_mut(slot)
                        && let Some(place) = Arc::make_mut(list).get_mut(at)
                    {
                        *place = old;
                    }
                }
                Undo::Push(slot) => {
                    if let Some(Value::List(list)) = self.values.get_mut(slot) {
                        Arc::make_mut(list).pop();
                    }
                }
            }
        }
    }
}

/// What a text says of an index that is not in a list.
pub(crate) fn outside(index: i64, len: usize) -> String {
    format!("there is no element {index}: the list has {len}, counted from 0")
}

/// How a slot begins.
fn start(field: &Field, terms: &[Value]) -> Result<Value, String> {
    match (&field.presence, &field.ty) {
        (Presence::Default(literal), ty) => {
            let value = literal_value(ty, literal, &|_| None)?;
            check_value(ty, &value, terms)?;
            Ok(value)
        }
        (Presence::Required, Type::List { .. }) => Ok(Value::List(Arc::new(Vec::new()))),
        (Presence::Required, Type::Map { .. }) => Ok(Value::Map(Arc::new(BTreeMap::new()))),
        _ => Ok(Value::Unit),
    }
}

fn check_slot(value: &Value, field: &Field, terms: &[Value]) -> Result<(), String> {
    if *value == Value::Unit {
        return match field.presence {
            Presence::Optional => Ok(()),
            _ => Err("it cannot be `()`: its type has no `?`".into()),
        };
    }
    check_value(&field.ty, value, terms)
}

/// Values in a value, itself included; texts by their length.
fn weigh(value: &Value) -> usize {
    match value {
        Value::Text(t) => t.len() / 16 + 1,
        Value::Bytes(b) => b.len() / 16 + 1,
        Value::List(items) => items.iter().map(weigh).sum::<usize>() + 1,
        Value::Record(fields) => fields.values().map(weigh).sum::<usize>() + 1,
        Value::Map(entries) => entries.values().map(weigh).sum::<usize>() + 1,
        _ => 1,
    }
}

/// Writes `value` at a path inside a value; the type's checks are made on the whole afterwards.
pub(crate) fn write_path(target: &mut Value, path: &[Step], value: Value) -> Result<(), String> {
    let Some((step, rest)) = path.split_first() else {
        *target = value;
        return Ok(());
    };
    let inner = match (target, step) {
        (Value::Map(map), Step::Key(key)) => {
            Arc::make_mut(map).entry(key.clone()).or_insert(Value::Unit)
        }
        (Value::Record(fields), Step::Field(name)) => {
            Arc::make_mut(fields).entry(name.clone()).or_insert(Value::Unit)
        }
        (Value::List(list), Step::Index(index)) => {
            let len = list.len();
            let at = usize::try_from(*index).map_err(|_| outside(*index, len))?;
            Arc::make_mut(list).get_mut(at).ok_or_else(|| outside(*index, len))?
        }
        _ => return Err("a part of the path is `()`: store the whole first".into()),
    };
    write_path(inner, rest, value)
}
