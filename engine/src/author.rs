//! Writing an entry: fields as a person gives them to a body as the schema wants it. Defaults are
//! written in, hidden values are committed to, reveals are opened.

use mundi_identity::{Certificate, DevicePublic, Fingerprint};
use mundi_lang::literal::Literal;
use mundi_lang::rules::{Field, Message, MessageKind, Presence, Type};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::body::{check_value, encode_body, literal_value};
use crate::code::Code;
use crate::draft::Draft;
use crate::entry::EntryId;
use crate::hidden::{Hidden, SALT_BYTES};
use crate::joining;
use crate::limits::PARENTS;
use crate::log::Standing;
use crate::replica::Replica;
use crate::value::Value;

/// Why an entry cannot be written. The same codes as a verdict's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct DraftError {
    /// `bad-field`, `unknown-message`, …
    pub code: Code,
    /// What is wrong, and what is needed.
    pub text: String,
}

/// What the author's device keeps of a hidden value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// The field.
    pub field: String,
    /// 16 random bytes.
    pub salt: [u8; SALT_BYTES],
    /// The value.
    pub value: Value,
}

/// An entry that is ready to be signed, and what to keep of it.
#[derive(Clone, Debug)]
pub struct Drafted {
    /// To be signed by the device.
    pub draft: Draft,
    /// Values that the entry hides: without them it can never be revealed.
    pub secrets: Vec<Secret>,
}

/// Who writes, and with what.
pub struct Author<'a> {
    /// The device whose chain it goes into.
    pub device: DevicePublic,
    /// Its certificate, for a `join`.
    pub certificate: Option<&'a Certificate>,
    /// Persons and labels by the names that the fields use.
    pub names: &'a dyn Fn(&str) -> Option<Value>,
    /// The secrets kept of an earlier entry of one's own, for a `reveal`.
    pub secrets: &'a dyn Fn(&EntryId) -> Vec<Secret>,
    /// A fresh random salt.
    pub salt: &'a mut dyn FnMut() -> [u8; SALT_BYTES],
}

/// Values by the names of their fields.
type Named = Vec<(String, Value)>;

fn bad(code: Code, text: impl Into<String>) -> DraftError {
    DraftError { code, text: text.into() }
}

impl Replica {
    /// Drafts an entry at a time (ms since 1970; moved after all that it builds on), with parents:
    /// [`Self::parents_for`] unless given.
    ///
    /// # Errors
    /// A field that does not fit, a message that is not there.
    pub fn draft(
        &self,
        author: &mut Author<'_>,
        message: &str,
        fields: &[(String, Literal)],
        at: u64,
        parents: Option<Vec<EntryId>>,
    ) -> Result<Drafted, DraftError> {
        let rules = self.rules();
        let number = rules.meant(message).ok_or_else(|| self.unknown(message))?;
        let found = rules.messages.get(usize::from(number)).ok_or_else(|| self.unknown(message))?;
        let (body, secrets) = if matches!(found.kind, MessageKind::Join) {
            (join_body(author, fields)?, Vec::new())
        } else {
            let (values, secrets) = self.values(author, found, fields)?;
            (encode_body(&rules, number, &values), secrets)
        };
        let draft = self.chained(author.device, &found.name, body, at, parents);
        Ok(Drafted { draft, secrets })
    }

    /// An entry at the end of a device's chain, whatever it says: at a time (ms since 1970; moved
    /// after all that it builds on), with parents:
    /// [`Self::parents_for`] unless given.
    #[must_use]
    pub fn chained(
        &self,
        device: DevicePublic,
        message: &str,
        body: Vec<u8>,
        at: u64,
        parents: Option<Vec<EntryId>>,
    ) -> Draft {
        let tip = self.tip(&device);
        let prev = tip.map(|(_, id)| id);
        let mut parents = parents.unwrap_or_else(|| self.parents_for(&device).0);
        parents.retain(|p| Some(*p) != prev);
        parents.sort_unstable();
        parents.dedup();
        let under =
            parents.iter().chain(&prev).filter_map(|id| self.time_of(id)).max().unwrap_or(0);
        Draft {
            conversation: Some(self.conversation()),
            seq: tip.map_or(0, |(seq, _)| seq.saturating_add(1)),
            prev,
            parents,
            at: at.max(under.saturating_add(1)),
            message: message.into(),
            body,
        }
    }

    /// The heads that an entry of a device names as parents: one a device, none of its own, at most
    /// [`PARENTS`], the earliest first; and how many there would be without that bound.
    #[must_use]
    pub fn parents_for(&self, device: &DevicePublic) -> (Vec<EntryId>, usize) {
        let world = self.sandbox().world();
        let log = &world.log;
        // Of a forked device the head that stands goes before the others.
        let rank = |index: u32| {
            let stands = matches!(log.standing(index), Standing::Unforked | Standing::Stands);
            (!stands, log.at(index), log.id(index))
        };
        let mut of_each: BTreeMap<(DevicePublic, Fingerprint), u32> = BTreeMap::new();
        for head in log.heads().filter(|head| log.device(*head) != *device) {
            let best = of_each.entry((log.device(head), log.person(head))).or_insert(head);
            if rank(head) < rank(*best) {
                *best = head;
            }
        }
        let mut heads: Vec<u32> = of_each.into_values().collect();
        let all = heads.len();
        heads.sort_by_key(|head| (log.at(*head), log.id(*head)));
        heads.truncate(PARENTS);
        (heads.into_iter().map(|head| log.id(head)).collect(), all)
    }

