//! Values that fit a type: what a suggestion says where nobody has said anything.

use std::sync::Arc;

use mundi_engine::{EntryId, Value, Verdict};
use mundi_identity::Fingerprint;
use mundi_lang::literal::Literal;
use mundi_lang::rules::{
    Field, Message, MessageId, MessageKind, Presence, Rules, Type, Uniqueness,
};
use rust_decimal::Decimal;

use crate::rehearsal::Rehearsal;
use crate::show::{Naming, hex};

/// What samples are taken from.
pub(super) struct Ground<'a> {
    pub(super) rehearsal: &'a Rehearsal,
    pub(super) rules: &'a Rules,
    /// Who will say it.
    pub(super) person: &'a str,
}

/// Letters of an id in the name that an entry has where nobody has named it.
const NAME: usize = 7;

/// What an entry without a label is called.
pub(super) fn entry_name(id: &EntryId) -> String {
    let digits = hex(&id.0);
    format!("e{}", digits.get(..NAME).unwrap_or(&digits))
}

impl Ground<'_> {
    /// Fields that fit a message, as few as it needs; `None` where one cannot be thought of.
    pub(super) fn fields(&self, message: &Message) -> Option<Vec<(String, Literal)>> {
        if matches!(message.kind, MessageKind::Join) {
            let open = |r: &&mundi_lang::rules::Role| r.open == mundi_lang::rules::Openness::Open;
            let role = self.rules.roles.iter().find(open)?;
            return Some(vec![("role".into(), Literal::Text(role.name.clone()))]);
        }
        let needed = message.fields.iter().filter(|f| f.presence == Presence::Required);
        needed.map(|field| Some((field.name.clone(), self.value(&field.ty)?))).collect()
    }

    /// A value of a type.
    pub(super) fn value(&self, ty: &Type) -> Option<Literal> {
        Some(match ty {
            Type::Bool => Literal::Bool(true),
            Type::Int(a, b) => Literal::Int(within(1, *a, *b)),
            Type::Decimal(a, b) => Literal::Decimal(within(Decimal::ONE, *a, *b)),
            Type::Text(a, b) => Literal::Text(text(*a, *b)),
            Type::Bytes(a, _) => Literal::Bytes(vec![0; usize::try_from(*a).ok()?]),
            Type::Time(a, b) => Literal::Time(within(self.rehearsal.clock(), *a, *b)),
            Type::Duration(a, b) => Literal::Duration(within(DAY, *a, *b)),
            Type::Person(role) => self.person(*role)?,
            Type::Choice(options) => Literal::Text(options.first()?.clone()),
            Type::OneOf(term, _) => self.options(*term).into_iter().next()?,
            Type::List { of, min, unique, .. } => self.list(of, *min, *unique)?,
            Type::Record(fields) => Literal::Record(self.record(fields)?),
            Type::Ref(of) => Literal::Name(self.last(of, None)?),
            Type::Hidden(of) | Type::Private(of, _) => self.value(of)?,
            Type::Reveal(of) => Literal::Name(self.last(&[*of], Some(self.person))?),
            Type::Optional(_) => Literal::Unit,
            Type::File(_) | Type::Outcome(_) | Type::Map { .. } => return None,
        })
    }

    fn record(&self, fields: &[Field]) -> Option<Vec<(String, Literal)>> {
        let needed = fields.iter().filter(|f| f.presence == Presence::Required);
        needed.map(|field| Some((field.name.clone(), self.value(&field.ty)?))).collect()
    }

    fn person(&self, role: Option<u16>) -> Option<Literal> {
        let role = role.and_then(|r| self.rules.roles.get(usize::from(r)));
        let replica = self.rehearsal.replica();
        let holds = |p: &Fingerprint| role.is_none_or(|role| replica.holds(p, &role.name));
        let all = replica.present().into_iter().filter(holds);
        let names: Vec<String> = all.map(|p| self.rehearsal.name_of(&p)).collect();
        let other = names.iter().find(|name| *name != self.person).or(names.first());
        other.map(|name| Literal::Name(name.clone()))
    }

    fn options(&self, term: u16) -> Vec<Literal> {
        match self.rehearsal.replica().terms().get(usize::from(term)) {
            Some(Value::List(options)) => options.iter().filter_map(|v| self.literal(v)).collect(),
            _ => Vec::new(),
        }
    }

    fn list(&self, of: &Type, min: u32, unique: Uniqueness) -> Option<Literal> {
        let count = usize::try_from(min).ok()?;
        let different = match of {
            Type::OneOf(term, _) => self.options(*term),
            Type::Choice(options) => options.iter().cloned().map(Literal::Text).collect(),
            _ => Vec::new(),
        };
        if different.len() >= count && !different.is_empty() {
            return Some(Literal::List(different.into_iter().take(count.max(1)).collect()));
        }
        let one = self.value(of)?;
        if unique == Uniqueness::Unique && count > 1 {
            return None;
        }
        Some(Literal::List(vec![one; count.max(1)]))
    }

    /// The name of the last accepted entry of one of these messages, by anybody or by one person.
    pub(super) fn last(&self, of: &[MessageId], by: Option<&str>) -> Option<String> {
        self.accepted(of, by).pop()
    }

    /// The names of the accepted entries of these messages, in order.
    pub(super) fn accepted(&self, of: &[MessageId], by: Option<&str>) -> Vec<String> {
        let replica = self.rehearsal.replica();
        let fits = |id: &EntryId| {
            let said = replica.said(id);
            said.is_some_and(|(from, name)| {
                let kind = self.rules.message(&name).is_some_and(|m| of.contains(&m));
                kind && by.is_none_or(|by| self.rehearsal.name_of(&from) == by)
            }) && replica.verdict(id) == Some(Verdict::Accepted)
        };
        let all = replica.order().into_iter().filter(fits);
        all.map(|id| self.entry(&id)).collect()
    }

    fn entry(&self, id: &EntryId) -> String {
        self.rehearsal.label_of(id).map_or_else(|| entry_name(id), str::to_owned)
    }

    /// A value as a play writes it.
    pub(super) fn literal(&self, value: &Value) -> Option<Literal> {
        let person = |print: &Fingerprint| self.rehearsal.name_of(print);
        literal(value, &Naming { person: &person, entry: &|id| self.entry(id) })
    }
}

