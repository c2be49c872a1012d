//! Other values of a line's fields: from what its scripts came to, and from what its types allow.

use mundi_engine::{Code, Value};
use mundi_lang::literal::Literal;
use mundi_lang::rules::{Field, Message, Presence, Type};
use rust_decimal::Decimal;

use super::course::Held;
use super::samples::{Ground, within};
use super::suggest::Case;
use crate::rehearsal::Line;
use crate::show;

/// A line with other fields.
pub(super) struct Changed {
    pub(super) line: Line,
    /// `with \`to_seller: 40.00\``
    pub(super) text: String,
    /// Whether others of its kind add nothing.
    pub(super) last: bool,
}

/// Lines with other fields, the smallest changes first.
pub(super) fn candidates(case: &Case<'_>, held: &Held) -> Vec<Changed> {
    let Some(message) = case.message() else { return Vec::new() };
    let ground =
        Ground { rehearsal: &held.rehearsal, rules: case.rules, person: &case.line.person };
    let mut all = Vec::new();
    if matches!(case.code, Code::BadField) {
        all.extend(without_strangers(case, message));
    }
    for field in &message.fields {
        // A reason names the field that it speaks of.
        let named = case.reason.contains(&format!("`{}", field.name));
        if matches!(case.code, Code::BadField | Code::BadRef | Code::BadReveal) && !named {
            continue;
        }
        for value in values(case, &ground, field) {
            all.push(with(case, &field.name, value));
        }
    }
    if let Some(fields) = ground.fields(message).filter(|_| case.code == Code::BadField) {
        let line = Line { fields, ..case.line.clone() };
        all.push(Changed { line, text: "with these fields".into(), last: true });
    }
    all
}

/// Without the fields that the message does not have.
fn without_strangers(case: &Case<'_>, message: &Message) -> Option<Changed> {
    let known = |name: &str| message.fields.iter().any(|f| f.name == name);
    let fields: Vec<_> = case.line.fields.iter().filter(|(name, _)| known(name)).cloned().collect();
    let strange: Vec<String> = case
        .line
        .fields
        .iter()
        .filter(|(name, _)| !known(name))
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    (!strange.is_empty()).then(|| Changed {
        line: Line { fields, ..case.line.clone() },
        text: format!("without {}", strange.join(" and ")),
        last: true,
    })
}

/// The line with one field changed.
fn with(case: &Case<'_>, name: &str, value: Literal) -> Changed {
    let mut fields = case.line.fields.clone();
    let text = format!("with `{name}: {}`", show::literal(&value));
    match fields.iter_mut().find(|(known, _)| known == name) {
        Some((_, place)) => *place = value,
        None => fields.push((name.to_owned(), value)),
    }
    Changed { line: Line { fields, ..case.line.clone() }, text, last: true }
}

/// Values of a field that are worth a try, the nearest first.
fn values(case: &Case<'_>, ground: &Ground<'_>, field: &Field) -> Vec<Literal> {
    let now = case.line.fields.iter().find(|(name, _)| *name == field.name).map(|(_, v)| v.clone());
    let mut all = Vec::new();
    if let Some(now) = &now {
        all.extend(fitting(now, &field.ty));
    }
    if let (Code::BudgetSpent, Some(Literal::Int(n))) = (case.code, &now) {
        let halves = std::iter::successors(Some(*n), |n| Some(n / 2).filter(|n| *n != 0));
        all.extend(halves.map(Literal::Int));
    }
    let seen = seen(case);
    for value in &seen {
        all.extend(ground.literal(value).filter(|v| alike(v, &field.ty)));
    }
    for value in &seen {
        all.extend(beside(value).into_iter().filter(|v| alike(v, &field.ty)));
    }
    match &field.ty {
        Type::Choice(options) => all.extend(options.iter().cloned().map(Literal::Text)),
        Type::Ref(of) => all.extend(named(ground.accepted(of, None))),
        Type::Reveal(of) => all.extend(named(ground.accepted(&[*of], Some(ground.person)))),
        Type::Bool => all.extend([Literal::Bool(true), Literal::Bool(false)]),
        _ => all.extend(ground.value(&field.ty)),
    }
    if field.presence != Presence::Required {
        all.push(Literal::Unit);
    }
    let mut kept: Vec<Literal> = Vec::new();
    for value in all {
        if Some(&value) != now.as_ref() && !kept.contains(&value) {
            kept.push(value);
        }
    }
    if let Some(now) = now {
        kept.sort_by_key(|value| distance(&now, value));
    }
    kept
}

/// Entries by their names, the newest first.
fn named(names: Vec<String>) -> impl Iterator<Item = Literal> {
    names.into_iter().rev().map(Literal::Name)
}

