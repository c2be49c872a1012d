//! The body of an entry: its fields by name in deterministic CBOR, read by the message's schema.

use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_identity::Fingerprint;
use mundi_lang::rules::{Field, MessageId, Presence, Rules, Type};

use crate::cbor::{self, CborError, Reader};
use crate::entry::EntryId;
use crate::fit::fit;
use crate::misfit::{Misfit, needs};
use crate::value::Value;

pub use crate::fit::check_value;
pub use crate::misfit::FieldError;
pub use crate::written::literal_value;

/// Reads the body of a message: its values in the order of its fields, `None` where one is left
/// out. Every value fits its type. A hidden or private field is its commitment, 32 bytes; a
/// `reveal` is the record `{entry, open: {field: [salt, value]}}`, whose opening is not tried.
///
/// # Errors
/// The first field that is unknown, missing or does not fit.
pub fn decode_body(
    rules: &Rules,
    terms: &[Value],
    message: MessageId,
    bytes: &[u8],
) -> Result<Vec<Option<Value>>, FieldError> {
    let fields = rules.messages.get(usize::from(message)).map_or(&[][..], |m| &m.fields);
    decode_fields(rules, fields, terms, bytes)
}

/// Reads the values of fields, as of a message or of the terms (which then have none to look at).
///
/// # Errors
/// The first field that is unknown, missing or does not fit.
pub fn decode_fields(
    rules: &Rules,
    fields: &[Field],
    terms: &[Value],
    bytes: &[u8],
) -> Result<Vec<Option<Value>>, FieldError> {
    let mut from = Reader::new(bytes);
    let typed = Typed { rules, terms };
    let values = typed.fields(fields, &mut from).map_err(|(field, misfit)| match field {
        Some(field) => FieldError::of(&field, &misfit),
        None => FieldError { field: String::new(), text: format!("the body {}", misfit.text) },
    })?;
    from.end().map_err(|error| FieldError {
        field: String::new(),
        text: format!("the body is not in its one form: {error}"),
    })?;
    Ok(values)
}

/// Writes the body of a message; fields whose value is `()` are left out, defaults that are left
/// out are written in. Nothing is checked: a rehearsal may send what the schema forbids.
#[must_use]
pub fn encode_body(rules: &Rules, message: MessageId, values: &[(String, Value)]) -> Vec<u8> {
    let fields = rules.messages.get(usize::from(message)).map_or(&[][..], |m| &m.fields);
    encode_fields(fields, values)
}

/// Writes the values of fields, as of a message or of the terms.
#[must_use]
pub fn encode_fields(fields: &[Field], values: &[(String, Value)]) -> Vec<u8> {
    let mut all: BTreeMap<&str, Value> = BTreeMap::new();
    for field in fields {
        if let Presence::Default(literal) = &field.presence
            && let Ok(value) = literal_value(&field.ty, literal, &|_| None)
        {
            all.insert(&field.name, value);
        }
    }
    all.extend(values.iter().map(|(name, value)| (name.as_str(), value.clone())));
    all.retain(|_, value| *value != Value::Unit);
    let mut out = Vec::new();
    let pairs = all.iter().map(|(name, value)| (cbor::text_bytes(name), value)).collect();
    cbor::write_pairs(&mut out, pairs);
    out
}

/// A field that does not fit, if it is one field's fault.
type Fault = (Option<String>, Misfit);

/// Reads values by their types.
struct Typed<'a> {
    rules: &'a Rules,
    terms: &'a [Value],
}

