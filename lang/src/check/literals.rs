//! Literals against types: defaults, and the terms of a play.

use rust_decimal::Decimal;

use crate::literal::Literal;
use crate::rules::{Field, Presence, Type, Uniqueness};

/// The literal as a value of the type (an int becomes a decimal where the type is one), or what
/// is wrong with it, as the end of a sentence.
pub(crate) fn fit(literal: &Literal, ty: &Type) -> Result<Literal, String> {
    match (literal, ty) {
        (Literal::Unit, Type::Optional(_)) => Ok(Literal::Unit),
        (_, Type::Optional(inner)) => fit(literal, inner),
        (Literal::Bool(_), Type::Bool) => Ok(literal.clone()),
        (Literal::Int(n), Type::Int(min, max)) => within(n, min.as_ref(), max.as_ref(), literal),
        (Literal::Int(n), Type::Decimal(..)) => fit(&Literal::Decimal(Decimal::from(*n)), ty),
        (Literal::Decimal(n), Type::Decimal(min, max)) => {
            within(n, min.as_ref(), max.as_ref(), literal)
        }
        (Literal::Text(t), Type::Text(min, max)) => {
            length(t.chars().count(), *min, *max, "characters").map(|()| literal.clone())
        }
        (Literal::Bytes(b), Type::Bytes(min, max)) => {
            length(b.len(), *min, *max, "bytes").map(|()| literal.clone())
        }
        (Literal::Time(n), Type::Time(min, max))
        | (Literal::Duration(n), Type::Duration(min, max)) => {
            within(n, min.as_ref(), max.as_ref(), literal)
        }
        (Literal::Text(t), Type::Choice(texts)) => {
            if texts.contains(t) {
                Ok(literal.clone())
            } else {
                Err(format!("\"{t}\" is none of the choices"))
            }
        }
        (_, Type::OneOf(_, inner)) => fit(literal, inner),
        (Literal::List(items), Type::List { of, min, max, unique }) => {
            list(items, of, *min, *max, *unique)
        }
        (Literal::Record(values), Type::Record(fields)) => record(values, fields),
        (_, Type::Outcome(_)) => {
            Err("an outcome certificate is a file, never a default".to_owned())
        }
        _ => Err(format!("{} is no {}", kind(literal), name(ty))),
    }
}

fn within<T: PartialOrd>(
    n: &T,
    min: Option<&T>,
    max: Option<&T>,
    literal: &Literal,
) -> Result<Literal, String> {
    if min.is_some_and(|m| n < m) {
        Err("it is below the range".to_owned())
    } else if max.is_some_and(|m| n > m) {
        Err("it is above the range".to_owned())
    } else {
        Ok(literal.clone())
    }
}

fn length(n: usize, min: u32, max: u32, unit: &str) -> Result<(), String> {
    if n < min as usize || n > max as usize {
        Err(format!("it has {n} {unit}, and {min} to {max} are allowed"))
    } else {
        Ok(())
    }
}

fn list(
    items: &[Literal],
    of: &Type,
    min: u32,
    max: u32,
    unique: Uniqueness,
) -> Result<Literal, String> {
    length(items.len(), min, max, "elements")?;
    let items: Vec<Literal> = items.iter().map(|i| fit(i, of)).collect::<Result<_, _>>()?;
    let twice = items.iter().enumerate().any(|(n, i)| items.iter().take(n).any(|j| i == j));
    if unique == Uniqueness::Unique && twice {
        return Err("an element stands in it twice, and the list is `unique`".to_owned());
    }
    Ok(Literal::List(items))
}

fn record(values: &[(String, Literal)], fields: &[Field]) -> Result<Literal, String> {
    if let Some((extra, _)) = values.iter().find(|(n, _)| fields.iter().all(|f| f.name != *n)) {
        return Err(format!("the record has no field `{extra}`"));
    }
    let mut out = Vec::new();
    for field in fields {
        let value = values.iter().find(|(n, _)| *n == field.name).map(|(_, v)| v);
        match (value, &field.presence) {
            (Some(Literal::Unit), Presence::Optional) | (None, Presence::Optional) => {}
            (Some(v), _) => out.push((field.name.clone(), fit(v, &field.ty)?)),
            (None, Presence::Default(v)) => out.push((field.name.clone(), v.clone())),
            (None, _) => return Err(format!("its field `{}` is missing", field.name)),
        }
    }
    Ok(Literal::Record(out))
}

fn kind(literal: &Literal) -> &'static str {
    match literal {
        Literal::Unit => "`()`",
        Literal::Bool(_) => "a bool",
        Literal::Int(_) => "an int",
        Literal::Decimal(_) => "a decimal",
        Literal::Text(_) => "a text",
        Literal::Bytes(_) => "a row of bytes",
        Literal::Time(_) => "a time",
        Literal::Duration(_) => "a duration",
        Literal::List(_) => "a list",
        Literal::Record(_) => "a record",
        Literal::Name(_) => "a name",
        Literal::File(_) => "a file",
    }
}

/// A type in one or two words.
pub(crate) fn name(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "bool",
        Type::Int(..) => "int",
        Type::Decimal(..) => "decimal",
        Type::Text(..) => "text",
        Type::Bytes(..) => "bytes",
        Type::Time(..) => "time",
        Type::Duration(..) => "duration",
        Type::Person(_) => "person",
        Type::Choice(_) => "choice",
        Type::OneOf(..) => "`one_of`",
        Type::List { .. } => "list",
        Type::Record(_) => "record",
        Type::Ref(_) => "`ref`",
        Type::File(_) => "file",
        Type::Hidden(_) => "hidden value",
        Type::Reveal(_) => "`reveal`",
        Type::Outcome(_) => "outcome certificate",
        Type::Map { .. } => "map",
        Type::Optional(inner) => name(inner),
        Type::Private(inner, _) => name(inner),
    }
}
