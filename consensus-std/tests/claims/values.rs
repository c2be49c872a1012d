//! Values put together and taken apart. Options, people and things are numbers from 0.

use std::sync::Arc;

use mundi_engine::Value;
use mundi_engine::library::Native;

pub(crate) fn int(number: usize) -> Value {
    Value::Int(i64::try_from(number).unwrap())
}

pub(crate) fn list(values: impl IntoIterator<Item = Value>) -> Value {
    Value::List(Arc::new(values.into_iter().collect()))
}

pub(crate) fn record<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Record(Arc::new(fields.into_iter().map(|(k, v)| (Arc::from(k), v)).collect()))
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.into())
}

/// What a function gives. Panics where it refuses.
pub(crate) fn called(native: Native, values: &[Value]) -> Value {
    native(values).unwrap_or_else(|e| panic!("{e}: {values:?}"))
}

pub(crate) fn field<'a>(value: &'a Value, name: &str) -> &'a Value {
    match value {
        Value::Record(fields) => fields.get(name).unwrap_or_else(|| panic!("no {name}: {value:?}")),
        other => panic!("{other:?} is no record"),
    }
}

pub(crate) fn items(value: &Value) -> &[Value] {
    match value {
        Value::List(items) => items,
        other => panic!("{other:?} is no list"),
    }
}

pub(crate) fn whole(value: &Value) -> i64 {
    match value {
        Value::Int(number) => *number,
        other => panic!("{other:?} is no int"),
    }
}

pub(crate) fn place(value: &Value) -> usize {
    usize::try_from(whole(value)).unwrap()
}

pub(crate) fn places(value: &Value) -> Vec<usize> {
    items(value).iter().map(place).collect()
}

/// A number as parts of 1 / 2⁻¹ … 12: what means of a few whole numbers are whole in.
pub(crate) const PARTS: i64 = 27_720;

/// An int or a decimal in [`PARTS`], to the nearest.
pub(crate) fn parts(value: &Value) -> i64 {
    match value {
        Value::Int(number) => number * PARTS,
        Value::Decimal(number) => {
            let parts = (*number * rust_decimal::Decimal::from(PARTS)).round();
            i64::try_from(parts).unwrap()
        }
        other => panic!("{other:?} is no number"),
    }
}

/// The letter of a place, and the place of a letter.
pub(crate) fn letter(place: usize) -> char {
    char::from(b'A' + u8::try_from(place).unwrap())
}

pub(crate) fn place_of(letter: char) -> usize {
    usize::try_from(u32::from(letter) - u32::from('A')).unwrap()
}

pub(crate) fn letters(places: &[usize]) -> String {
    places.iter().map(|place| letter(*place)).collect()
}

/// All subsets, each in order.
pub(crate) fn subsets(of: usize) -> impl Iterator<Item = Vec<usize>> {
    (0_u32..1 << of).map(move |bits| (0..of).filter(|o| bits >> o & 1 == 1).collect())
}

/// All lists of some of them, in each order.
pub(crate) fn orders(of: usize) -> Vec<Vec<usize>> {
    let mut all = vec![vec![]];
    let mut last = vec![vec![]];
    for _ in 0..of {
        let longer = |list: &Vec<usize>| {
            let rest: Vec<usize> = (0..of).filter(|o| !list.contains(o)).collect();
            let list = list.clone();
            rest.into_iter().map(move |o| [list.as_slice(), &[o]].concat())
        };
        last = last.iter().flat_map(longer).collect::<Vec<Vec<usize>>>();
        all.extend(last.clone());
    }
    all
}
