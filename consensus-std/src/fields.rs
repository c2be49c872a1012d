//! Taking records apart: named parts of values, or an error that says what is missing.

use std::collections::BTreeMap;

use mundi_engine::Value;
use mundi_engine::library::MethodError;
use rust_decimal::Decimal;

use crate::arguments::{Outcome, argument, list, room_for, text, wrong};
use crate::limits::{MAX_COUNT, MAX_MARKS};
use crate::methods::universes::{Ties, TooMuch};

/// A part of a record.
pub(crate) fn field<'a>(value: &'a Value, name: &str) -> Outcome<&'a Value> {
    match value {
        Value::Record(fields) => fields
            .get(name)
            .ok_or_else(|| MethodError::Input(format!("a record has no `{name}`: write it"))),
        _ => wrong(format!("a value is no record: `{name}` is missing")),
    }
}

/// A count in a record, at most [`MAX_COUNT`].
pub(crate) fn count_field(value: &Value, name: &str) -> Outcome<u64> {
    let Value::Int(number) = field(value, name)? else {
        return wrong(format!("`{name}` is no int: give a count"));
    };
    bounded(u64::try_from(*number).ok(), *number, name)
}

/// A count in an argument, at most [`MAX_COUNT`].
pub(crate) fn bounded_count(values: &[Value], at: usize, name: &str) -> Outcome<u64> {
    let Value::Int(number) = argument(values, at)? else {
        return wrong(format!("`{name}` is no int: give a count"));
    };
    bounded(u64::try_from(*number).ok(), *number, name)
}

fn bounded(count: Option<u64>, number: i64, name: &str) -> Outcome<u64> {
    match count {
        None => wrong(format!("`{name}` is {number}: a count is 0 or more")),
        Some(count) if count > MAX_COUNT => {
            let text = format!("`{name}` is {number}: at most {MAX_COUNT} can be counted with");
            Err(MethodError::TooMuch(text))
        }
        Some(count) => Ok(count),
    }
}

/// The elements of a list argument, not more than there may be marks.
pub(crate) fn elements<'a>(values: &'a [Value], at: usize, name: &str) -> Outcome<&'a [Value]> {
    let items = list(argument(values, at)?, name)?;
    room_for(0, items.len())?;
    Ok(items)
}

/// Numbers as decimals: ints and decimals.
pub(crate) fn decimal(value: &Value, name: &str) -> Outcome<Decimal> {
    match value {
        Value::Int(number) => Ok(Decimal::from(*number)),
        Value::Decimal(number) => Ok(*number),
        _ => wrong(format!("{name} has a value that is no number")),
    }
}

/// One of some texts.
pub(crate) fn choice<T: Copy, const N: usize>(
    values: &[Value],
    at: usize,
    name: &str,
    choices: [(&str, T); N],
) -> Outcome<T> {
    let given = text(values, at, name)?;
    if let Some((_, choice)) = choices.iter().find(|(text, _)| *text == given.as_ref()) {
        return Ok(*choice);
    }
    let known = choices.map(|(text, _)| format!("\"{text}\""));
    wrong(format!("`{name}` is \"{given}\": write {}", known.join(" or ")))
}

/// The tie policy of methods that go step by step.
pub(crate) fn ties(values: &[Value], at: usize) -> Outcome<Ties> {
    let known = [("parallel", Ties::Parallel), ("first-listed", Ties::FirstListed)];
    choice(values, at, "ties", known)
}

/// What a method gives, or the refusal in words.
pub(crate) fn allowed<T>(given: Result<T, TooMuch>) -> Outcome<T> {
    given.map_err(|refusal| {
        MethodError::TooMuch(match refusal {
            TooMuch::Ties => "ties upon ties: more ways than can be followed".to_owned(),
            TooMuch::Steps => {
                "too many steps: ask with fewer options, places or ballots".to_owned()
            }
        })
    })
}

/// Values that are numbered: all different.
pub(crate) struct Numbered<'a> {
    /// In the caller's order.
    pub(crate) list: Vec<&'a Value>,
    places: BTreeMap<&'a Value, usize>,
}

impl<'a> Numbered<'a> {
    /// `what` says in an error what they are.
    pub(crate) fn new(list: Vec<&'a Value>, what: &str, most: usize) -> Outcome<Self> {
        let most = most.min(MAX_MARKS);
        if list.len() > most {
            let text = format!("{} {what}: at most {most} can be taken", list.len());
            return Err(MethodError::TooMuch(text));
        }
        let places: BTreeMap<_, _> = list.iter().enumerate().map(|(i, v)| (*v, i)).collect();
        if places.len() < list.len() {
            return wrong(format!("one of the {what} is there twice: give each once"));
        }
        Ok(Self { list, places })
    }

    /// The place of a value.
    pub(crate) fn place(&self, value: &Value, what: &str) -> Outcome<usize> {
        let place = self.places.get(value).copied();
        place.ok_or_else(|| {
            MethodError::Input(format!("a list names one that is none of the {what}"))
        })
    }

    /// The value of a place.
    pub(crate) fn value(&self, place: usize) -> Value {
        self.list.get(place).map_or(Value::Unit, |value| (*value).clone())
    }

    /// The values of places.
    pub(crate) fn values(&self, places: &[usize]) -> Value {
        crate::results::list(places.iter().map(|place| self.value(*place)))
    }
}
