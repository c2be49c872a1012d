//! The values that a search tries in a field: the ends of its range, what code compares it with and
//! what lies beside that, what state and terms hold of its kind.

use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_engine::Value;
use mundi_engine::suppose::{Supposed, opening, supposed_id};
use mundi_identity::Fingerprint;
use mundi_lang::rules::{Field, Mentioned, MessageId, Presence, Rules, Type, Uniqueness};
use rust_decimal::Decimal;

use super::setting::text;

/// What a field's values can be made of.
pub(super) struct Pool<'a> {
    pub(super) rules: &'a Rules,
    /// What the code around the message compares with.
    pub(super) literals: &'a [Mentioned],
    /// What terms and state hold.
    pub(super) held: &'a [Value],
    /// Values that somebody has used, by name of the field.
    pub(super) tried: &'a [(String, Value)],
    pub(super) terms: &'a [Value],
    /// Who takes part, and in which roles.
    pub(super) people: &'a [(Fingerprint, Vec<u16>)],
    /// What was accepted.
    pub(super) said: &'a [Arc<Supposed>],
    /// Whose message it is.
    pub(super) author: Fingerprint,
    pub(super) opened: i64,
    /// How many values at most.
    pub(super) most: usize,
}

/// One is enough of what nobody reads; of lists and choices there may be more than of numbers.
const LISTS: usize = 4;
/// Elements of a list that need not have more.
const LONG: usize = 4;
const HOUR: i64 = 3_600_000;

