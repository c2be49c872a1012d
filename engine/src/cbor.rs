//! Deterministic CBOR (RFC 8949, section 4.2.1), in the part that entries are made of.
//!
//! Integers of 64 bits, byte strings, texts, arrays, maps with sorted distinct keys, `true`,
//! `false`, `null`, decimals (tag 4) and the large integers inside them (tags 2 and 3). No floats,
//! no indefinite lengths, every number in its shortest form, nothing nested deeper than
//! [`limits::CBOR_DEPTH`]. The reader refuses every other form *while it reads*, so what it has
//! read needs no encoding again to know that it re-encodes to itself.

use rust_decimal::Decimal;

use crate::limits;
use crate::value::Value;

/// Why bytes are not deterministic CBOR of the kind that is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CborError {
    /// It ends in the middle.
    #[error("it is cut off")]
    Cut,
    /// A number or length is written with more bytes than it needs.
    #[error("a number is not in its shortest form")]
    Long,
    /// A float, an indefinite length, a tag or simple value that is not used.
    #[error("it holds something that entries are not made of")]
    Unused,
    /// Another kind of item.
    #[error("another kind of value is needed here")]
    Kind,
    /// Not UTF-8.
    #[error("a text is not UTF-8")]
    Text,
    /// Keys of a map are not in order, or not distinct.
    #[error("the keys of a map are not sorted and distinct")]
    Order,
    /// A decimal that does not fit, or is not in its one form.
    #[error("a decimal is not in its one form")]
    Decimal,
    /// Nested too deep.
    #[error("it is nested deeper than {}", limits::CBOR_DEPTH)]
    Depth,
    /// Something follows the item.
    #[error("something follows it")]
    Trailing,
}

/// Major types (RFC 8949, section 3.1).
const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
const TAG: u8 = 6;
const SIMPLE: u8 = 7;

