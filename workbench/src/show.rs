//! Values for people, as a play writes them, and for programs, as JSON (commands.md).

use mundi_engine::outcome::referenced::decided_at;
use mundi_engine::{EntryId, Value};
use mundi_identity::Fingerprint;
use mundi_lang::escapes::{escape, format_bytes};
use mundi_lang::literal::Literal;
use mundi_lang::rules::{Field, Type};
use mundi_lang::units::{format_duration, format_time};
use serde_json::{Map, json};

/// How persons and entries are called.
pub struct Naming<'a> {
    /// A person: their name in a play, their fingerprint elsewhere.
    pub person: &'a dyn Fn(&Fingerprint) -> String,
    /// An entry, for people: its label, or the beginning of its id.
    pub entry: &'a dyn Fn(&EntryId) -> String,
}

/// Bytes in hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// A text that somebody else wrote, on one line of a terminal or a page: control characters, and those
/// that change lines or the direction of writing, are shown as what they are.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let turns = matches!(
            c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        );
        if c.is_control() || turns {
            out.push_str(&format!("\\u{{{:X}}}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

impl Naming<'_> {
    /// A value as people read it: `{ to_seller: 12.50, to_buyer: 0.00 }`.
    #[must_use]
    pub fn text(&self, value: &Value) -> String {
        let list = |values: Vec<String>| values.join(", ");
        match value {
            Value::Unit => "()".into(),
            Value::Bool(yes) => yes.to_string(),
            Value::Int(n) => n.to_string(),
            Value::Decimal(n) => n.to_string(),
            Value::Text(text) => format!("\"{}\"", escape(text)),
            Value::Bytes(bytes) => format_bytes(bytes),
            Value::Time(ms) => format_time(*ms),
            Value::Duration(ms) => format_duration(*ms),
            Value::Person(print) => (self.person)(print),
            Value::Ref(id) => (self.entry)(id),
            Value::List(values) => {
                format!("[{}]", list(values.iter().map(|v| self.text(v)).collect()))
            }
            Value::Record(fields) if fields.is_empty() => "{}".into(),
            Value::Record(fields) => {
                let field =
                    |(name, v): (&std::sync::Arc<str>, &Value)| format!("{name}: {}", self.text(v));
                format!("{{ {} }}", list(fields.iter().map(field).collect()))
            }
            Value::Map(pairs) if pairs.is_empty() => "{}".into(),
            Value::Map(pairs) => {
                let pair = |(k, v): (&Value, &Value)| format!("{}: {}", self.key(k), self.text(v));
                format!("{{ {} }}", list(pairs.iter().map(pair).collect()))
            }
        }
    }

    /// A map's key: texts that are names stand bare.
    fn key(&self, key: &Value) -> String {
        let bare = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        match key {
            Value::Text(text) if !text.is_empty() && text.chars().all(bare) => text.to_string(),
            other => self.text(other),
        }
    }

    /// A term as people read it. Of an outcome certificate, what it is of, not its bytes.
    #[must_use]
    pub fn term(&self, field: &Field, value: &Value) -> String {
        match (&field.ty, value) {
            (Type::Outcome(rules), Value::Bytes(bytes)) => match decided_at(bytes) {
                Some(at) => format!("outcome of {rules}, decided {}", format_time(at)),
                None => format!("no outcome of {rules}"),
            },
            _ => self.text(value),
        }
    }

    /// Terms as programs read them. Of an outcome certificate: what it is of, when it was decided, and
    /// its size.
    #[must_use]
    pub fn json_terms(&self, terms: &[(Field, Value)]) -> serde_json::Value {
        let json = |(field, value): &(Field, Value)| {
            let shown = match (&field.ty, value) {
                (Type::Outcome(rules), Value::Bytes(bytes)) => json!({
                    "outcome_of": rules, "decided_at": decided_at(bytes).map(format_time),
                    "bytes": bytes.len(),
                }),
                _ => self.json(value),
            };
            (field.name.clone(), shown)
        };
        serde_json::Value::Object(terms.iter().map(json).collect())
    }

    /// A value as programs read it.
    #[must_use]
    pub fn json(&self, value: &Value) -> serde_json::Value {
        match value {
            Value::Unit => serde_json::Value::Null,
            Value::Bool(yes) => json!(yes),
            Value::Int(n) => json!(n),
            Value::Text(text) => json!(text.as_ref()),
            Value::Bytes(bytes) => json!(hex(bytes)),
            Value::Ref(id) => json!(hex(&id.0)),
            Value::Decimal(_) | Value::Time(_) | Value::Duration(_) | Value::Person(_) => {
                json!(self.text(value))
            }
            Value::List(values) => values.iter().map(|v| self.json(v)).collect(),
            Value::Record(fields) => {
                let pairs = fields.iter().map(|(name, v)| (name.to_string(), self.json(v)));
                serde_json::Value::Object(pairs.collect())
            }
            Value::Map(pairs) => {
                let key = |key: &Value| match key {
                    Value::Text(text) => text.to_string(),
                    Value::Ref(id) => hex(&id.0),
                    other => self.text(other),
                };
                let pairs: Map<_, _> = pairs.iter().map(|(k, v)| (key(k), self.json(v))).collect();
                serde_json::Value::Object(pairs)
            }
        }
    }

    /// Named values, as programs read them: state, in file order.
    #[must_use]
    pub fn json_fields(&self, fields: &[(String, Value)]) -> serde_json::Value {
        let pairs = fields.iter().map(|(name, v)| (name.clone(), self.json(v)));
        serde_json::Value::Object(pairs.collect())
    }
}

/// A value as somebody has written it in a play or at a prompt.
#[must_use]
pub fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Unit => "()".into(),
        Literal::Bool(yes) => yes.to_string(),
        Literal::Int(n) => n.to_string(),
        Literal::Decimal(n) => n.to_string(),
        Literal::Text(text) => format!("\"{}\"", escape(text)),
        Literal::Bytes(bytes) => format_bytes(bytes),
        Literal::Time(ms) => format_time(*ms),
        Literal::Duration(ms) => format_duration(*ms),
        Literal::Name(name) => name.clone(),
        Literal::File(path) => format!("@\"{}\"", escape(path)),
        Literal::List(list) => {
            format!("[{}]", list.iter().map(self::literal).collect::<Vec<_>>().join(", "))
        }
        Literal::Record(fields) => record(fields),
    }
}

/// Fields as they are written: `{ quantity: 2, address: "1 High Street" }`.
#[must_use]
pub fn record(fields: &[(String, Literal)]) -> String {
    let field = |(name, value): &(String, Literal)| format!("{name}: {}", literal(value));
    match fields {
        [] => "{}".into(),
        fields => format!("{{ {} }}", fields.iter().map(field).collect::<Vec<_>>().join(", ")),
    }
}
