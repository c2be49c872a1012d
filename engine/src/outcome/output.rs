//! The output of a certificate: CBOR in, a value of one of the types that the rules' `output` gives.

use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_identity::Fingerprint;
use mundi_lang::rules::Rules;
use mundi_lang::ty::Ty;

use crate::cbor::{CborError, Reader, value_bytes};
use crate::entry::EntryId;
use crate::value::Value;

/// The output that bytes hold: by the first of the types that `output` gives which fits, or `()`. `None`
/// where these rules cannot give such an output.
#[must_use]
pub fn read_output(rules: &Rules, bytes: &[u8]) -> Option<Value> {
    let types = rules.tables.outputs.iter().filter_map(|n| rules.tables.types.get(usize::from(*n)));
    types.chain([&Ty::Unit]).find_map(|ty| {
        let mut from = Reader::new(bytes);
        let value = read(ty, &mut from).ok()?;
        from.end().ok()?;
        // A field that is `()` is left out, keys are sorted: what is read must be what is written.
        (value_bytes(&value) == bytes).then_some(value)
    })
}

fn read(ty: &Ty, from: &mut Reader<'_>) -> Result<Value, CborError> {
    match ty {
        Ty::Unit => {
            if from.null() {
                Ok(Value::Unit)
            } else {
                Err(CborError::Kind)
            }
        }
        Ty::Optional(of) => {
            if from.null() {
                Ok(Value::Unit)
            } else {
                read(of, from)
            }
        }
        Ty::Bool => from.bool().map(Value::Bool),
        Ty::Int => from.int().map(Value::Int),
        Ty::Time => from.int().map(Value::Time),
        Ty::Duration => from.int().map(Value::Duration),
        Ty::Decimal => from.decimal().map(Value::Decimal),
        Ty::Text => from.text().map(|text| Value::Text(text.into())),
        Ty::Bytes => from.bytes().map(|bytes| Value::Bytes(bytes.into())),
        Ty::Person => Fingerprint::new(from.bytes()?).map(Value::Person).ok_or(CborError::Kind),
        Ty::Ref(_) => from.hash().map(|id| Value::Ref(EntryId(id))),
        Ty::List(of) => {
            let count = from.array()?;
            let items: Result<Vec<Value>, CborError> = (0..count).map(|_| read(of, from)).collect();
            items.map(|items| Value::List(Arc::new(items)))
        }
        Ty::Map(key, of) => {
            let count = from.map()?;
            let pairs: Result<BTreeMap<Value, Value>, CborError> =
                (0..count).map(|_| Ok((read(key, from)?, read(of, from)?))).collect();
            pairs.map(|pairs| Value::Map(Arc::new(pairs)))
        }
        Ty::Record(fields) => record(fields, from),
        Ty::Unknown | Ty::Never | Ty::Var(_) => open(from),
        Ty::Range => Err(CborError::Kind),
    }
}

/// A record: fields that are left out are `()`.
fn record(fields: &[(String, Ty)], from: &mut Reader<'_>) -> Result<Value, CborError> {
    let mut values: BTreeMap<Arc<str>, Value> = BTreeMap::new();
    for _ in 0..from.map()? {
        let name = from.text()?;
        let (_, ty) = fields.iter().find(|(one, _)| one == name).ok_or(CborError::Kind)?;
        values.insert(name.into(), read(ty, from)?);
    }
    for (name, ty) in fields {
        if !values.contains_key(name.as_str()) {
            if !ty.may_be_unit() {
                return Err(CborError::Kind);
            }
            values.insert(name.as_str().into(), Value::Unit);
        }
    }
    Ok(Value::Record(Arc::new(values)))
}

/// A value whose type the checker left open: scalars only, as scripts give them.
fn open(from: &mut Reader<'_>) -> Result<Value, CborError> {
    if from.null() {
        return Ok(Value::Unit);
    }
    type Scalar = fn(&mut Reader<'_>) -> Result<Value, CborError>;
    let scalars: [Scalar; 4] = [
        |from| from.bool().map(Value::Bool),
        |from| from.int().map(Value::Int),
        |from| from.decimal().map(Value::Decimal),
        |from| from.text().map(|text| Value::Text(text.into())),
    ];
    for scalar in scalars {
        let mut here = from.clone();
        if let Ok(value) = scalar(&mut here) {
            *from = here;
            return Ok(value);
        }
    }
    Err(CborError::Kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Library;
    use crate::opening::Opening;

    fn rules(output: &str) -> Arc<Rules> {
        let text = format!(
            "conversation c \"C\"\nedition 1\nrole a\nmessage m by a {{ n: int?, due: time }}\n\
             consensus {{ said(\"m\") }}\n{output}"
        );
        Opening::check_rules(&text, &Library::default()).unwrap()
    }

    #[test]
    fn an_output_has_the_type_of_the_place_that_gave_it() {
        let time = rules("output { last(\"m\").due }");
        assert_eq!(read_output(&time, &[0x18, 0x2a]), Some(Value::Time(42)));
        assert_eq!(read_output(&time, b"\x61x"), None);
        let two = rules("output { if count(\"m\") > 1 { 1 } else { \"x\" } }");
        assert_eq!(read_output(&two, &[0x18, 0x2a]), Some(Value::Int(42)));
        assert_eq!(read_output(&two, b"\x61x"), Some(Value::Text("x".into())));
        assert_eq!(read_output(&rules(""), &[0xf6]), Some(Value::Unit));
        assert_eq!(read_output(&rules(""), &[0]), None);
    }

    #[test]
    fn fields_that_are_left_out_are_unit_and_written_ones_are_none() {
        let rules = rules("output { #{ n: last(\"m\").n, c: count(\"m\") } }");
        let bytes = b"\xa1\x61c\x01";
        let Some(Value::Record(fields)) = read_output(&rules, bytes) else { panic!("no record") };
        assert_eq!(fields.get("n"), Some(&Value::Unit));
        assert_eq!(read_output(&rules, b"\xa2\x61c\x01\x61n\xf6"), None);
        assert_eq!(read_output(&rules, b"\xa1\x61n\x01"), None);
        assert_eq!(read_output(&rules, b"\xa2\x61c\x01\x61x\x01"), None);
        assert_eq!(read_output(&rules, b"\xa1\x61c\x01\x00"), None);
    }
}
