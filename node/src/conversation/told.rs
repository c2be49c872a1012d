//! Values `for` roles: everybody sees that they are fixed, and only who holds the role is told what they
//! are (`spec/envelope.md`).

use mundi_engine::body::{decode_fields, encode_fields};
use mundi_engine::cbor::{self, CborError, Reader};
use mundi_engine::hidden::Hidden as Commitment;
use mundi_engine::{Entry, EntryId, Value};
use mundi_identity::Fingerprint;
use mundi_identity::pgp;
use mundi_lang::rules::{Field, Presence, Type};
use zeroize::Zeroizing;

use super::Room;
use crate::home::{Home, HomeError};
use crate::store::Hidden;

/// What stands in an envelope: `["mundi.private.1", an OpenPGP message]`.
const PRIVATE: &str = "mundi.private.1";
/// What stands in the message: `["mundi.value.1", entry, field, salt, value]`.
const VALUE: &str = "mundi.value.1";

/// A field that is for roles, of a message of a conversation.
struct Private {
    /// The field, with the type of its value.
    inner: Field,
    /// Who holds one of the roles now.
    readers: Vec<Fingerprint>,
}

fn private(room: &Room, message: &str, name: &str) -> Option<Private> {
    let rules = room.replica.rules();
    let message = rules.messages.get(usize::from(rules.message(message)?))?;
    let field = message.fields.iter().find(|field| field.name == name)?;
    let Type::Private(of, roles) = &field.ty else { return None };
    let names: Vec<&str> = roles
        .iter()
        .filter_map(|role| Some(rules.roles.get(usize::from(*role))?.name.as_str()))
        .collect();
    let holds = |person: &Fingerprint| names.iter().any(|role| room.replica.holds(person, role));
    let readers = room.replica.present().into_iter().filter(holds).collect();
    let inner = Field { ty: (**of).clone(), presence: Presence::Optional, ..field.clone() };
    Some(Private { inner, readers })
}

impl Home {
    /// The values of an entry that are for roles, each sealed for those who hold them: contents of
    /// envelopes. Empty where this home does not know them.
    ///
    /// # Errors
    /// A key cannot be used; the disk fails.
    pub(crate) fn told(
        &self,
        room: &Room,
        id: &EntryId,
        now: u64,
    ) -> Result<Vec<Vec<u8>>, HomeError> {
        let Some((_, message)) = room.replica.said(id) else { return Ok(Vec::new()) };
        let known = self.store().hidden(room.row.number)?;
        let mut contents = Vec::new();
        for row in known.iter().filter(|row| row.entry == *id) {
            let Some(private) = private(room, &message, &row.field) else { continue };
            let mut certs = Vec::new();
            for reader in private.readers.iter().filter(|reader| **reader != self.me()) {
                certs.extend(self.cert_of(reader)?);
            }
            let certs: Vec<_> = certs.iter().collect();
            if certs.is_empty() {
                continue;
            }
            let inner = Zeroizing::new(pgp::literal(&encode(row))?);
            let sealed = pgp::encrypt(&certs, &inner, now)?;
            let mut content = Vec::new();
            cbor::write_array(&mut content, 2);
            cbor::write_text(&mut content, PRIVATE);
            cbor::write_bytes(&mut content, &sealed);
            contents.push(content);
        }
        Ok(contents)
    }

    /// Takes a value in that is for a role of the owner's. `Ok(false)`: it is for others, or is not what
    /// the entry has fixed, or its entry is not here.
    ///
    /// # Errors
    /// The disk fails.
    pub(crate) fn be_told(
        &mut self,
        room: &Room,
        sealed: &[u8],
        now: u64,
    ) -> Result<bool, HomeError> {
        let Ok(inner) = self.holder().decrypt(sealed) else { return Ok(false) };
        let Ok(opened) = pgp::read(&inner, &[], now) else { return Ok(false) };
        let plaintext = Zeroizing::new(opened.plaintext);
        let Ok(hidden) = decode(&plaintext) else { return Ok(false) };
        if !fits(room, &hidden) {
            return Ok(false);
        }
        let number = room.row.number;
        self.write(|tx| tx.set_hidden(number, &hidden))?;
        Ok(true)
    }

    /// What is known here of a field that is for roles.
    #[must_use]
    pub fn told_value(&self, room: &Room, id: &EntryId, field: &str) -> Option<Value> {
        let (_, message) = room.replica.said(id)?;
        let private = private(room, &message, field)?;
        let known = self.store().hidden(room.row.number).ok()?;
        let row = known.into_iter().find(|row| row.entry == *id && row.field == field)?;
        value(room, private.inner, &row)
    }
}

/// The message in which a content is, if it is one.
pub(crate) fn message_of(content: &[u8]) -> Option<Result<Vec<u8>, CborError>> {
    let mut from = Reader::new(content);
    let is_private = from.array() == Ok(2) && from.text() == Ok(PRIVATE);
    is_private.then(|| {
        let sealed = from.bytes()?.to_vec();
        from.end()?;
        Ok(sealed)
    })
}

fn encode(row: &Hidden) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(256));
    cbor::write_array(&mut out, 5);
    cbor::write_text(&mut out, VALUE);
    cbor::write_bytes(&mut out, &row.entry.0);
    cbor::write_text(&mut out, &row.field);
    cbor::write_bytes(&mut out, &row.salt);
    cbor::write_bytes(&mut out, &row.value);
    out
}

fn decode(bytes: &[u8]) -> Result<Hidden, CborError> {
    let mut from = Reader::new(bytes);
    if from.array()? != 5 || from.text()? != VALUE {
        return Err(CborError::Kind);
    }
    let hidden = Hidden {
        entry: EntryId(from.hash()?),
        field: from.text()?.to_owned(),
        salt: Zeroizing::new(from.bytes()?.to_vec()),
        value: Zeroizing::new(from.bytes()?.to_vec()),
    };
    from.end()?;
    Ok(hidden)
}

/// The value, by its field's type.
fn value(room: &Room, field: Field, row: &Hidden) -> Option<Value> {
    let (rules, terms) = (room.replica.rules(), &room.replica.opening().terms);
    let name = field.name.clone();
    let values = decode_fields(&rules, std::slice::from_ref(&field), terms, &row.value).ok()?;
    let value = values.into_iter().next().flatten()?;
    // It is what it would be written as, and nothing besides.
    let again = encode_fields(&[field], &[(name, value.clone())]);
    (again == **row.value).then_some(value)
}

/// Whether it is the value that the entry has fixed.
fn fits(room: &Room, row: &Hidden) -> bool {
    let Some((_, message)) = room.replica.said(&row.entry) else { return false };
    let Some(private) = private(room, &message, &row.field) else { return false };
    let Some(value) = value(room, private.inner, row) else { return false };
    let author = room.replica.entry_bytes(&row.entry).and_then(|b| Entry::decode(&b).ok());
    let Some(author) = author.map(|entry| entry.author()) else { return false };
    let commitment = Commitment {
        conversation: room.row.id,
        author,
        message: &message,
        field: &row.field,
        salt: &row.salt,
        value: &value,
    };
    let fixed = Value::Bytes(commitment.commitment().into());
    let fields = room.replica.fields(&row.entry);
    fields.iter().any(|(name, value)| *name == row.field && *value == fixed)
}