/// Reads items one after the other.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// At the start of the bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes have been read.
    #[must_use]
    pub fn position(&self) -> usize {
        self.at
    }

    /// That nothing follows.
    ///
    /// # Errors
    /// Something does.
    pub fn end(&self) -> Result<(), CborError> {
        if self.at == self.bytes.len() { Ok(()) } else { Err(CborError::Trailing) }
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], CborError> {
        let length = usize::try_from(length).map_err(|_| CborError::Cut)?;
        let end = self.at.checked_add(length).ok_or(CborError::Cut)?;
        let taken = self.bytes.get(self.at..end).ok_or(CborError::Cut)?;
        self.at = end;
        Ok(taken)
    }

    /// An item's head: its major type and its number, in the shortest form.
    fn head(&mut self) -> Result<(u8, u64), CborError> {
        let first = *self.bytes.get(self.at).ok_or(CborError::Cut)?;
        self.at += 1;
        let (major, info) = (first >> 5, first & 0x1f);
        if info < 24 {
            return Ok((major, u64::from(info)));
        }
        if info > 27 || major == SIMPLE {
            return Err(CborError::Unused);
        }
        let size = 1_u64 << (info - 24);
        let number = self.take(size)?.iter().fold(0, |n, b| n << 8 | u64::from(*b));
        let least = match size {
            1 => 24,
            2 => 1 << 8,
            4 => 1 << 16,
            _ => 1 << 32,
        };
        if number < least { Err(CborError::Long) } else { Ok((major, number)) }
    }

    fn expect(&mut self, major: u8) -> Result<u64, CborError> {
        match self.head()? {
            (found, number) if found == major => Ok(number),
            _ => Err(CborError::Kind),
        }
    }

    /// An unsigned integer.
    ///
    /// # Errors
    /// Cut off, not in shortest form, or something else; so with all the following.
    pub fn uint(&mut self) -> Result<u64, CborError> {
        self.expect(UNSIGNED)
    }

    /// An integer of 64 bits.
    pub fn int(&mut self) -> Result<i64, CborError> {
        let (major, number) = self.head()?;
        let number = i64::try_from(number).map_err(|_| CborError::Kind)?;
        match major {
            UNSIGNED => Ok(number),
            NEGATIVE => Ok(-1 - number),
            _ => Err(CborError::Kind),
        }
    }

    /// A byte string.
    pub fn bytes(&mut self) -> Result<&'a [u8], CborError> {
        let length = self.expect(BYTES)?;
        self.take(length)
    }

    /// A byte string of exactly 32 bytes.
    pub fn hash(&mut self) -> Result<[u8; 32], CborError> {
        self.bytes()?.try_into().map_err(|_| CborError::Kind)
    }

    /// A text.
    pub fn text(&mut self) -> Result<&'a str, CborError> {
        let length = self.expect(TEXT)?;
        std::str::from_utf8(self.take(length)?).map_err(|_| CborError::Text)
    }

    /// The number of elements of an array, which follow.
    pub fn array(&mut self) -> Result<u64, CborError> {
        self.expect(ARRAY)
    }

    /// The number of pairs of a map, which follow.
    pub fn map(&mut self) -> Result<u64, CborError> {
        self.expect(MAP)
    }

    /// `true` or `false`.
    pub fn bool(&mut self) -> Result<bool, CborError> {
        match self.head()? {
            (SIMPLE, 20) => Ok(false),
            (SIMPLE, 21) => Ok(true),
            _ => Err(CborError::Kind),
        }
    }

    /// Takes a `null` if one is next, and says whether it was.
    pub fn null(&mut self) -> bool {
        let next = self.bytes.get(self.at) == Some(&0xf6);
        self.at += usize::from(next);
        next
    }

    /// A decimal: `4([exponent, mantissa])`, its exponent from -28 to 0, its mantissa of 96 bits.
    pub fn decimal(&mut self) -> Result<Decimal, CborError> {
        if self.expect(TAG)? != 4 {
            return Err(CborError::Kind);
        }
        self.decimal_content()
    }

    fn decimal_content(&mut self) -> Result<Decimal, CborError> {
        if self.array()? != 2 {
            return Err(CborError::Decimal);
        }
        let exponent = self.int()?.checked_neg().ok_or(CborError::Decimal)?;
        let scale = u32::try_from(exponent).map_err(|_| CborError::Decimal)?;
        let mantissa = match self.head()? {
            (UNSIGNED, n) => i128::from(n),
            (NEGATIVE, n) => -1 - i128::from(n),
            (TAG, 2) => self.large()?,
            (TAG, 3) => -1 - self.large()?,
            _ => return Err(CborError::Decimal),
        };
        Decimal::try_from_i128_with_scale(mantissa, scale).map_err(|_| CborError::Decimal)
    }

    /// The content of a large integer: 9 to 12 bytes, the first not 0.
    fn large(&mut self) -> Result<i128, CborError> {
        let bytes = self.bytes()?;
        if !(9..=12).contains(&bytes.len()) || bytes.first() == Some(&0) {
            return Err(CborError::Decimal);
        }
        Ok(bytes.iter().fold(0, |n, b| n << 8 | i128::from(*b)))
    }

    /// Any one item, whole; gives its bytes.
    pub fn any(&mut self) -> Result<&'a [u8], CborError> {
        let start = self.at;
        self.walk(0)?;
        self.bytes.get(start..self.at).ok_or(CborError::Cut)
    }

    fn walk(&mut self, depth: usize) -> Result<(), CborError> {
        if depth > limits::CBOR_DEPTH {
            return Err(CborError::Depth);
        }
        match self.head()? {
            (UNSIGNED | NEGATIVE, n) if i64::try_from(n).is_ok() => Ok(()),
            (BYTES, length) => self.take(length).map(drop),
            (TEXT, length) => {
                std::str::from_utf8(self.take(length)?).map(drop).map_err(|_| CborError::Text)
            }
            (ARRAY, length) => (0..length).try_for_each(|_| self.walk(depth + 1)),
            (MAP, length) => self.walk_map(length, depth),
            (TAG, 4) => self.decimal_content().map(drop),
            (SIMPLE, 20..=22) => Ok(()),
            _ => Err(CborError::Unused),
        }
    }

    fn walk_map(&mut self, length: u64, depth: usize) -> Result<(), CborError> {
        let mut last: &[u8] = &[];
        for _ in 0..length {
            let start = self.at;
            self.walk(depth + 1)?;
            let key = self.bytes.get(start..self.at).ok_or(CborError::Cut)?;
            if key <= last {
                return Err(CborError::Order);
            }
            last = key;
            self.walk(depth + 1)?;
        }
        Ok(())
    }
}

