//! Literals of a source (defaults, terms, fields of a play) as values of a type.

use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_lang::literal::Literal;
use mundi_lang::rules::{Field, Presence, Type};
use rust_decimal::Decimal;

use crate::misfit::needs;
use crate::value::Value;

/// What a written literal is as a value of a type. `names` resolves the names of persons and the
/// labels of entries. Ranges are not looked at ([`check_value`](crate::body::check_value)); a
/// hidden field is the value itself. `()` is `()` whatever the type.
///
/// # Errors
/// What should be written instead.
pub fn literal_value(
    ty: &Type,
    literal: &Literal,
    names: &dyn Fn(&str) -> Option<Value>,
) -> Result<Value, String> {
    match (ty, literal) {
        (_, Literal::Unit) => Ok(Value::Unit),
        (Type::Optional(of) | Type::Hidden(of) | Type::Private(of, _) | Type::OneOf(_, of), _) => {
            literal_value(of, literal, names)
        }
        (Type::Bool, Literal::Bool(yes)) => Ok(Value::Bool(*yes)),
        (Type::Int(..), Literal::Int(n)) => Ok(Value::Int(*n)),
        (Type::Decimal(..), Literal::Int(n)) => Ok(Value::Decimal(Decimal::from(*n))),
        (Type::Decimal(..), Literal::Decimal(n)) => Ok(Value::Decimal(*n)),
        (Type::Text(..) | Type::Choice(_), Literal::Text(text)) => {
            Ok(Value::Text(text.as_str().into()))
        }
        (Type::Bytes(..) | Type::Outcome(_), Literal::Bytes(bytes)) => {
            Ok(Value::Bytes(bytes.as_slice().into()))
        }
        (Type::Time(..), Literal::Time(ms)) => Ok(Value::Time(*ms)),
        (Type::Duration(..), Literal::Duration(ms)) => Ok(Value::Duration(*ms)),
        (Type::List { of, .. }, Literal::List(list)) => {
            let values: Result<_, _> =
                list.iter().map(|one| literal_value(of, one, names)).collect();
            Ok(Value::List(Arc::new(values?)))
        }
        (Type::Record(fields), Literal::Record(written)) => record(fields, written, names),
        (Type::Map { key, value, .. }, Literal::Record(written)) => map(key, value, written, names),
        (Type::File(_), Literal::Record(written)) => file(written, names),
        (_, Literal::Name(name)) => named(ty, name, names),
        _ => Err(format!("{} is needed here", needs(ty))),
    }
}

fn named(ty: &Type, name: &str, names: &dyn Fn(&str) -> Option<Value>) -> Result<Value, String> {
    let value = names(name).ok_or_else(|| format!("nothing here is called `{name}`"))?;
    match (ty, &value) {
        (Type::Person(_), Value::Person(_)) | (Type::Ref(_) | Type::Reveal(_), Value::Ref(_)) => {
            Ok(value)
        }
        _ => Err(format!("{} is needed here, and `{name}` is none", needs(ty))),
    }
}

/// A record: its defaults are written in.
fn record(
    fields: &[Field],
    written: &[(String, Literal)],
    names: &dyn Fn(&str) -> Option<Value>,
) -> Result<Value, String> {
    let mut values = BTreeMap::new();
    for (name, literal) in written {
        let field = fields
            .iter()
            .find(|field| field.name == *name)
            .ok_or_else(|| format!("`{name}` is no field of this record"))?;
        let value =
            literal_value(&field.ty, literal, names).map_err(|text| format!("`{name}`: {text}"))?;
        values.insert(Arc::from(name.as_str()), value);
    }
    for field in fields {
        if let Presence::Default(literal) = &field.presence
            && !values.contains_key(field.name.as_str())
        {
            values.insert(field.name.as_str().into(), literal_value(&field.ty, literal, names)?);
        }
    }
    values.retain(|_, value| *value != Value::Unit);
    Ok(Value::Record(Arc::new(values)))
}

/// A map whose keys are texts, written like a record.
fn map(
    key: &Type,
    value: &Type,
    written: &[(String, Literal)],
    names: &dyn Fn(&str) -> Option<Value>,
) -> Result<Value, String> {
    let pairs: Result<BTreeMap<_, _>, String> = written
        .iter()
        .map(|(name, literal)| {
            let at = match key {
                Type::Text(..) => Value::Text(name.as_str().into()),
                _ => named(key, name, names)?,
            };
            Ok((at, literal_value(value, literal, names)?))
        })
        .collect();
    Ok(Value::Map(Arc::new(pairs?)))
}

/// A file: `{ hash: 0x…, size: 12, name: "x.pdf" }`.
fn file(
    written: &[(String, Literal)],
    names: &dyn Fn(&str) -> Option<Value>,
) -> Result<Value, String> {
    let field = |name: &str, ty| Field {
        name: name.to_owned(),
        doc: String::new(),
        ty,
        presence: Presence::Required,
    };
    let fields = [
        field("hash", Type::Bytes(32, 32)),
        field("size", Type::Int(Some(0), None)),
        field("name", Type::Text(1, 255)),
    ];
    record(&fields, written, names)
}
