//! What has been said: `said`, `count`, `last`, `all`, `tally`, `members`, `everyone`, and the
//! message at hand.

use std::collections::BTreeMap;

use mundi_lang::rules::{MessageId, Type};
use rhai::{Array, Dynamic, Engine, Map};

use super::{Host, by_last_type, index, maybe, number};
use crate::sandbox::fuel::{Fault, fault};
use crate::sandbox::{convert, into_script};
use crate::value::Value;
use crate::world::{World, readable};

pub(super) fn register(engine: &mut Engine, host: &Host) {
    at_hand(engine, host);
    said(engine, host);
    listed(engine, host);
    people(engine, host);
    tallies(engine, host);
}

/// The message at hand, and the terms.
fn at_hand(engine: &mut Engine, host: &Host) {
    let h = host.clone();
    engine.register_fn("term", move |n: i64| {
        h.with(|w| h.give(w.fold.terms.get(usize::from(number(n)?)).unwrap_or(&Value::Unit), w))
    });
    let h = host.clone();
    engine.register_fn("field", move |n: i64| h.with(|w| h.give(&field_at_hand(w, n)?, w)));
    let h = host.clone();
    engine.register_fn("from", move || h.with(|w| Ok(i64::from(w.frame.person))));
    let h = host.clone();
    engine.register_fn("now", move || h.with(|w| Ok(w.frame.now)));
    let h = host.clone();
    engine.register_fn("opened", move || h.with(|w| Ok(w.opened)));
    let h = host.clone();
    engine.register_fn("pattern_complete", move || {
        h.with(|w| Ok(w.machine.complete(&w.fold.pattern, &*w.fold.people)))
    });
}

fn field_at_hand(world: &World, n: i64) -> Result<Value, Fault> {
    let n = usize::from(number(n)?);
    let message = world.rules.messages.get(usize::from(world.frame.message));
    let ty = message.and_then(|m| m.fields.get(n)).map(|f| &f.ty);
    let value = world.frame.fields.get(n).cloned().unwrap_or(Value::Unit);
    Ok(ty.map_or(Value::Unit, |ty| readable(value, ty)))
}

fn said(engine: &mut Engine, host: &Host) {
    let h = host.clone();
    engine
        .register_fn("said", move |m: i64| h.with(|w| Ok(w.fold.tables.row(number(m)?).count > 0)));
    let h = host.clone();
    engine.register_fn("said_by", move |m: i64, p: i64| {
        h.with(|w| Ok(w.fold.tables.row_by(number(m)?, index(p)?).count > 0))
    });
    let h = host.clone();
    engine.register_fn("count", move |m: i64| {
        h.with(|w| Ok(i64::from(w.fold.tables.row(number(m)?).count)))
    });
    let h = host.clone();
    engine.register_fn("count_by", move |m: i64, p: i64| {
        h.with(|w| Ok(i64::from(w.fold.tables.row_by(number(m)?, index(p)?).count)))
    });
    let h = host.clone();
    engine.register_fn("last", move |m: i64| {
        h.with(|w| Ok(maybe(w.fold.tables.row(number(m)?).last())))
    });
    let h = host.clone();
    engine.register_fn("last_by", move |m: i64, p: i64| {
        h.with(|w| Ok(maybe(w.fold.tables.row_by(number(m)?, index(p)?).last())))
    });
}

fn listed(engine: &mut Engine, host: &Host) {
    let h = host.clone();
    engine.register_fn("all", move |m: i64| h.with(|w| numbers(&h, w, everything(w, number(m)?))));
    let h = host.clone();
    engine.register_fn("all_field", move |m: i64, n: i64| {
        h.with(|w| fields(&h, w, &everything(w, number(m)?), number(n)?))
    });
    let h = host.clone();
    engine.register_fn("lasts", move |m: i64| {
        h.with(|w| numbers(&h, w, w.fold.tables.lasts(number(m)?)))
    });
    let h = host.clone();
    engine.register_fn("lasts_field", move |m: i64, n: i64| {
        h.with(|w| fields(&h, w, &w.fold.tables.lasts(number(m)?), number(n)?))
    });
}

/// All accepted entries of a message, in order.
fn everything(world: &World, message: MessageId) -> Vec<u32> {
    world.journal.listed.get(&message).cloned().unwrap_or_default()
}

/// Entries as a list.
pub(super) fn numbers(host: &Host, _: &World, entries: Vec<u32>) -> Result<Array, Fault> {
    host.fuel.pay_for(entries.len())?;
    Ok(entries.into_iter().map(|e| Dynamic::from(i64::from(e))).collect())
}

