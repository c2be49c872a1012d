//! Taking arguments apart: values in, numbers out, or an error that says which value is wrong.

use std::collections::BTreeMap;

use mundi_engine::Value;
use mundi_engine::library::MethodError;

use crate::limits::{MAX_MARKS, MAX_OPTIONS};
use crate::methods::condorcet::bit;
use crate::profile::Profile;

/// What an adapter gives.
pub(crate) type Outcome<T> = Result<T, MethodError>;

pub(crate) fn wrong<T>(text: impl Into<String>) -> Outcome<T> {
    Err(MethodError::Input(text.into()))
}

/// The argument at a place. The checker has counted them, so this does not happen.
pub(crate) fn argument(values: &[Value], at: usize) -> Outcome<&Value> {
    values
        .get(at)
        .ok_or_else(|| MethodError::Input(format!("argument {} is missing: write it", at + 1)))
}

/// A count: an int that is not negative.
pub(crate) fn count(values: &[Value], at: usize, name: &str) -> Outcome<u64> {
    let Value::Int(number) = argument(values, at)? else {
        return wrong(format!("`{name}` is no int: give a count"));
    };
    u64::try_from(*number).or_else(|_| wrong(format!("`{name}` is {number}: a count is 0 or more")))
}

/// A point in time, or a length of it, in milliseconds.
pub(crate) fn time(values: &[Value], at: usize, name: &str) -> Outcome<i64> {
    match argument(values, at)? {
        Value::Time(time) | Value::Duration(time) => Ok(*time),
        _ => wrong(format!("`{name}` is no time")),
    }
}

/// Counts in a list, no more of them than marks can be counted.
pub(crate) fn counts(values: &[Value], at: usize, name: &str) -> Outcome<Vec<u64>> {
    let items = list(argument(values, at)?, &format!("`{name}`"))?;
    room_for(0, items.len())?;
    (0..items.len()).map(|i| count(items, i, name)).collect()
}

/// A text.
pub(crate) fn text(values: &[Value], at: usize, name: &str) -> Outcome<std::sync::Arc<str>> {
    match argument(values, at)? {
        Value::Text(text) => Ok(text.clone()),
        _ => wrong(format!("`{name}` is no text")),
    }
}

/// A list.
pub(crate) fn list<'a>(value: &'a Value, name: &str) -> Outcome<&'a [Value]> {
    match value {
        Value::List(items) => Ok(items.as_slice()),
        _ => wrong(format!("{name} is no list")),
    }
}

/// A record's field.
pub(crate) fn field<'a>(value: &'a Value, name: &str, what: &str) -> Outcome<&'a Value> {
    match value {
        Value::Record(fields) => fields
            .get(name)
            .ok_or_else(|| MethodError::Input(format!("{what} has no `{name}`: write it"))),
        _ => wrong(format!("{what} is no record")),
    }
}

/// The options of a question: one or more, all different, and not too many.
pub(crate) struct Options<'a> {
    /// In the caller's order.
    pub(crate) list: &'a [Value],
    places: BTreeMap<&'a Value, usize>,
    /// Where all are ints, these with their places, in order: to compare values of any type takes thrice as
    /// long, and looking marks up is a good part of a count.
    numbers: Vec<(i64, usize)>,
}

impl<'a> Options<'a> {
    pub(crate) fn new(values: &'a [Value], at: usize) -> Outcome<Self> {
        let list = list(argument(values, at)?, "`options`")?;
        if list.is_empty() {
            return wrong("`options` is empty: give one option or more");
        }
        if list.len() > MAX_OPTIONS {
            let text = format!("{} options: at most {MAX_OPTIONS} can be counted", list.len());
            return Err(MethodError::TooMuch(text));
        }
        let places: BTreeMap<_, _> = list.iter().enumerate().map(|(i, v)| (v, i)).collect();
        if places.len() < list.len() {
            return wrong("`options` has an option twice: give each once");
        }
        let number = |(place, value): (usize, &Value)| match value {
            Value::Int(number) => Some((*number, place)),
            _ => None,
        };
        let numbers: Option<Vec<_>> = list.iter().enumerate().map(number).collect();
        let mut numbers = numbers.unwrap_or_default();
        numbers.sort_unstable();
        Ok(Self { list, places, numbers })
    }

    fn find(&self, value: &Value) -> Option<usize> {
        match value {
            Value::Int(number) if !self.numbers.is_empty() => {
                let at = self.numbers.binary_search_by_key(number, |(number, _)| *number).ok()?;
                self.numbers.get(at).map(|(_, place)| *place)
            }
            value => self.places.get(value).copied(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// The place of a value that ballot `ballot` (from 1) names.
    pub(crate) fn place(&self, value: &Value, ballot: usize) -> Outcome<usize> {
        self.find(value).ok_or_else(|| {
            let text = format!("ballot {ballot} names {}, which is not an option", show(value));
            MethodError::Input(text)
        })
    }

    /// The place of a value that an argument names.
    pub(crate) fn named(&self, value: &Value, argument: &str) -> Outcome<usize> {
        self.find(value).ok_or_else(|| {
            let text = format!("{argument} names {}, which is not an option", show(value));
            MethodError::Input(text)
        })
    }

    /// The values of places.
    pub(crate) fn values(&self, places: &[usize]) -> Value {
        let values = places.iter().filter_map(|i| self.list.get(*i).cloned()).collect();
        Value::List(std::sync::Arc::new(values))
    }
}

/// Ballots that are lists of options, each at most once.
pub(crate) fn profile(values: &[Value], at: usize, options: &Options<'_>) -> Outcome<Profile> {
    let lists = list(argument(values, at)?, "`ballots`")?;
    let mut ballots = Vec::with_capacity(lists.len());
    let mut marks = 0;
    for (number, ballot) in (1..).zip(lists) {
        let marked = list(ballot, "a ballot")?;
        marks = room_for(marks, marked.len())?;
        ballots.push(places(marked, number, options)?);
    }
    Profile::new(options.len(), ballots)
        .ok_or_else(|| MethodError::Input("a ballot names an option twice".to_owned()))
}

fn places(marked: &[Value], ballot: usize, options: &Options<'_>) -> Outcome<Vec<usize>> {
    let mut places = Vec::with_capacity(marked.len().min(options.len()));
    let mut seen = 0;
    for value in marked {
        let place = options.place(value, ballot)?;
        if seen & bit(place) != 0 {
            let value = show(value);
            return wrong(format!("ballot {ballot} names {value} twice: name each option once"));
        }
        seen |= bit(place);
        places.push(place);
    }
    Ok(places)
}

/// Marks so far and more; an empty ballot is work too.
pub(crate) fn room_for(marks: usize, more: usize) -> Outcome<usize> {
    let marks = marks.saturating_add(more.max(1));
    if marks > MAX_MARKS {
        let text = format!("too many ballots: at most {MAX_MARKS} marks can be counted");
        return Err(MethodError::TooMuch(text));
    }
    Ok(marks)
}

/// A value in an error's text.
fn show(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("`{text}`"),
        Value::Int(number) => format!("`{number}`"),
        Value::Bool(truth) => format!("`{truth}`"),
        Value::Decimal(number) => format!("`{number}`"),
        Value::Person(_) => "a person".to_owned(),
        Value::Ref(_) => "an entry".to_owned(),
        _ => "a value".to_owned(),
    }
}
