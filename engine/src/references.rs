//! What an entry says of others, checked by the fold: `ref` fields, persons in roles, openings.

use mundi_identity::DevicePublic;
use mundi_lang::rules::{Field, MessageId, Rules, Type};

use crate::body::check_value;
use crate::code::Code;
use crate::entry::EntryId;
use crate::hidden::Hidden;
use crate::value::Value;
use crate::verdict::{Reasons, Refusal};
use crate::world::World;

/// A hidden value that an entry shows: where it stands, and what it is.
type Shown = ((u32, u16), Value);

/// Checks the entry at hand; collects the accepted entries that its `ref` fields name, and gives
/// the values that its `reveal` fields show.
pub(crate) fn check_references(
    world: &mut World,
    reasons: Reasons,
    index: u32,
    refs: &mut Vec<u32>,
) -> Result<Vec<Shown>, Refusal> {
    let rules = world.rules.clone();
    let Some(message) = rules.messages.get(usize::from(world.frame.message)) else {
        return Ok(Vec::new());
    };
    let mut shown = Vec::new();
    for (n, field) in message.fields.iter().enumerate() {
        let value = world.frame.fields.get(n).cloned().unwrap_or(Value::Unit);
        if let (Type::Reveal(of), Value::Record(_)) = (&field.ty, &value) {
            shown.extend(opened(world, reasons, index, field, *of, &value)?);
        } else {
            check(world, reasons, field, &field.ty, &value, refs)?;
        }
    }
    Ok(shown)
}

/// Walks a value for refs and persons.
fn check(
    world: &World,
    reasons: Reasons,
    field: &Field,
    ty: &Type,
    value: &Value,
    refs: &mut Vec<u32>,
) -> Result<(), Refusal> {
    match (ty, value) {
        (Type::Ref(of), Value::Ref(id)) => {
            refs.push(accepted(world, reasons, field, of, id)?);
            Ok(())
        }
        (Type::Person(role), Value::Person(print)) => {
            let person = world.fold.people.index_of(print);
            let held = person.map_or(&[][..], |p| world.fold.people.roles(p));
            let holds = role.map_or(!held.is_empty(), |role| held.contains(&role));
            if holds {
                return Ok(());
            }
            Err(reasons.refuse(Code::BadField, || {
                let name = world.name(print);
                let role = role.and_then(|r| world.rules.roles.get(usize::from(r)));
                let wanted = role.map_or("a member".into(), |r| format!("a {}", r.name));
                format!("`{}` must be {wanted}, and {name} is not", field.name)
            }))
        }
        // The terms of a stage are known to the fold alone.
        (Type::OneOf(term, _), value)
            if usize::from(*term) >= world.terms.len() && *value != Value::Unit =>
        {
            check_value(ty, value, &world.fold.terms)
                .map_err(|why| reasons.refuse(Code::BadField, || format!("`{}` {why}", field.name)))
        }
        (Type::List { of, .. } | Type::Optional(of), Value::List(items)) => {
            let of = if let Type::Optional(inner) = ty { inner } else { of };
            items.iter().try_for_each(|v| check(world, reasons, field, of, v, refs))
        }
        (Type::Optional(of) | Type::OneOf(_, of), value) if *value != Value::Unit => {
            check(world, reasons, field, of, value, refs)
        }
        (Type::Record(fields), Value::Record(values)) => fields.iter().try_for_each(|inner| {
            let value = values.get(inner.name.as_str()).unwrap_or(&Value::Unit);
            check(world, reasons, field, &inner.ty, value, refs)
        }),
        _ => Ok(()),
    }
}

/// The accepted entry that a `ref` names.
fn accepted(
    world: &World,
    reasons: Reasons,
    field: &Field,
    of: &[MessageId],
    id: &EntryId,
) -> Result<u32, Refusal> {
    let entry = world.accepted_index(id);
    let message = entry.and_then(|e| world.log_index(e)).map(|i| world.log.message(i));
    match (entry, message) {
        (Some(entry), Some(message)) if of.contains(&message) => Ok(entry),
        _ => Err(reasons.refuse(Code::BadRef, || {
            let kinds = names(&world.rules, of);
            format!("`{}` must name an accepted entry of {kinds}; it names none", field.name)
        })),
    }
}

fn names(rules: &Rules, of: &[MessageId]) -> String {
    let name = |m: &MessageId| rules.messages.get(usize::from(*m)).map(|m| format!("`{}`", m.name));
    crate::turns::or_list(&of.iter().filter_map(name).collect::<Vec<_>>())
}

/// The values that one `reveal` shows, checked against the commitments of the entry it names.
fn opened(
    world: &World,
    reasons: Reasons,
    index: u32,
    field: &Field,
    of: MessageId,
    value: &Value,
) -> Result<Vec<Shown>, Refusal> {
    let refuse = |text: String| Err(reasons.refuse(Code::BadReveal, || text));
    let (Some(Value::Ref(id)), Some(Value::Record(openings))) =
        (part(value, "entry"), part(value, "open"))
    else {
        return refuse(format!("`{}` names no entry", field.name));
    };
    let Some((entry, at)) = world.accepted_index(id).and_then(|e| Some((e, world.log_index(e)?)))
    else {
        return refuse(format!("`{}` names no accepted entry", field.name));
    };
    if world.log.message(at) != of || world.log.person(at) != world.log.person(index) {
        let kind = names(&world.rules, &[of]);
        return refuse(format!("`{}` must name a {kind} of one's own", field.name));
    }
    let committed = world.decode(at).unwrap_or_default();
    let rules = world.rules.clone();
    let Some(message) = rules.messages.get(usize::from(of)) else { return Ok(Vec::new()) };
    let mut shown = Vec::new();
    for (n, (hidden, commitment)) in message.fields.iter().zip(&committed).enumerate() {
        let (Type::Hidden(ty), Value::Bytes(commitment)) = (&hidden.ty, commitment) else {
            continue;
        };
        let Some(opening) = openings.get(hidden.name.as_str()) else {
            return refuse(format!("`{}` does not show `{}`", field.name, hidden.name));
        };
        let source = Source { world, at, message: &message.name, field: &hidden.name };
        match source.open(ty, opening, commitment) {
            Some(value) => shown.push(((entry, u16::try_from(n).unwrap_or(u16::MAX)), value)),
            None => {
                return refuse(format!(
                    "`{}` shows a `{}` that is not what was committed to",
                    field.name, hidden.name
                ));
            }
        }
    }
    Ok(shown)
}

fn part<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Record(parts) => parts.get(name),
        _ => None,
    }
}

/// Where a commitment stands.
struct Source<'a> {
    world: &'a World,
    /// The entry's index in the log.
    at: u32,
    message: &'a str,
    field: &'a str,
}

impl Source<'_> {
    /// The value of an opening `[salt, value]`, if it is what was committed to, and fits its type.
    fn open(&self, ty: &Type, opening: &Value, commitment: &[u8]) -> Option<Value> {
        let Value::List(parts) = opening else { return None };
        let (Some(Value::Bytes(salt)), Some(value)) = (parts.first(), parts.get(1)) else {
            return None;
        };
        check_value(ty, value, &self.world.fold.terms).ok()?;
        let author: DevicePublic = self.world.log.device(self.at);
        let hidden = Hidden {
            conversation: self.world.conversation,
            author,
            message: self.message,
            field: self.field,
            salt,
            value,
        };
        (hidden.commitment()[..] == *commitment).then(|| value.clone())
    }
}
