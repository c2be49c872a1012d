//! Whether a value fits its type: ranges, lengths, choices, uniqueness. The same check for the
//! fields of messages, for terms and for state.

use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_lang::rules::{Field, Presence, Type, Uniqueness};
use mundi_lang::units::format_size;

use crate::limits::OUTCOME_BYTES;
use crate::misfit::{Misfit, show, show_all};
use crate::value::Value;

/// Whether a value fits a type; `terms` are the conversation's, for `one_of`. Who holds a role and
/// which entry a `ref` may name is the fold's to say.
///
/// # Errors
/// What it must be instead: `must be at least 1, not 0`.
pub fn check_value(ty: &Type, value: &Value, terms: &[Value]) -> Result<(), String> {
    fit(ty, value, terms).map_err(|misfit| misfit.to_string())
}

/// As [`check_value`], with the place apart.
pub(crate) fn fit(ty: &Type, value: &Value, terms: &[Value]) -> Result<(), Misfit> {
    match (ty, value) {
        (Type::Bool, Value::Bool(_)) | (Type::Person(_), Value::Person(_)) => Ok(()),
        (Type::Ref(_), Value::Ref(_)) | (Type::Optional(_), Value::Unit) => Ok(()),
        (Type::Optional(of), value) => fit(of, value, terms),
        (Type::Int(a, b), Value::Int(n)) => range(a, b, n, value, Value::Int),
        (Type::Decimal(a, b), Value::Decimal(n)) => range(a, b, n, value, Value::Decimal),
        (Type::Time(a, b), Value::Time(n)) => range(a, b, n, value, Value::Time),
        (Type::Duration(a, b), Value::Duration(n)) => range(a, b, n, value, Value::Duration),
        (Type::Text(a, b), Value::Text(text)) => count(*a, *b, text.chars().count(), "characters"),
        (Type::Bytes(a, b), Value::Bytes(bytes)) => count(*a, *b, bytes.len(), "bytes"),
        (Type::Outcome(_), Value::Bytes(bytes)) if bytes.len() <= OUTCOME_BYTES => Ok(()),
        (Type::Choice(choices), Value::Text(text)) => {
            if choices.iter().any(|choice| **choice == **text) {
                return Ok(());
            }
            Err(Misfit::new(format!("{}, not {}", Misfit::kind(ty).text, show(value))))
        }
        (Type::OneOf(term, of), value) => one_of(*term, of, value, terms),
        (Type::List { of, min, max, unique }, Value::List(list)) => {
            count(*min, *max, list.len(), "elements")?;
            for (n, one) in list.iter().enumerate() {
                fit(of, one, terms).map_err(|misfit| misfit.within(&format!("[{n}]")))?;
            }
            if *unique == Uniqueness::Unique { distinct(list) } else { Ok(()) }
        }
        (Type::Map { key, value, min, max }, Value::Map(map)) => {
            count(*min, *max, map.len(), "elements")?;
            map.iter().try_for_each(|(at, one)| {
                let place = format!("[{}]", show(at));
                fit(key, at, terms)
                    .and_then(|()| fit(value, one, terms))
                    .map_err(|misfit| misfit.within(&place))
            })
        }
        (Type::Record(fields), Value::Record(record)) => fit_record(fields, record, terms),
        (Type::Hidden(_) | Type::Private(..), Value::Bytes(bytes)) if bytes.len() == 32 => Ok(()),
        (Type::File(most), Value::Record(file)) => fit_file(*most, file).ok_or_else(|| {
            Misfit::new(format!("must be a file of at most {}", format_size(*most)))
        }),
        (Type::Reveal(_), Value::Record(_) | Value::Ref(_)) => Ok(()),
        _ => Err(Misfit::new(format!("{}, not {}", Misfit::kind(ty).text, show(value)))),
    }
}

fn range<T: PartialOrd + Clone>(
    from: &Option<T>,
    to: &Option<T>,
    n: &T,
    value: &Value,
    as_value: impl Fn(T) -> Value,
) -> Result<(), Misfit> {
    let bound = |words: &str, bound: &T| {
        let bound = show(&as_value(bound.clone()));
        Err(Misfit::new(format!("must be at {words} {bound}, not {}", show(value))))
    };
    match (from, to) {
        (Some(from), _) if n < from => bound("least", from),
        (_, Some(to)) if n > to => bound("most", to),
        _ => Ok(()),
    }
}

fn count(from: u32, to: u32, n: usize, what: &str) -> Result<(), Misfit> {
    if u32::try_from(n).is_ok_and(|n| (from..=to).contains(&n)) {
        return Ok(());
    }
    let needs = match (from, to) {
        (0, to) => format!("at most {to}"),
        (from, u32::MAX) => format!("at least {from}"),
        (from, to) if from == to => from.to_string(),
        (from, to) => format!("{from} to {to}"),
    };
    Err(Misfit::new(format!("must have {needs} {what}, not {n}")))
}

fn one_of(term: u16, of: &Type, value: &Value, terms: &[Value]) -> Result<(), Misfit> {
    let Some(Value::List(options)) = terms.get(usize::from(term)) else {
        return fit(of, value, terms);
    };
    if options.contains(value) {
        return Ok(());
    }
    let options = show_all(options);
    Err(Misfit::new(format!("must be one of {options}, not {}", show(value))))
}

fn distinct(list: &[Value]) -> Result<(), Misfit> {
    let mut seen = std::collections::BTreeSet::new();
    match list.iter().find(|one| !seen.insert(*one)) {
        Some(twice) => {
            Err(Misfit::new(format!("must have distinct elements, and has {} twice", show(twice))))
        }
        None => Ok(()),
    }
}

fn fit_record(
    fields: &[Field],
    record: &BTreeMap<Arc<str>, Value>,
    terms: &[Value],
) -> Result<(), Misfit> {
    for field in fields {
        let place = format!(".{}", field.name);
        match record.get(field.name.as_str()) {
            None | Some(Value::Unit) if field.presence == Presence::Optional => Ok(()),
            None => Err(Misfit::new("is missing")),
            Some(value) => fit(&field.ty, value, terms),
        }
        .map_err(|misfit| misfit.within(&place))?;
    }
    match record.keys().find(|name| fields.iter().all(|field| *field.name != ***name)) {
        Some(name) => Err(Misfit::new("is no field of this record").within(&format!(".{name}"))),
        None => Ok(()),
    }
}

fn fit_file(most: u64, file: &BTreeMap<Arc<str>, Value>) -> Option<()> {
    let Value::Bytes(hash) = file.get("hash")? else { return None };
    let Value::Int(size) = file.get("size")? else { return None };
    let Value::Text(name) = file.get("name")? else { return None };
    let fits = hash.len() == 32
        && u64::try_from(*size).is_ok_and(|size| size <= most)
        && (1..=255).contains(&name.len())
        && file.len() == 3;
    fits.then_some(())
}
