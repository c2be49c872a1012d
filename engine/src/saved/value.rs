//! Values in the saved form: each after a byte for its kind, which deterministic CBOR does not tell.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::{Damaged, Read, Reader, Writer};
use crate::entry::EntryId;
use crate::limits::{SAVED_AHEAD, SAVED_DEPTH};
use crate::value::Value;

/// A zero with a minus sign, beside the scale.
const MINUS: u8 = 0x80;

impl Writer {
    /// A value.
    pub(crate) fn value(&mut self, value: &Value) {
        match value {
            Value::Unit => self.byte(0),
            Value::Bool(no_or_yes) => self.byte(1 + u8::from(*no_or_yes)),
            Value::Int(n) => self.tagged(3, *n),
            Value::Time(n) => self.tagged(4, *n),
            Value::Duration(n) => self.tagged(5, *n),
            Value::Decimal(decimal) => {
                self.byte(6);
                let minus = decimal.is_zero() && decimal.is_sign_negative();
                let scale = u8::try_from(decimal.scale()).unwrap_or_default();
                self.byte(scale | if minus { MINUS } else { 0 });
                self.raw(&decimal.mantissa().to_le_bytes());
            }
            Value::Text(text) => {
                self.byte(7);
                self.text(text);
            }
            Value::Bytes(bytes) => {
                self.byte(8);
                self.long(bytes);
            }
            Value::Person(person) => {
                self.byte(9);
                self.print(person);
            }
            Value::Ref(id) => {
                self.byte(10);
                self.raw(&id.0);
            }
            Value::List(list) => {
                self.byte(11);
                self.count(list.len());
                list.iter().for_each(|one| self.value(one));
            }
            Value::Record(fields) => {
                self.byte(12);
                self.count(fields.len());
                for (name, one) in fields.iter() {
                    self.text(name);
                    self.value(one);
                }
            }
            Value::Map(map) => {
                self.byte(13);
                self.count(map.len());
                for (key, one) in map.iter() {
                    self.value(key);
                    self.value(one);
                }
            }
        }
    }

    fn tagged(&mut self, tag: u8, number: i64) {
        self.byte(tag);
        self.signed(number);
    }
}

impl Reader<'_> {
    /// A value.
    pub(crate) fn value(&mut self) -> Read<Value> {
        self.nested(SAVED_DEPTH)
    }

    fn nested(&mut self, depth: usize) -> Read<Value> {
        let below = depth.checked_sub(1).ok_or(Damaged("values nest too deep"))?;
        Ok(match self.byte()? {
            0 => Value::Unit,
            1 => Value::Bool(false),
            2 => Value::Bool(true),
            3 => Value::Int(self.signed()?),
            4 => Value::Time(self.signed()?),
            5 => Value::Duration(self.signed()?),
            6 => Value::Decimal(self.decimal()?),
            7 => Value::Text(self.text()?.into()),
            8 => Value::Bytes(self.long()?.into()),
            9 => Value::Person(self.print()?),
            10 => Value::Ref(EntryId(self.hash()?)),
            11 => {
                let count = self.count(1)?;
                let list: Read<Vec<_>> = (0..count).map(|_| self.nested(below)).collect();
                Value::List(Arc::new(list?))
            }
            12 => {
                let key = |from: &mut Self| Ok(Arc::from(from.text()?));
                Value::Record(Arc::new(self.sorted(key, |from| from.nested(below))?))
            }
            13 => {
                let one = |from: &mut Self| from.nested(below);
                Value::Map(Arc::new(self.sorted(one, one)?))
            }
            _ => return Err(Damaged("a value of no known kind")),
        })
    }

    fn decimal(&mut self) -> Read<Decimal> {
        let bad = Damaged("a decimal");
        let scale = self.byte()?;
        let mantissa = self.take(16)?.first_chunk().map(|bytes| i128::from_le_bytes(*bytes));
        let mantissa = mantissa.ok_or(bad)?;
        let mut decimal = Decimal::try_from_i128_with_scale(mantissa, u32::from(scale & !MINUS))
            .map_err(|_| bad)?;
        if scale & MINUS != 0 {
            if mantissa != 0 {
                return Err(bad);
            }
            decimal.set_sign_negative(true);
        }
        Ok(decimal)
    }

    /// A map whose keys stand in order, each once.
    pub(crate) fn sorted<K: Ord, V>(
        &mut self,
        mut key: impl FnMut(&mut Self) -> Read<K>,
        mut value: impl FnMut(&mut Self) -> Read<V>,
    ) -> Read<BTreeMap<K, V>> {
        let count = self.count(1)?;
        let mut pairs: Vec<(K, V)> = Vec::with_capacity(count.min(SAVED_AHEAD));
        for _ in 0..count {
            let next = key(self)?;
            if pairs.last().is_some_and(|(last, _)| *last >= next) {
                return Err(Damaged("keys are not sorted and distinct"));
            }
            let value = value(self)?;
            pairs.push((next, value));
        }
        Ok(pairs.into_iter().collect())
    }
}