impl Pool<'_> {
    /// The values of a field. `None` among them means that it is left out.
    pub(super) fn field(&self, field: &Field, is_read: bool) -> Vec<Option<Value>> {
        let mut out: Vec<Option<Value>> = Vec::new();
        match &field.presence {
            Presence::Optional => out.push(None),
            Presence::Default(literal) => {
                let value = mundi_engine::body::literal_value(&field.ty, literal, &|_| None);
                out.extend(value.ok().map(Some));
            }
            Presence::Required | Presence::Last => {}
        }
        if !is_read && !out.is_empty() {
            return out;
        }
        let mut values: Vec<Value> = Vec::new();
        if is_read {
            let used = self.tried.iter().filter(|(name, _)| *name == field.name);
            values.extend(used.map(|(_, value)| value.clone()));
        }
        values.extend(self.of(&field.ty));
        values.retain(|value| self.fits(&field.ty, value));
        if !is_read {
            values.truncate(1);
        }
        for value in values.into_iter().map(Some) {
            if !out.contains(&value) {
                out.push(value);
            }
        }
        out
    }

    /// Whether a message with this value would be kept at all.
    fn fits(&self, ty: &Type, value: &Value) -> bool {
        let ty = match ty {
            Type::Hidden(of) | Type::Private(of, _) => of,
            ty => ty,
        };
        mundi_engine::body::check_value(ty, value, self.terms).is_ok()
    }

    /// The values of a type, the plainest first.
    pub(super) fn of(&self, ty: &Type) -> Vec<Value> {
        let wide = self.most.saturating_mul(LISTS);
        let (mut values, most) = match ty {
            Type::Bool => (vec![Value::Bool(false), Value::Bool(true)], 2),
            Type::Int(a, b) => (self.ints(*a, *b), self.most),
            Type::Decimal(a, b) => (self.decimals(*a, *b), self.most),
            Type::Duration(a, b) => (self.durations(*a, *b), self.most),
            Type::Time(a, b) => (self.moments(*a, *b), self.most),
            Type::Text(a, b) => (self.texts(*a, *b), self.most),
            Type::Bytes(a, _) => (bytes(*a).into_iter().collect(), 1),
            Type::Person(role) => (self.persons(*role), wide),
            Type::Choice(texts) => {
                (texts.iter().map(|t| Value::Text(t.as_str().into())).collect(), wide)
            }
            Type::OneOf(term, of) => match self.terms.get(usize::from(*term)) {
                Some(Value::List(options)) => (options.to_vec(), wide),
                _ => (self.of(of), wide),
            },
            Type::List { of, min, max, unique } => (self.lists(of, *min, *max, *unique), wide),
            Type::Record(fields) => (self.records(fields), wide),
            Type::Ref(of) => (self.refs(of), self.most),
            Type::Reveal(of) => (self.reveals(*of), self.most),
            Type::File(_) => (vec![file()], 1),
            Type::Hidden(of) | Type::Optional(of) | Type::Private(of, _) => (self.of(of), wide),
            Type::Outcome(_) | Type::Map { .. } => (Vec::new(), 0),
        };
        values.truncate(most.max(1));
        values
    }

    /// Numbers of a range: its ends, what is compared and what is beside it, what is held of their kind.
    fn numbers(
        &self,
        (a, b): (Option<i64>, Option<i64>),
        usual: i64,
        of_kind: fn(&Value) -> Option<i64>,
    ) -> Vec<i64> {
        let mut out = vec![a.unwrap_or(usual)];
        let literal = self.literals.iter().filter_map(|m| match m {
            Mentioned::Int(n) => Some(*n),
            _ => None,
        });
        for n in self.held.iter().filter_map(of_kind).chain(literal) {
            out.extend([n, n.saturating_add(1), n.saturating_sub(1)]);
        }
        out.extend(b);
        out.extend(a.unwrap_or(usual).checked_add(1));
        let fits = |n: &i64| a.is_none_or(|a| *n >= a) && b.is_none_or(|b| *n <= b);
        distinct(out.into_iter().filter(fits))
    }

    fn ints(&self, a: Option<i64>, b: Option<i64>) -> Vec<Value> {
        let held = |value: &Value| match value {
            Value::Int(n) => Some(*n),
            _ => None,
        };
        times(self.numbers((a, b), 1, held), Value::Int)
    }

    fn durations(&self, a: Option<i64>, b: Option<i64>) -> Vec<Value> {
        let held = |value: &Value| match value {
            Value::Duration(n) => Some(*n),
            _ => None,
        };
        times(self.numbers((a, b), HOUR, held), Value::Duration)
    }

    /// Times that are held, and the first that may be: no code has a time written in it.
    fn moments(&self, a: Option<i64>, b: Option<i64>) -> Vec<Value> {
        let held = self.held.iter().filter_map(|value| match value {
            Value::Time(n) => Some(*n),
            _ => None,
        });
        let all = held.chain([a.unwrap_or(self.opened)]).chain(b);
        let fits = |n: &i64| a.is_none_or(|a| *n >= a) && b.is_none_or(|b| *n <= b);
        times(distinct(all.filter(fits)), Value::Time)
    }

    fn decimals(&self, a: Option<Decimal>, b: Option<Decimal>) -> Vec<Value> {
        let cent = Decimal::new(1, 2);
        let mut out = vec![a.unwrap_or_default()];
        let held = self.held.iter().filter_map(|v| match v {
            Value::Decimal(d) => Some(*d),
            _ => None,
        });
        let literal = self.literals.iter().filter_map(|m| match m {
            Mentioned::Decimal(d) => Some(*d),
            Mentioned::Int(n) => Some(Decimal::from(*n)),
            Mentioned::Text(_) => None,
        });
        for d in held.chain(literal) {
            out.push(d);
            out.extend(d.checked_add(cent));
            out.extend(d.checked_sub(cent));
        }
        out.extend(b);
        out.extend(a.unwrap_or_default().checked_add(Decimal::ONE));
        let fits = |d: &Decimal| a.is_none_or(|a| *d >= a) && b.is_none_or(|b| *d <= b);
        distinct(out.into_iter().filter(fits)).into_iter().map(Value::Decimal).collect()
    }

    /// Whether all values of a type that a message may have are tried.
    pub(super) fn covers(&self, ty: &Type) -> bool {
        let wide = self.most.saturating_mul(LISTS);
        match ty {
            Type::Bool | Type::Ref(_) | Type::Reveal(_) => true,
            Type::Int(Some(a), Some(b)) => {
                b.checked_sub(*a).is_some_and(|n| usize::try_from(n).is_ok_and(|n| n < self.most))
            }
            Type::Choice(texts) => texts.len() <= wide,
            Type::Person(_) => self.people.len() <= wide,
            Type::OneOf(term, _) => match self.terms.get(usize::from(*term)) {
                Some(Value::List(options)) => options.len() <= wide,
                _ => false,
            },
            Type::List { of, unique, .. } => {
                *unique == Uniqueness::Unique && self.covers(of) && self.of(ty).len() < wide
            }
            Type::Record(fields) => {
                fields.iter().all(|f| self.covers(&f.ty)) && self.of(ty).len() < wide
            }
            Type::Hidden(of) | Type::Optional(of) | Type::Private(of, _) => self.covers(of),
            _ => false,
        }
    }

    fn texts(&self, a: u32, b: u32) -> Vec<Value> {
        let least = usize::try_from(a).unwrap_or(usize::MAX).min(1 << 16);
        let literal = self.literals.iter().filter_map(|m| match m {
            Mentioned::Text(text) => Some(text.clone()),
            _ => None,
        });
        let held = self.held.iter().filter_map(|v| match v {
            Value::Text(text) => Some(text.to_string()),
            _ => None,
        });
        let fits =
            |text: &String| u32::try_from(text.chars().count()).is_ok_and(|n| (a..=b).contains(&n));
        let plain = [0, 1].map(|n| text(n, least));
        let all = plain.into_iter().take(1).chain(literal).chain(held).chain([text(1, least)]);
        distinct(all.filter(fits)).into_iter().map(|t| Value::Text(t.into())).collect()
    }

    fn persons(&self, role: Option<u16>) -> Vec<Value> {
        let holds = |roles: &[u16]| role.map_or(!roles.is_empty(), |role| roles.contains(&role));
        let held = self.people.iter().filter(|(_, roles)| holds(roles));
        held.map(|(print, _)| Value::Person(*print)).collect()
    }

    /// The last ones first: they are what is usually meant.
    fn refs(&self, of: &[MessageId]) -> Vec<Value> {
        let said = (0..).zip(self.said).filter(|(_, s)| of.contains(&s.message));
        let mut all: Vec<Value> = said.map(|(n, _)| Value::Ref(supposed_id(n))).collect();
        all.reverse();
        all
    }

    /// Openings of one's own entries.
    fn reveals(&self, of: MessageId) -> Vec<Value> {
        let own = |(_, s): &(u32, &Arc<Supposed>)| s.message == of && s.person == self.author;
        let said = (0..).zip(self.said).filter(own);
        let mut all: Vec<Value> = said.map(|(n, s)| opening(self.rules, n, s)).collect();
        all.reverse();
        all
    }

    fn records(&self, fields: &[Field]) -> Vec<Value> {
        let choices: Vec<Vec<Option<Value>>> = fields.iter().map(|f| self.field(f, true)).collect();
        let most = self.most.saturating_mul(LISTS);
        let record = |values: Vec<Option<Value>>| {
            let named = fields.iter().zip(values);
            let pairs = named.filter_map(|(f, v)| Some((Arc::from(f.name.as_str()), v?)));
            Value::Record(Arc::new(pairs.collect::<BTreeMap<_, _>>()))
        };
        product(&choices, most).0.into_iter().map(record).collect()
    }

    /// Lists of these elements, the longest first: whole rankings, then shorter ones. Of records that
    /// tell of something by their first field, one of each.
    fn lists(&self, of: &Type, min: u32, max: u32, unique: Uniqueness) -> Vec<Value> {
        let most = self.most.saturating_mul(LISTS);
        let elements = self.of(of);
        let min = usize::try_from(min).unwrap_or(usize::MAX);
        let longest = elements.len().min(LONG).max(min);
        let max = usize::try_from(max).unwrap_or(usize::MAX).min(longest);
        let mut out = match of {
            Type::Record(fields) => self.told(fields, min, max, most),
            _ => Vec::new(),
        };
        let lengths = max.saturating_sub(min).saturating_add(1);
        let share = most.saturating_sub(out.len()).div_ceil(lengths).max(1);
        let mut left = Vec::new();
        for length in (min..=max).rev() {
            let mut all = Vec::new();
            arrangements(&elements, length, unique, &mut Vec::new(), &mut all, most);
            let rest = all.split_off(share.min(all.len()));
            out.extend(all);
            left.extend(rest);
        }
        out.extend(left);
        out.truncate(most);
        out.into_iter().map(|items| Value::List(Arc::new(items))).collect()
    }

    /// Lists that have one record for each value of the first field, with the others in turn.
    fn told(&self, fields: &[Field], min: usize, max: usize, most: usize) -> Vec<Vec<Value>> {
        let Some((first, rest)) = fields.split_first() else { return Vec::new() };
        if !matches!(first.ty, Type::OneOf(..) | Type::Person(_) | Type::Choice(_) | Type::Ref(_)) {
            return Vec::new();
        }
        let keys = self.of(&first.ty);
        let choices: Vec<_> = rest.iter().map(|f| self.field(f, true)).collect();
        let (others, _) = product(&choices, most);
        if keys.len() < min || keys.len() > max || others.is_empty() {
            return Vec::new();
        }
        let record = |(n, key): (usize, &Value), turn: usize| {
            let at = turn.saturating_mul(n.saturating_add(1)) % others.len();
            let own = [(first, Some(key.clone()))];
            let values = others.get(at).cloned().unwrap_or_default();
            let named = own.into_iter().chain(rest.iter().zip(values));
            let pairs = named.filter_map(|(f, v)| Some((Arc::from(f.name.as_str()), v?)));
            Value::Record(Arc::new(pairs.collect::<BTreeMap<_, _>>()))
        };
        let list = |turn| keys.iter().enumerate().map(|key| record(key, turn)).collect();
        (0..others.len().min(most / 2)).map(list).collect()
    }
}

