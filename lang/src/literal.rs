//! Values as they are written in sources: defaults, terms and fields of a play.

use rust_decimal::Decimal;

/// A value written out.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `()`
    Unit,
    /// `true`, `false`
    Bool(bool),
    /// `-12`
    Int(i64),
    /// `12.50`, with its scale as written
    Decimal(Decimal),
    /// `"lamp"`
    Text(String),
    /// `0x00ff`: bytes in hexadecimal
    Bytes(Vec<u8>),
    /// `2026-01-01T00:00:00Z`: milliseconds since 1970
    Time(i64),
    /// `1w2d`: milliseconds
    Duration(i64),
    /// `[a, b]`
    List(Vec<Literal>),
    /// `{ a: 1 }`
    Record(Vec<(String, Literal)>),
    /// `ada`, `p1`: a person of the cast or a label, in plays only
    Name(String),
    /// `@"order.cert"`: the bytes of a file, in terms only. Whoever reads files puts them in its place.
    File(String),
}