impl Typed<'_> {
    fn fields(&self, fields: &[Field], from: &mut Reader<'_>) -> Result<Vec<Option<Value>>, Fault> {
        let mut values = vec![None; fields.len()];
        let count = from.map().map_err(|_| (None, Misfit::new("must be a map of fields")))?;
        let mut last: Option<&str> = None;
        for _ in 0..count {
            let name = from.text().map_err(|e| (None, Misfit::new(format!("is broken: {e}"))))?;
            // The canonical order of texts: shorter ones first.
            if last.is_some_and(|last| (last.len(), last) >= (name.len(), name)) {
                return Err((None, Misfit::new("must have its fields sorted and distinct")));
            }
            last = Some(name);
            let fault = |misfit| (Some(name.to_owned()), misfit);
            let at = fields.iter().position(|field| field.name == name);
            let (Some(field), Some(place)) =
                at.map_or((None, None), |at| (fields.get(at), values.get_mut(at)))
            else {
                return Err(fault(Misfit::new(unknown(fields))));
            };
            let value = self.value(&field.ty, from).map_err(fault)?;
            fit(&field.ty, &value, self.terms).map_err(fault)?;
            *place = Some(value);
        }
        let missing = fields
            .iter()
            .zip(&values)
            .find(|(field, value)| value.is_none() && field.presence != Presence::Optional);
        match missing {
            Some((field, _)) => {
                let text = format!("is missing; it must be {}", needs(&field.ty));
                Err((Some(field.name.clone()), Misfit::new(text)))
            }
            None => Ok(values),
        }
    }

    fn value(&self, ty: &Type, from: &mut Reader<'_>) -> Result<Value, Misfit> {
        match ty {
            Type::List { of, max, .. } => self.list(of, *max, from).map_err(|e| or(e, ty)),
            Type::Record(fields) => {
                let values = self.fields(fields, from).map_err(|(field, misfit)| match field {
                    Some(field) => misfit.within(&format!(".{field}")),
                    None => misfit,
                })?;
                let named = fields
                    .iter()
                    .zip(values)
                    .filter_map(|(field, value)| Some((Arc::from(field.name.as_str()), value?)));
                Ok(Value::Record(Arc::new(named.collect())))
            }
            Type::Map { key, value, .. } => self.map(key, value, from).map_err(|e| or(e, ty)),
            Type::Optional(of) => {
                if from.null() {
                    Ok(Value::Unit)
                } else {
                    self.value(of, from)
                }
            }
            Type::OneOf(_, of) => self.value(of, from),
            Type::Reveal(message) => self.reveal(*message, from).map_err(|e| or(e, ty)),
            _ => scalar(ty, from).map_err(|_| Misfit::kind(ty)),
        }
    }

    fn list(&self, of: &Type, max: u32, from: &mut Reader<'_>) -> Result<Value, Option<Misfit>> {
        let count = from.array().map_err(|_| None)?;
        if count > u64::from(max) {
            return Err(Some(Misfit::new(format!(
                "must have at most {max} elements, not {count}"
            ))));
        }
        let mut list = Vec::new();
        for n in 0..count {
            let one = self.value(of, from);
            list.push(one.map_err(|misfit| Some(misfit.within(&format!("[{n}]"))))?);
        }
        Ok(Value::List(Arc::new(list)))
    }

    fn map(
        &self,
        key: &Type,
        value: &Type,
        from: &mut Reader<'_>,
    ) -> Result<Value, Option<Misfit>> {
        let count = from.map().map_err(|_| None)?;
        let mut map = BTreeMap::new();
        for _ in 0..count {
            let at = self.value(key, from).map_err(Some)?;
            map.insert(at, self.value(value, from).map_err(Some)?);
        }
        Ok(Value::Map(Arc::new(map)))
    }

    /// `{"entry": id, "open": {field: [salt, value]}}`; each field hidden in the message named.
    fn reveal(&self, message: MessageId, from: &mut Reader<'_>) -> Result<Value, Option<Misfit>> {
        let kind = |_: CborError| None;
        let (2, "open") = (from.map().map_err(kind)?, from.text().map_err(kind)?) else {
            return Err(None);
        };
        let fields = self.rules.messages.get(usize::from(message)).map_or(&[][..], |m| &m.fields);
        let mut open = BTreeMap::new();
        for _ in 0..from.map().map_err(kind)? {
            let name = from.text().map_err(kind)?;
            let Some(Type::Hidden(of)) = fields.iter().find(|f| f.name == name).map(|f| &f.ty)
            else {
                let text = "is no hidden field of the message that is revealed";
                return Err(Some(Misfit::new(text).within(&format!(".{name}"))));
            };
            open.insert(Arc::from(name), self.opening(of, name, from)?);
        }
        let "entry" = from.text().map_err(kind)? else { return Err(None) };
        let entry = Value::Ref(EntryId(from.hash().map_err(kind)?));
        let open = Value::Record(Arc::new(open));
        let parts = BTreeMap::from([(Arc::from("entry"), entry), (Arc::from("open"), open)]);
        Ok(Value::Record(Arc::new(parts)))
    }

    /// `[salt, value]`
    fn opening(
        &self,
        of: &Type,
        name: &str,
        from: &mut Reader<'_>,
    ) -> Result<Value, Option<Misfit>> {
        let within = |misfit: Misfit| Some(misfit.within(&format!(".{name}")));
        let (Ok(2), Ok(salt)) = (from.array(), from.bytes()) else { return Err(None) };
        if salt.len() != 16 {
            return Err(within(Misfit::new("must be opened with a salt of 16 bytes")));
        }
        let value = self.value(of, from).map_err(within)?;
        fit(of, &value, self.terms).map_err(within)?;
        Ok(Value::List(Arc::new(vec![Value::Bytes(salt.into()), value])))
    }
}