/// A value as a play writes it; of a map there is no such form.
pub(super) fn literal(value: &Value, naming: &Naming<'_>) -> Option<Literal> {
    let all =
        |values: &[Value]| values.iter().map(|v| literal(v, naming)).collect::<Option<Vec<_>>>();
    Some(match value {
        Value::Unit => Literal::Unit,
        Value::Bool(yes) => Literal::Bool(*yes),
        Value::Int(n) => Literal::Int(*n),
        Value::Decimal(n) => Literal::Decimal(*n),
        Value::Text(text) => Literal::Text(text.to_string()),
        Value::Bytes(bytes) => Literal::Bytes(bytes.to_vec()),
        Value::Time(ms) => Literal::Time(*ms),
        Value::Duration(ms) => Literal::Duration(*ms),
        Value::Person(print) => Literal::Name((naming.person)(print)),
        Value::Ref(id) => Literal::Name((naming.entry)(id)),
        Value::List(values) => Literal::List(all(values)?),
        Value::Record(fields) => {
            let field =
                |(name, v): (&Arc<str>, &Value)| Some((name.to_string(), literal(v, naming)?));
            Literal::Record(fields.iter().map(field).collect::<Option<_>>()?)
        }
        Value::Map(_) => return None,
    })
}

/// A day, in ms.
const DAY: i64 = 86_400_000;

/// A number, or the nearest in a range.
pub(super) fn within<T: PartialOrd>(n: T, from: Option<T>, to: Option<T>) -> T {
    match (from, to) {
        (Some(from), _) if n < from => from,
        (_, Some(to)) if n > to => to,
        _ => n,
    }
}

/// A text of a length that fits.
fn text(from: u32, to: u32) -> String {
    let length = usize::try_from(from.max(3).min(to)).unwrap_or(1);
    "…".repeat(length)
}
