//! Types in code: what a field of the schema is there, what fits what, and their names.

use crate::rules::{Field, Presence, Type};
use crate::ty::Ty;

use crate::check::schema::Schema;

/// The type in code of a type of the schema.
#[must_use]
pub fn code_type(ty: &Type) -> Ty {
    match ty {
        Type::Bool => Ty::Bool,
        Type::Int(..) => Ty::Int,
        Type::Decimal(..) => Ty::Decimal,
        Type::Text(..) | Type::Choice(_) => Ty::Text,
        Type::Bytes(..) => Ty::Bytes,
        Type::Time(..) => Ty::Time,
        Type::Duration(..) => Ty::Duration,
        Type::Person(_) => Ty::Person,
        Type::OneOf(_, of) => code_type(of),
        Type::List { of, .. } => Ty::List(Box::new(code_type(of))),
        Type::Record(fields) => record(fields),
        Type::Ref(of) => Ty::Ref(of.clone()),
        Type::Reveal(of) => Ty::Ref(vec![*of]),
        Type::Hidden(of) | Type::Optional(of) | Type::Private(of, _) => code_type(of).optional(),
        Type::Map { key, value, .. } => {
            Ty::Map(Box::new(code_type(key)), Box::new(code_type(value)))
        }
        Type::Outcome(_) => outcome(),
        Type::File(_) => Ty::Record(vec![
            ("hash".into(), Ty::Bytes),
            ("name".into(), Ty::Text),
            ("size".into(), Ty::Int),
        ]),
    }
}

/// What code reads of an outcome certificate. The output has a type of another file, and is not here.
fn outcome() -> Ty {
    let persons = || Ty::List(Box::new(Ty::Person));
    Ty::Record(vec![
        ("conversation".into(), Ty::Bytes),
        ("decided_at".into(), Ty::Time),
        ("entry".into(), Ty::Bytes),
        ("members".into(), persons()),
        ("round".into(), Ty::Int),
        ("rules".into(), Ty::Bytes),
        ("sealed".into(), persons()),
    ])
}

/// The type in code of a field: its type, or `()` where it may be left out.
pub(crate) fn field_type(field: &Field) -> Ty {
    let ty = code_type(&field.ty);
    if field.presence == Presence::Optional { ty.optional() } else { ty }
}

fn record(fields: &[Field]) -> Ty {
    let mut all: Vec<_> = fields.iter().map(|f| (f.name.clone(), field_type(f))).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    Ty::Record(all)
}

/// Whether a value of one type can stand where another is wanted.
pub(crate) fn fits(found: &Ty, wanted: &Ty) -> bool {
    match (found, wanted) {
        (Ty::Unknown | Ty::Never, _) | (_, Ty::Unknown | Ty::Never) => true,
        (Ty::Unit, Ty::Optional(_)) | (Ty::Int, Ty::Decimal) => true,
        (Ty::Optional(a), Ty::Optional(b)) => fits(a, b),
        (a, Ty::Optional(b)) => fits(a, b),
        (Ty::List(a), Ty::List(b)) => fits(a, b),
        (Ty::Map(a, b), Ty::Map(c, d)) => fits(a, c) && fits(b, d),
        (Ty::Ref(a), Ty::Ref(b)) => a.iter().all(|m| b.contains(m)),
        (Ty::Record(a), Ty::Record(b)) => {
            let held = |name: &String| b.iter().find(|(n, _)| n == name).map(|(_, t)| t);
            a.iter().all(|(n, t)| held(n).is_some_and(|w| fits(t, w)))
                && b.iter().all(|(n, t)| t.may_be_unit() || a.iter().any(|(m, _)| m == n))
        }
        (a, b) => a == b,
    }
}

/// The narrowest type that both fit, if there is one.
pub(crate) fn join(a: &Ty, b: &Ty) -> Option<Ty> {
    Some(match (a, b) {
        (Ty::Unknown, _) | (_, Ty::Unknown) => Ty::Unknown,
        (Ty::Never, t) | (t, Ty::Never) => t.clone(),
        (Ty::Unit, t) | (t, Ty::Unit) => t.clone().optional(),
        (Ty::Optional(a), Ty::Optional(b)) => join(a, b)?.optional(),
        (Ty::Optional(a), b) | (b, Ty::Optional(a)) => join(a, b)?.optional(),
        (Ty::Int, Ty::Decimal) | (Ty::Decimal, Ty::Int) => Ty::Decimal,
        (Ty::List(a), Ty::List(b)) => Ty::List(Box::new(join(a, b)?)),
        (Ty::Map(a, b), Ty::Map(c, d)) => Ty::Map(Box::new(join(a, c)?), Box::new(join(b, d)?)),
        (Ty::Ref(a), Ty::Ref(b)) => {
            let mut all: Vec<_> = a.iter().chain(b).copied().collect();
            all.sort_unstable();
            all.dedup();
            Ty::Ref(all)
        }
        (Ty::Record(a), Ty::Record(b)) if a.len() == b.len() => {
            let one = |((n, x), (m, y)): (&(String, Ty), &(String, Ty))| {
                if n == m { Some((n.clone(), join(x, y)?)) } else { None }
            };
            Ty::Record(a.iter().zip(b).map(one).collect::<Option<_>>()?)
        }
        (a, b) if a == b => a.clone(),
        _ => return None,
    })
}

/// Values that are copied element by element.
pub(crate) fn is_compound(ty: &Ty) -> bool {
    matches!(ty.required(), Ty::List(_) | Ty::Map(..) | Ty::Record(_) | Ty::Unknown)
}

/// What a type is called in a message to a person.
pub(crate) fn name(ty: &Ty, schema: &Schema) -> String {
    match ty {
        Ty::Unknown | Ty::Var(_) => "a value".into(),
        Ty::Never => "nothing".into(),
        Ty::Unit => "`()`".into(),
        Ty::Bool => "a bool".into(),
        Ty::Int => "an int".into(),
        Ty::Decimal => "a decimal".into(),
        Ty::Text => "a text".into(),
        Ty::Bytes => "bytes".into(),
        Ty::Time => "a time".into(),
        Ty::Duration => "a duration".into(),
        Ty::Person => "a person".into(),
        Ty::Range => "a range".into(),
        Ty::Ref(of) => {
            let names: Vec<String> = of.iter().map(|m| format!("`{}`", schema.name(*m))).collect();
            format!("an entry of {}", names.join(" or "))
        }
        Ty::List(of) if **of == Ty::Never => "an empty list".into(),
        Ty::List(of) => format!("a list of {}", plural(of, schema)),
        Ty::Map(k, v) => format!("a map from {} to {}", plural(k, schema), plural(v, schema)),
        Ty::Record(fields) => {
            let names: Vec<&str> = fields.iter().map(|(n, _)| n.as_str()).collect();
            format!("a record of `{}`", names.join("`, `"))
        }
        Ty::Optional(of) => format!("{} or `()`", name(of, schema)),
    }
}

fn plural(ty: &Ty, schema: &Schema) -> String {
    match ty {
        Ty::Bool => "bools".into(),
        Ty::Int => "ints".into(),
        Ty::Decimal => "decimals".into(),
        Ty::Text => "texts".into(),
        Ty::Time => "times".into(),
        Ty::Duration => "durations".into(),
        Ty::Person => "persons".into(),
        Ty::Ref(_) => "entries".into(),
        Ty::List(_) => "lists".into(),
        Ty::Record(_) => "records".into(),
        other => name(other, schema),
    }
}
