//! Values into the sandbox and out of it. Types are known from the rules, so that numbers in the
//! sandbox can stand for persons, entries and times (`spec/execution.md`, "Values at run time").

use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_lang::ty::Ty;
use rhai::{Dynamic, ImmutableString, Map};

use super::fuel::{Fault, fault};
use crate::value::Value;
use crate::world::World;

/// A value for a script.
pub(crate) fn into_script(value: &Value, world: &World) -> Dynamic {
    match value {
        Value::Unit => Dynamic::UNIT,
        Value::Bool(b) => Dynamic::from(*b),
        Value::Int(n) | Value::Time(n) | Value::Duration(n) => Dynamic::from::<i64>(*n),
        Value::Decimal(d) => Dynamic::from_decimal(*d),
        Value::Text(t) => Dynamic::from(ImmutableString::from(&**t)),
        Value::Bytes(b) => Dynamic::from(hex(b)),
        Value::Person(p) => {
            world.fold.people.index_of(p).map_or(Dynamic::UNIT, |i| Dynamic::from::<i64>(i.into()))
        }
        Value::Ref(id) => {
            world.accepted_index(id).map_or(Dynamic::UNIT, |i| Dynamic::from::<i64>(i.into()))
        }
        Value::List(items) => {
            Dynamic::from_array(items.iter().map(|v| into_script(v, world)).collect())
        }
        Value::Record(fields) => Dynamic::from_map(
            fields.iter().map(|(k, v)| ((&**k).into(), into_script(v, world))).collect(),
        ),
        Value::Map(entries) => Dynamic::from_map(
            entries
                .iter()
                .map(|(k, v)| (key_text(&into_script(k, world)).into(), into_script(v, world)))
                .collect(),
        ),
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut s, b| {
        let _ = write!(s, "{b:02x}");
        s
    })
}

/// The text of a map's key: a text as it is, numbers and bools as printed.
pub(crate) fn key_text(key: &Dynamic) -> String {
    if let Ok(n) = key.as_int() {
        return n.to_string();
    }
    if let Ok(b) = key.as_bool() {
        return b.to_string();
    }
    key.clone().into_immutable_string().map(|s| s.to_string()).unwrap_or_default()
}

/// A value from a script, of a type that the checker has established. A mismatch is a fault, never
/// a wrong value.
pub(crate) fn from_script(value: &Dynamic, ty: &Ty, world: &World) -> Result<Value, Fault> {
    if value.is_unit() {
        return match ty {
            Ty::Unit | Ty::Optional(_) | Ty::Unknown | Ty::Never | Ty::Var(_) => Ok(Value::Unit),
            _ => Err(fault("a value is missing here: it is `()`")),
        };
    }
    Ok(match ty {
        Ty::Optional(inner) => return from_script(value, inner, world),
        Ty::Bool => Value::Bool(value.as_bool().map_err(mismatch)?),
        Ty::Int => Value::Int(value.as_int().map_err(mismatch)?),
        Ty::Time => Value::Time(value.as_int().map_err(mismatch)?),
        Ty::Duration => Value::Duration(value.as_int().map_err(mismatch)?),
        Ty::Decimal => Value::Decimal(decimal(value)?),
        Ty::Text => Value::Text(text(value)?.as_str().into()),
        Ty::Bytes => Value::Bytes(unhex(&text(value)?)?),
        Ty::Person => Value::Person(person(value, world)?),
        Ty::Ref(_) => Value::Ref(world.id_of(index(value)?).ok_or_else(|| mismatch("entry"))?),
        Ty::List(of) => Value::List(Arc::new(list(value, of, world)?)),
        Ty::Record(fields) => Value::Record(Arc::new(record(value, fields, world)?)),
        Ty::Map(key, of) => Value::Map(Arc::new(map(value, key, of, world)?)),
        Ty::Unit | Ty::Unknown | Ty::Never | Ty::Range | Ty::Var(_) => guess(value)?,
    })
}

/// A value whose type the checker left open (an element of an empty list): scalars only.
fn guess(value: &Dynamic) -> Result<Value, Fault> {
    if let Ok(b) = value.as_bool() {
        return Ok(Value::Bool(b));
    }
    if let Ok(n) = value.as_int() {
        return Ok(Value::Int(n));
    }
    if let Ok(d) = value.as_decimal() {
        return Ok(Value::Decimal(d));
    }
    Ok(Value::Text(text(value)?.as_str().into()))
}

fn mismatch(found: &str) -> Fault {
    fault(format!("the script gave a value of another kind ({found}) than its rules say"))
}