/// All ways to put so many elements in a row.
fn arrangements(
    elements: &[Value],
    length: usize,
    unique: Uniqueness,
    begun: &mut Vec<Value>,
    out: &mut Vec<Vec<Value>>,
    most: usize,
) {
    if out.len() >= most {
        return;
    }
    if begun.len() == length {
        out.push(begun.clone());
        return;
    }
    for element in elements {
        if unique == Uniqueness::Unique && begun.contains(element) {
            continue;
        }
        begun.push(element.clone());
        arrangements(elements, length, unique, begun, out, most);
        begun.pop();
    }
}

/// All combinations of one choice each, at most so many; whether some were left out.
pub(super) fn product(
    choices: &[Vec<Option<Value>>],
    most: usize,
) -> (Vec<Vec<Option<Value>>>, bool) {
    let mut out: Vec<Vec<Option<Value>>> = vec![Vec::new()];
    let mut cut = false;
    for choice in choices {
        let mut next = Vec::new();
        for value in choice {
            for begun in &out {
                if next.len() >= most {
                    cut = true;
                    break;
                }
                let mut longer = begun.clone();
                longer.push(value.clone());
                next.push(longer);
            }
        }
        out = next;
    }
    (out, cut)
}

fn distinct<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut out: Vec<T> = Vec::new();
    for value in values {
        if !out.contains(&value) {
            out.push(value);
        }
    }
    out
}

fn times(numbers: Vec<i64>, value: fn(i64) -> Value) -> Vec<Value> {
    numbers.into_iter().map(value).collect()
}

fn bytes(least: u32) -> Option<Value> {
    let bytes = vec![0; usize::try_from(least).ok()?];
    Some(Value::Bytes(Arc::from(bytes.as_slice())))
}

/// A file that nobody has.
fn file() -> Value {
    let parts = [
        ("hash", Value::Bytes(Arc::from(&[0_u8; 32][..]))),
        ("name", Value::Text("file".into())),
        ("size", Value::Int(1)),
    ];
    Value::Record(Arc::new(parts.into_iter().map(|(n, v)| (Arc::from(n), v)).collect()))
}