    fn unknown(&self, message: &str) -> DraftError {
        let rules = self.rules();
        let names: Vec<&str> = rules.spoken().collect();
        let hint = match mundi_lang::suggest(message, names.iter().copied()) {
            Some(close) => format!("did you mean `{close}`?"),
            None => format!("there are: {}", names.join(", ")),
        };
        bad(Code::UnknownMessage, format!("the rules have no message `{message}`; {hint}"))
    }

    /// Values of all fields of a message, and what is hidden among them.
    fn values(
        &self,
        author: &mut Author<'_>,
        message: &Message,
        fields: &[(String, Literal)],
    ) -> Result<(Named, Vec<Secret>), DraftError> {
        no_strangers(message, fields)?;
        let mut values = Vec::new();
        let mut secrets = Vec::new();
        for field in &message.fields {
            let written = fields.iter().rfind(|(name, _)| *name == field.name).map(|(_, v)| v);
            let Some(value) = self.value(author, field, written)? else { continue };
            let value = match &field.ty {
                Type::Hidden(_) | Type::Private(..) => {
                    let secret = Secret { field: field.name.clone(), salt: (author.salt)(), value };
                    let commitment = self.commit(author, message, &secret);
                    secrets.push(secret);
                    commitment
                }
                Type::Reveal(_) => self.reveal(author, field, &value)?,
                _ => value,
            };
            values.push((field.name.clone(), value));
        }
        Ok((values, secrets))
    }

    /// The value of one field as written or by default, checked; `None` where it is left out.
    fn value(
        &self,
        author: &Author<'_>,
        field: &Field,
        written: Option<&Literal>,
    ) -> Result<Option<Value>, DraftError> {
        let wrong = |why: String| bad(Code::BadField, format!("`{}` {why}", field.name));
        let needed = |why: String| bad(Code::BadField, format!("`{}`: {why}", field.name));
        let terms = &self.opening().terms;
        let literal = match (written, &field.presence) {
            (Some(Literal::Unit) | None, Presence::Optional) => return Ok(None),
            (Some(literal), _) => literal,
            (None, Presence::Default(literal)) => literal,
            (None, Presence::Last) => return self.last_of(field).map(Some),
            (None, Presence::Required) => {
                let what = crate::misfit::missing(field);
                return Err(bad(Code::BadField, what));
            }
        };
        let value = literal_value(&field.ty, literal, author.names).map_err(needed)?;
        let inner = match &field.ty {
            Type::Hidden(of) | Type::Private(of, _) => of,
            ty => ty,
        };
        check_value(inner, &value, terms).map_err(wrong)?;
        Ok(Some(value))
    }

    /// `= last`
    fn last_of(&self, field: &Field) -> Result<Value, DraftError> {
        let Type::Ref(of) = &field.ty else {
            return Err(bad(Code::BadRef, format!("`{}` names nothing", field.name)));
        };
        let world = self.sandbox().world();
        let last = of.iter().filter_map(|m| world.fold.tables.row(*m).last()).max();
        let id = last.and_then(|entry| world.id_of(entry));
        let none = || {
            bad(
                Code::BadRef,
                format!("`{}` must name an earlier entry, and there is none yet", field.name),
            )
        };
        id.map(Value::Ref).ok_or_else(none)
    }

    fn commit(&self, author: &Author<'_>, message: &Message, secret: &Secret) -> Value {
        let hidden = Hidden {
            conversation: self.conversation(),
            author: author.device,
            message: &message.name,
            field: &secret.field,
            salt: &secret.salt,
            value: &secret.value,
        };
        Value::Bytes(hidden.commitment().as_slice().into())
    }

    /// `{entry, open: {field: [salt, value]}}` from what was kept.
    fn reveal(
        &self,
        author: &Author<'_>,
        field: &Field,
        value: &Value,
    ) -> Result<Value, DraftError> {
        let Value::Ref(id) = value else {
            return Err(bad(
                Code::BadReveal,
                format!("`{}` must name an entry of one's own", field.name),
            ));
        };
        let open = (author.secrets)(id).into_iter().map(|s| {
            let parts = vec![Value::Bytes(s.salt.as_slice().into()), s.value];
            (Arc::from(s.field.as_str()), Value::List(Arc::new(parts)))
        });
        let open = Value::Record(Arc::new(open.collect::<BTreeMap<_, _>>()));
        let parts = [(Arc::from("entry"), value.clone()), (Arc::from("open"), open)];
        Ok(Value::Record(Arc::new(parts.into())))
    }
}

/// Fields that the message does not have.
fn no_strangers(message: &Message, fields: &[(String, Literal)]) -> Result<(), DraftError> {
    for (name, _) in fields {
        if message.fields.iter().any(|f| f.name == *name) {
            continue;
        }
        let names: Vec<&str> = message.fields.iter().map(|f| f.name.as_str()).collect();
        let hint = match mundi_lang::suggest(name, names.iter().copied()) {
            Some(close) => format!("did you mean `{close}`?"),
            None if names.is_empty() => "it has no fields".into(),
            None => format!("its fields are {}", names.join(", ")),
        };
        return Err(bad(
            Code::BadField,
            format!("`{}` has no field `{name}`; {hint}", message.name),
        ));
    }
    Ok(())
}

fn join_body(author: &Author<'_>, fields: &[(String, Literal)]) -> Result<Vec<u8>, DraftError> {
    let role = fields.iter().find_map(|(name, value)| match value {
        Literal::Text(text) | Literal::Name(text) if name == "role" => Some(text),
        _ => None,
    });
    let role =
        role.ok_or_else(|| bad(Code::BadField, "`join` needs a role: `join { role: \"…\" }`"))?;
    let certificate = author.certificate;
    let certificate =
        certificate.ok_or_else(|| bad(Code::NotAMember, "this device has no certificate"))?;
    Ok(joining::body(role, certificate))
}