/// The misfit inside a value, or that it is of another kind.
fn or(misfit: Option<Misfit>, ty: &Type) -> Misfit {
    misfit.unwrap_or_else(|| Misfit::kind(ty))
}

/// What a field that is unknown is told.
fn unknown(fields: &[Field]) -> String {
    let names: Vec<String> = fields.iter().map(|field| format!("`{}`", field.name)).collect();
    match names.as_slice() {
        [] => "is no field here; there are none".to_owned(),
        names => format!("is no field here; the fields are {}", names.join(", ")),
    }
}

fn scalar(ty: &Type, from: &mut Reader<'_>) -> Result<Value, CborError> {
    match ty {
        Type::Bool => from.bool().map(Value::Bool),
        Type::Int(..) => from.int().map(Value::Int),
        Type::Decimal(..) => from.decimal().map(Value::Decimal),
        Type::Text(..) | Type::Choice(_) => from.text().map(|text| Value::Text(text.into())),
        Type::Bytes(..) | Type::Outcome(_) => from.bytes().map(|bytes| Value::Bytes(bytes.into())),
        Type::Hidden(_) | Type::Private(..) => {
            from.hash().map(|hash| Value::Bytes(hash.as_slice().into()))
        }
        Type::Time(..) => from.int().map(Value::Time),
        Type::Duration(..) => from.int().map(Value::Duration),
        Type::Person(_) => {
            Fingerprint::new(from.bytes()?).map(Value::Person).ok_or(CborError::Kind)
        }
        Type::Ref(_) => from.hash().map(|id| Value::Ref(EntryId(id))),
        Type::File(_) => file(from),
        _ => Err(CborError::Kind),
    }
}

/// `{"hash": 32 bytes, "name": text, "size": bytes}`
fn file(from: &mut Reader<'_>) -> Result<Value, CborError> {
    if from.map()? != 3 {
        return Err(CborError::Kind);
    }
    let key = |name: &str, from: &mut Reader<'_>| {
        if from.text()? == name { Ok(()) } else { Err(CborError::Kind) }
    };
    key("hash", from)?;
    let hash = Value::Bytes(from.hash()?.as_slice().into());
    key("name", from)?;
    let name = Value::Text(from.text()?.into());
    key("size", from)?;
    let size = Value::Int(from.int()?);
    let parts = [("hash", hash), ("name", name), ("size", size)];
    Ok(Value::Record(Arc::new(parts.map(|(key, value)| (Arc::from(key), value)).into())))
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
