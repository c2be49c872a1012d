//! Types, fields and messages in words, for a person who has to fill them in.

use mundi_lang::rules::{Field, Message, MessageKind, Presence, Role, Rules, Type, Uniqueness};
use mundi_lang::units::{format_duration, format_size, format_time};

use crate::show;

/// `a number with decimals, at least 0.01`
pub(super) fn ty(ty: &Type, rules: &Rules) -> String {
    match ty {
        Type::Bool => "true or false".into(),
        Type::Int(a, b) => format!("a whole number{}", range(a, b, i64::to_string)),
        Type::Decimal(a, b) => format!("a number{}", range(a, b, ToString::to_string)),
        Type::Text(a, b) => format!("a text of {a} to {b} characters"),
        Type::Bytes(a, b) => format!("{a} to {b} bytes, like 0x00ff"),
        Type::Time(a, b) => {
            format!("a time, like 2026-01-31T18:00:00Z{}", range(a, b, |ms| format_time(*ms)))
        }
        Type::Duration(a, b) => {
            format!("a length of time, like 2d or 1h30m{}", range(a, b, |ms| format_duration(*ms)))
        }
        Type::Person(None) => "a person, by name".into(),
        Type::Person(Some(role)) => format!("a {}, by name", role_name(rules, *role)),
        Type::Choice(options) => {
            options.iter().map(|o| format!("\"{o}\"")).collect::<Vec<_>>().join(" or ")
        }
        Type::OneOf(term, _) => {
            format!("one of the term `{}`", rules.term_name(*term))
        }
        Type::List { of, min, max, unique } => list(of, *min, *max, *unique, rules),
        Type::Record(fields) => {
            let field = |f: &Field| format!("{}: {}", f.name, self::ty(&f.ty, rules));
            format!("{{ {} }}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        Type::Ref(messages) => {
            format!("an earlier {}, by its label", message_names(rules, messages))
        }
        Type::File(most) => format!("a file of at most {}", format_size(*most)),
        Type::Hidden(of) => format!("{}; hidden until you show it", self::ty(of, rules)),
        Type::Reveal(message) => {
            format!("your own {}, by its label", message_names(rules, &[*message]))
        }
        Type::Outcome(rules) => {
            format!("a certificate of an outcome of {rules}, like @order.cert")
        }
        Type::Map { value, .. } => format!("{{ key: {} }}", self::ty(value, rules)),
        Type::Optional(of) => format!("{}, or ()", self::ty(of, rules)),
        Type::Private(of, roles) => {
            let names: Vec<&str> = roles.iter().map(|r| role_name(rules, *r)).collect();
            format!("{}; only {} will read it", self::ty(of, rules), names.join(" and "))
        }
    }
}

fn list(of: &Type, min: u32, max: u32, unique: Uniqueness, rules: &Rules) -> String {
    let different = if unique == Uniqueness::Unique { ", all different" } else { "" };
    format!("a list [a, b], {min} to {max} long{different}, each {}", ty(of, rules))
}

fn range<T>(from: &Option<T>, to: &Option<T>, show: impl Fn(&T) -> String) -> String {
    match (from, to) {
        (None, None) => String::new(),
        (Some(a), None) => format!(", at least {}", show(a)),
        (None, Some(b)) => format!(", at most {}", show(b)),
        (Some(a), Some(b)) => format!(", {} to {}", show(a), show(b)),
    }
}

fn role_name(rules: &Rules, role: u16) -> &str {
    rules.roles.get(usize::from(role)).map_or("", |r| r.name.as_str())
}

fn message_names(rules: &Rules, messages: &[u16]) -> String {
    let name = |m: &u16| rules.messages.get(usize::from(*m)).map_or("", |m| m.name.as_str());
    messages.iter().map(name).collect::<Vec<_>>().join(" or ")
}

/// `exactly one`, `2 or more`, `at most 10`
pub(super) fn cardinality(role: &Role) -> String {
    match (role.min, role.max) {
        (1, Some(1)) => "one person".into(),
        (n, Some(m)) if n == m => format!("{n} people"),
        (0, None) => "any number of people".into(),
        (n, None) => format!("{n} or more people"),
        (0, Some(m)) => format!("at most {m} people"),
        (n, Some(m)) => format!("{n} to {m} people"),
    }
}

/// What happens to a field that is left out: `; 14d if left empty`.
pub(super) fn presence(field: &Field) -> String {
    match &field.presence {
        Presence::Required => String::new(),
        Presence::Optional => "; may be left empty".into(),
        Presence::Default(value) => format!("; {} if left empty", show::literal(value)),
        Presence::Last => "; the last one if left empty".into(),
    }
}

/// How many roles the conversation or stage has in which a message is said.
fn of_its_part(message: &Message, rules: &Rules) -> usize {
    rules.roles.iter().filter(|r| r.stage == message.stage).count()
}

/// A message on a few lines: what it is for, who may send it, its fields.
pub(super) fn message(message: &Message, rules: &Rules) -> String {
    let by: Vec<&str> = message.by.iter().map(|r| role_name(rules, *r)).collect();
    let by = match message.kind {
        MessageKind::Deadline(_) => "by anyone, once its time has come".to_owned(),
        _ if by.len() > 1 && by.len() == of_its_part(message, rules) => "by anyone".to_owned(),
        _ => format!("by {}", by.join(", ")),
    };
    let mut out = format!("{} {by}\n", message.name);
    if !message.doc.is_empty() {
        out.push_str(&format!("    {}\n", message.doc.replace('\n', "\n    ")));
    }
    for field in &message.fields {
        let doc = if field.doc.is_empty() { String::new() } else { format!(" {}", field.doc) };
        out.push_str(&format!(
            "    {}: {}{}.{doc}\n",
            field.name,
            ty(&field.ty, rules),
            presence(field)
        ));
    }
    out
}
