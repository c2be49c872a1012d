//! A value of the language outside the sandbox: what bodies, state and outputs are made of.
//!
//! Persons and refs are fingerprints and entry ids here, never local indices, so a value means the
//! same on every machine, and its order and its hash do not depend on what arrived when.

use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_identity::Fingerprint;
use rust_decimal::Decimal;

use crate::entry::EntryId;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// `()`
    Unit,
    /// `true`, `false`
    Bool(bool),
    /// 64 bits
    Int(i64),
    /// Exact, with its scale: 1.5 and 1.50 are equal and print as they were written.
    Decimal(Decimal),
    /// Text, a choice.
    Text(Arc<str>),
    /// Bytes; a commitment.
    Bytes(Arc<[u8]>),
    /// Milliseconds since 1970-01-01T00:00:00Z.
    Time(i64),
    /// Milliseconds.
    Duration(i64),
    /// A person.
    Person(Fingerprint),
    /// An earlier entry.
    Ref(EntryId),
    /// A list.
    List(Arc<Vec<Value>>),
    /// A record: fields in the order of their names; fields that were left out are not in it.
    Record(Arc<BTreeMap<Arc<str>, Value>>),
    /// A map.
    Map(Arc<BTreeMap<Value, Value>>),
}