/// The values that the script which decided came to.
fn seen(case: &Case<'_>) -> Vec<Value> {
    let runs = case.runs.iter().rev().take(SCRIPTS);
    runs.flat_map(|run| run.seen.iter().map(|seen| seen.value.clone())).take(VALUES).collect()
}

/// Scripts before the end whose values are tried: the one that decided, and the holes of its text.
const SCRIPTS: usize = 4;

/// Values that are tried.
const VALUES: usize = 64;

/// The times that the script which decided came to.
pub(super) fn times(case: &Case<'_>) -> Vec<i64> {
    let time = |value: Value| match value {
        Value::Time(ms) => Some(ms),
        _ => None,
    };
    let given = case.runs.iter().filter_map(|run| match run.gave {
        mundi_engine::trace::Gave::Int(n) => Some(n),
        _ => None,
    });
    seen(case).into_iter().filter_map(time).chain(given).collect()
}

/// What is next to a boundary, where a comparison is strict.
fn beside(value: &Value) -> Vec<Literal> {
    match value {
        Value::Int(n) => vec![Literal::Int(n.saturating_add(1)), Literal::Int(n.saturating_sub(1))],
        Value::Decimal(n) => {
            let step = Decimal::new(1, n.scale().max(2));
            let around = [n.checked_add(step), n.checked_sub(step)];
            around.into_iter().flatten().map(Literal::Decimal).collect()
        }
        Value::Time(ms) => {
            vec![Literal::Time(ms.saturating_sub(1_000)), Literal::Time(ms.saturating_add(1_000))]
        }
        Value::Duration(ms) => {
            vec![
                Literal::Duration(ms.saturating_sub(1_000)),
                Literal::Duration(ms.saturating_add(1_000)),
            ]
        }
        _ => Vec::new(),
    }
}

/// Whether a value may be of a type, by its kind.
fn alike(value: &Literal, ty: &Type) -> bool {
    match (value, ty) {
        (
            value,
            Type::Optional(of) | Type::Hidden(of) | Type::Private(of, _) | Type::OneOf(_, of),
        ) => alike(value, of),
        (Literal::Bool(_), Type::Bool)
        | (Literal::Int(_), Type::Int(..) | Type::Decimal(..))
        | (Literal::Decimal(_), Type::Decimal(..))
        | (Literal::Text(_), Type::Text(..) | Type::Choice(_))
        | (Literal::Time(_), Type::Time(..))
        | (Literal::Duration(_), Type::Duration(..))
        | (Literal::Name(_), Type::Person(_) | Type::Ref(_) | Type::Reveal(_))
        | (Literal::Bytes(_), Type::Bytes(..))
        | (Literal::List(_), Type::List { .. }) => true,
        _ => false,
    }
}

/// The value itself, brought into the range of its type.
fn fitting(value: &Literal, ty: &Type) -> Option<Literal> {
    Some(match (value, ty) {
        (Literal::Int(n), Type::Int(a, b)) => Literal::Int(within(*n, *a, *b)),
        (Literal::Decimal(n), Type::Decimal(a, b)) => Literal::Decimal(within(*n, *a, *b)),
        (Literal::Int(n), Type::Decimal(a, b)) => {
            Literal::Decimal(within(Decimal::from(*n), *a, *b))
        }
        (Literal::Time(n), Type::Time(a, b)) => Literal::Time(within(*n, *a, *b)),
        (Literal::Duration(n), Type::Duration(a, b)) => Literal::Duration(within(*n, *a, *b)),
        (Literal::Text(text), Type::Text(_, to)) => {
            Literal::Text(text.chars().take(usize::try_from(*to).unwrap_or(0)).collect())
        }
        (Literal::List(list), Type::List { of, min: _, max, .. }) => {
            let most = usize::try_from(*max).unwrap_or(0);
            let fit = |v: &Literal| fitting(v, of).unwrap_or_else(|| v.clone());
            Literal::List(list.iter().take(most).map(fit).collect())
        }
        (Literal::Text(_), Type::Hidden(of) | Type::Private(of, _) | Type::Optional(of)) => {
            return fitting(value, of);
        }
        (Literal::Int(_), Type::Hidden(of) | Type::Private(of, _) | Type::Optional(of)) => {
            return fitting(value, of);
        }
        _ => return None,
    })
}

/// How far a number is from another; what has no distance stands where it stood.
fn distance(from: &Literal, to: &Literal) -> Option<Decimal> {
    let number = |value: &Literal| match value {
        Literal::Int(n) | Literal::Time(n) | Literal::Duration(n) => Some(Decimal::from(*n)),
        Literal::Decimal(n) => Some(*n),
        _ => None,
    };
    number(from)?.checked_sub(number(to)?).map(|d| d.abs())
}
