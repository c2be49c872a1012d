//! Why a value does not fit its type, in words for people.

use mundi_lang::rules::Type;
use mundi_lang::units::{format_duration, format_size, format_time};

use crate::limits::OUTCOME_BYTES;
use crate::value::Value;

/// A value that does not fit, and where in the field it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// `[2].name`; empty for the whole field.
    pub(crate) place: String,
    /// `must be at least 1, not 0`
    pub(crate) text: String,
}

impl Misfit {
    /// About the whole value.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { place: String::new(), text: text.into() }
    }

    /// A value of another kind.
    pub(crate) fn kind(ty: &Type) -> Self {
        Self::new(format!("must be {}", needs(ty)))
    }

    /// The same, seen from the list or record around it.
    pub(crate) fn within(mut self, place: &str) -> Self {
        self.place.insert_str(0, place);
        self
    }
}

impl std::fmt::Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.place.is_empty() {
            return f.write_str(&self.text);
        }
        write!(f, "`{}` {}", self.place.trim_start_matches('.'), self.text)
    }
}

/// A field that does not fit: `quantity must be at least 1, not 0`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct FieldError {
    /// The field's name; empty where no field is to blame.
    pub field: String,
    /// What is wrong with it and what it needs, the field named.
    pub text: String,
}

impl FieldError {
    pub(crate) fn of(field: &str, misfit: &Misfit) -> Self {
        let text = format!("`{field}{}` {}", misfit.place, misfit.text);
        Self { field: field.to_owned(), text }
    }
}

/// What somebody is told who left a field out.
pub(crate) fn missing(field: &mundi_lang::rules::Field) -> String {
    format!("`{}` is missing; it must be {}", field.name, needs(&field.ty))
}

/// What a type needs, as the object of "must be".
pub(crate) fn needs(ty: &Type) -> String {
    let range = |what: &str, from: Option<String>, to: Option<String>| match (from, to) {
        (None, None) => what.to_owned(),
        (Some(from), None) => format!("{what} of at least {from}"),
        (None, Some(to)) => format!("{what} of at most {to}"),
        (Some(from), Some(to)) => format!("{what} from {from} to {to}"),
    };
    let print = |n: &Option<i64>| n.map(|n| n.to_string());
    match ty {
        Type::Bool => "true or false".to_owned(),
        Type::Int(a, b) => range("a whole number", print(a), print(b)),
        Type::Decimal(a, b) => {
            range("a decimal number", a.map(|n| n.to_string()), b.map(|n| n.to_string()))
        }
        Type::Text(a, b) => format!("a text of {a} to {b} characters"),
        Type::Bytes(a, b) => format!("{a} to {b} bytes"),
        Type::Time(a, b) => range("a time", a.map(format_time), b.map(format_time)),
        Type::Duration(a, b) => range("a duration", a.map(format_duration), b.map(format_duration)),
        Type::Person(_) => "a person".to_owned(),
        Type::Choice(choices) => format!("one of {}", quoted(choices.iter().map(String::as_str))),
        Type::OneOf(_, of) => format!("{}, one of those in the terms", needs(of)),
        Type::List { min, max, .. } => format!("a list of {min} to {max}"),
        Type::Record(_) => "a record".to_owned(),
        Type::Ref(_) => "an earlier entry".to_owned(),
        Type::File(size) => format!("a file of at most {}", format_size(*size)),
        Type::Hidden(_) | Type::Private(..) => "a commitment of 32 bytes".to_owned(),
        Type::Reveal(_) => "an earlier entry and what it hides".to_owned(),
        Type::Outcome(rules) => {
            let most = format_size(OUTCOME_BYTES as u64);
            format!("an outcome certificate of `{rules}`, a file of at most {most}")
        }
        Type::Map { min, max, .. } => format!("a map of {min} to {max}"),
        Type::Optional(of) => format!("{}, or nothing", needs(of)),
    }
}

/// Texts in quotes, the first eight of them.
fn quoted<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut texts: Vec<String> = texts.take(9).map(|text| format!("{text:?}")).collect();
    if texts.len() == 9 {
        texts.truncate(8);
        texts.push("…".to_owned());
    }
    texts.join(", ")
}

/// Values as people write them, the first eight of them.
pub(crate) fn show_all(values: &[Value]) -> String {
    let mut shown: Vec<String> = values.iter().take(8).map(show).collect();
    if values.len() > 8 {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

/// A value as people write it, cut where it is long.
pub(crate) fn show(value: &Value) -> String {
    match value {
        Value::Unit => "()".to_owned(),
        Value::Bool(yes) => yes.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Decimal(n) => n.to_string(),
        Value::Text(text) => {
            let cut: String = text.chars().take(40).collect();
            if cut.len() < text.len() { format!("{:?}…", cut) } else { format!("{cut:?}") }
        }
        Value::Time(ms) => format_time(*ms),
        Value::Duration(ms) => format_duration(*ms),
        Value::Person(person) => person.to_string(),
        Value::Ref(id) => id.to_string(),
        Value::Bytes(bytes) => format!("{} bytes", bytes.len()),
        Value::List(list) => format!("a list of {}", list.len()),
        Value::Record(_) => "a record".to_owned(),
        Value::Map(map) => format!("a map of {}", map.len()),
    }
}