/// One field of each entry, without `()`. Reading an entry is dearer than copying a number.
pub(super) fn fields(
    host: &Host,
    world: &mut World,
    entries: &[u32],
    field: u16,
) -> Result<Array, Fault> {
    let mut out = Array::new();
    for entry in entries {
        host.fuel.pay(2)?;
        let value = world.field(*entry, field).unwrap_or(Value::Unit);
        if value != Value::Unit {
            out.push(host.give(&value, world)?);
        }
    }
    Ok(out)
}

fn people(engine: &mut Engine, host: &Host) {
    let h = host.clone();
    engine.register_fn("members", move |r: i64| {
        h.with(|w| {
            let members: Vec<u32> = w.fold.people.members(number(r)?).collect();
            numbers(&h, w, members)
        })
    });
    let h = host.clone();
    engine.register_fn("holds", move |p: i64, r: i64| {
        h.with(|w| Ok(w.fold.people.roles(index(p)?).contains(&number(r)?)))
    });
    let h = host.clone();
    engine.register_fn("everyone", move |n: i64| {
        h.with(|w| {
            let n = usize::from(number(n)?);
            let (_, role) =
                *w.rules.tables.everyones.get(n).ok_or_else(|| fault("no such number"))?;
            let said = w.fold.everyones.get(n).copied().unwrap_or(0);
            Ok(said == w.fold.people.count(&[role]))
        })
    });
}

fn tallies(engine: &mut Engine, host: &Host) {
    let h = host.clone();
    engine.register_fn("tally", move |n: i64| {
        h.with(|w| counts(&h, w, number(n)?, w.fold.tables.tallies.get(&number(n)?)))
    });
    let h = host.clone();
    let tally_of = move |n: i64, v: Dynamic| {
        h.with(|w| count_of(w, number(n)?, &v, w.fold.tables.tallies.get(&number(n)?)))
    };
    by_last_type!(engine, "tally_of", (n: i64), tally_of);
}

/// A tally as a map from text to count; choices that nobody made count 0.
pub(super) fn counts(
    host: &Host,
    world: &World,
    tally: u16,
    counted: Option<&BTreeMap<Value, u32>>,
) -> Result<Map, Fault> {
    let mut out = Map::new();
    for choice in choices(world, tally) {
        out.insert(text_of(&choice, world).into(), Dynamic::from(0_i64));
    }
    for (value, n) in counted.into_iter().flatten() {
        out.insert(text_of(value, world).into(), Dynamic::from(i64::from(*n)));
    }
    host.fuel.pay_for(out.len().saturating_mul(4))?;
    Ok(out)
}

/// The count of one value.
pub(super) fn count_of(
    world: &World,
    tally: u16,
    value: &Dynamic,
    counted: Option<&BTreeMap<Value, u32>>,
) -> Result<i64, Fault> {
    let ty = field_type(world, tally).ok_or_else(|| fault("no such tally"))?;
    let value = convert::from_script(value, &scalar(ty), world)?;
    Ok(counted.and_then(|c| c.get(&value)).copied().unwrap_or(0).into())
}

/// The type of the field that a tally counts.
fn field_type(world: &World, tally: u16) -> Option<&Type> {
    let (message, field) = world.rules.tables.tallies.get(usize::from(tally))?;
    let message = world.rules.messages.get(usize::from(*message))?;
    message.fields.get(usize::from(*field)).map(|f| &f.ty)
}

/// The type in code of a field that can be tallied.
fn scalar(ty: &Type) -> mundi_lang::ty::Ty {
    use mundi_lang::ty::Ty;
    match ty {
        Type::Bool => Ty::Bool,
        Type::Int(..) => Ty::Int,
        Type::Decimal(..) => Ty::Decimal,
        Type::Person(_) => Ty::Person,
        Type::Time(..) => Ty::Time,
        Type::Duration(..) => Ty::Duration,
        Type::OneOf(_, of) | Type::Hidden(of) | Type::Optional(of) => scalar(of),
        _ => Ty::Text,
    }
}

/// The values that a tallied field may have, where its type lists them.
fn choices(world: &World, tally: u16) -> Vec<Value> {
    match field_type(world, tally) {
        Some(Type::Choice(texts)) => texts.iter().map(|t| Value::Text(t.as_str().into())).collect(),
        Some(Type::Bool) => vec![Value::Bool(false), Value::Bool(true)],
        Some(Type::OneOf(term, _)) => match world.fold.terms.get(usize::from(*term)) {
            Some(Value::List(options)) => options.to_vec(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// A value's text as a key of a tally. Equal decimals have one text.
fn text_of(value: &Value, world: &World) -> String {
    match value {
        Value::Decimal(d) => d.normalize().to_string(),
        Value::Text(t) => t.to_string(),
        other => convert::key_text(&into_script(other, world)),
    }
}