pub(crate) fn index(value: &Dynamic) -> Result<u32, Fault> {
    value.as_int().ok().and_then(|n| u32::try_from(n).ok()).ok_or_else(|| mismatch("index"))
}

pub(crate) fn text(value: &Dynamic) -> Result<ImmutableString, Fault> {
    value.clone().into_immutable_string().map_err(mismatch)
}

/// A decimal, or an int where a decimal is wanted.
pub(crate) fn decimal(value: &Dynamic) -> Result<rust_decimal::Decimal, Fault> {
    match value.as_int() {
        Ok(n) => Ok(n.into()),
        Err(_) => value.as_decimal().map_err(mismatch),
    }
}

fn person(value: &Dynamic, world: &World) -> Result<mundi_identity::Fingerprint, Fault> {
    world.fold.people.fingerprint(index(value)?).ok_or_else(|| mismatch("person"))
}

fn list(value: &Dynamic, of: &Ty, world: &World) -> Result<Vec<Value>, Fault> {
    let items = value.as_array_ref().map_err(mismatch)?;
    items.iter().map(|v| from_script(v, of, world)).collect()
}

fn record(
    value: &Dynamic,
    fields: &[(String, Ty)],
    world: &World,
) -> Result<BTreeMap<Arc<str>, Value>, Fault> {
    let map = value.as_map_ref().map_err(mismatch)?;
    let mut out = BTreeMap::new();
    for (name, ty) in fields {
        let value =
            map.get(name.as_str()).map_or(Ok(Value::Unit), |v| from_script(v, ty, world))?;
        out.insert(name.as_str().into(), value);
    }
    Ok(out)
}

fn map(value: &Dynamic, key: &Ty, of: &Ty, world: &World) -> Result<BTreeMap<Value, Value>, Fault> {
    let map = value.as_map_ref().map_err(mismatch)?;
    map.iter()
        .map(|(k, v)| Ok((key_from_text(k, key, world)?, from_script(v, of, world)?)))
        .collect()
}

/// A map's key back from its text.
pub(crate) fn key_from_text(text: &str, key: &Ty, world: &World) -> Result<Value, Fault> {
    let dynamic = match key {
        Ty::Text | Ty::Unknown | Ty::Never | Ty::Var(_) => Dynamic::from(text.to_owned()),
        Ty::Bool => Dynamic::from(text == "true"),
        _ => Dynamic::from::<i64>(text.parse().map_err(|_| mismatch("key"))?),
    };
    from_script(&dynamic, key, world)
}

fn unhex(text: &str) -> Result<Arc<[u8]>, Fault> {
    let digits = text.as_bytes();
    digits
        .chunks(2)
        .map(|pair| {
            let pair = std::str::from_utf8(pair).map_err(|_| mismatch("bytes"))?;
            u8::from_str_radix(pair, 16).map_err(|_| mismatch("bytes"))
        })
        .collect::<Result<Vec<u8>, _>>()
        .map(Into::into)
}

/// How many values a script's value is made of; texts count by their length.
pub(crate) fn size(value: &Dynamic) -> usize {
    if let Ok(items) = value.as_array_ref() {
        return items.iter().map(size).sum::<usize>().saturating_add(1);
    }
    if let Ok(map) = value.as_map_ref() {
        let sizes = map.iter().map(|(k, v)| size(v).saturating_add(k.len() / 4));
        return sizes.sum::<usize>().saturating_add(1);
    }
    value.as_immutable_string_ref().map_or(1, |s| s.len() / 4 + 1)
}

/// Structural equality of two scripts' values of one type: ints and decimals by value.
pub(crate) fn equal(a: &Dynamic, b: &Dynamic) -> bool {
    if let (Ok(a), Ok(b)) = (a.as_array_ref(), b.as_array_ref()) {
        return a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| equal(a, b));
    }
    if let (Ok(a), Ok(b)) = (a.as_map_ref(), b.as_map_ref()) {
        return equal_maps(&a, &b);
    }
    if let (Ok(a), Ok(b)) = (a.as_immutable_string_ref(), b.as_immutable_string_ref()) {
        return *a == *b;
    }
    if let (Ok(a), Ok(b)) = (a.as_bool(), b.as_bool()) {
        return a == b;
    }
    if let (Ok(a), Ok(b)) = (decimal(a), decimal(b)) {
        return a == b;
    }
    a.is_unit() && b.is_unit()
}

/// A field that is `()` and one that is not there are the same.
fn equal_maps(a: &Map, b: &Map) -> bool {
    let within = |a: &Map, b: &Map| {
        a.iter().all(|(k, v)| b.get(k).map_or(v.is_unit(), |other| equal(v, other)))
    };
    within(a, b) && within(b, a)
}