/// Writes a head: a major type and its number, in the shortest form.
fn head(out: &mut Vec<u8>, major: u8, number: u64) {
    let top = major << 5;
    let bytes = number.to_be_bytes();
    let [.., a, b, c, d] = bytes;
    match number {
        0..=23 => out.push(top | d),
        24..=0xff => out.extend([top | 24, d]),
        0x100..=0xffff => out.extend([top | 25, c, d]),
        0x1_0000..=0xffff_ffff => out.extend([top | 26, a, b, c, d]),
        _ => {
            out.push(top | 27);
            out.extend(bytes);
        }
    }
}

/// Writes an unsigned integer.
pub fn write_uint(out: &mut Vec<u8>, number: u64) {
    head(out, UNSIGNED, number);
}

/// Writes an integer.
pub fn write_int(out: &mut Vec<u8>, number: i64) {
    // -1 - n of a negative number is the number with all its bits flipped.
    let (major, bits) = if number < 0 { (NEGATIVE, !number) } else { (UNSIGNED, number) };
    head(out, major, bits.unsigned_abs());
}

/// Writes a byte string.
pub fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    head(out, BYTES, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Writes a text.
pub fn write_text(out: &mut Vec<u8>, text: &str) {
    head(out, TEXT, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Writes the head of an array; its elements are to follow.
pub fn write_array(out: &mut Vec<u8>, length: usize) {
    head(out, ARRAY, length as u64);
}

/// Writes the head of a map; its pairs are to follow, sorted by their keys' bytes.
pub fn write_map(out: &mut Vec<u8>, length: usize) {
    head(out, MAP, length as u64);
}

/// Writes a decimal, with its scale as it is.
pub fn write_decimal(out: &mut Vec<u8>, decimal: &Decimal) {
    head(out, TAG, 4);
    write_array(out, 2);
    write_int(out, -i64::from(decimal.scale()));
    let mantissa = decimal.mantissa();
    let (major, tag, bits) =
        if mantissa < 0 { (NEGATIVE, 3, !mantissa) } else { (UNSIGNED, 2, mantissa) };
    match u64::try_from(bits) {
        Ok(small) => head(out, major, small),
        Err(_) => {
            let bytes = bits.to_be_bytes();
            let zeros = bytes.iter().take_while(|b| **b == 0).count();
            head(out, TAG, tag);
            write_bytes(out, bytes.get(zeros..).unwrap_or_default());
        }
    }
}

/// Writes a value in its canonical form. Integers, times and durations are the same integers,
/// refs, fingerprints and bytes the same byte strings: only its type says which one it was.
/// A field of a record that is `()` is left out.
pub fn write_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Unit => out.push(0xf6),
        Value::Bool(no_or_yes) => out.push(0xf4 | u8::from(*no_or_yes)),
        Value::Int(n) | Value::Time(n) | Value::Duration(n) => write_int(out, *n),
        Value::Decimal(decimal) => write_decimal(out, decimal),
        Value::Text(text) => write_text(out, text),
        Value::Bytes(bytes) => write_bytes(out, bytes),
        Value::Person(person) => write_bytes(out, person.as_bytes()),
        Value::Ref(id) => write_bytes(out, &id.0),
        Value::List(list) => {
            write_array(out, list.len());
            list.iter().for_each(|one| write_value(out, one));
        }
        Value::Record(fields) => {
            let present = fields.iter().filter(|(_, one)| **one != Value::Unit);
            write_pairs(out, present.map(|(name, one)| (text_bytes(name), one)).collect());
        }
        Value::Map(map) => {
            write_pairs(out, map.iter().map(|(key, one)| (value_bytes(key), one)).collect());
        }
    }
}

/// Writes a map from its keys' bytes to values, sorted.
pub fn write_pairs(out: &mut Vec<u8>, mut pairs: Vec<(Vec<u8>, &Value)>) {
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    write_map(out, pairs.len());
    for (key, value) in pairs {
        out.extend(key);
        write_value(out, value);
    }
}

/// A text in its canonical form.
#[must_use]
pub fn text_bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 3);
    write_text(&mut out, text);
    out
}

/// A value in its canonical form.
#[must_use]
pub fn value_bytes(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    write_value(&mut out, value);
    out
}

#[cfg(test)]
#[path = "cbor_tests.rs"]
mod tests;
