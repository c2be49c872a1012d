//! Building results: records and lists of values, and what describes a function.

use std::sync::Arc;

use mundi_engine::Value;
use mundi_engine::library::{Function, Native};
use mundi_lang::ty::{Signature, Ty};

/// A record.
pub(crate) fn record<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Record(Arc::new(fields.into_iter().map(|(k, v)| (Arc::from(k), v)).collect()))
}

/// A list.
pub(crate) fn list(values: impl IntoIterator<Item = Value>) -> Value {
    Value::List(Arc::new(values.into_iter().collect()))
}

/// For each option a record of it and its number, in the order of the options.
pub(crate) fn with_option(
    options: &[Value],
    name: &str,
    numbers: impl IntoIterator<Item = Value>,
) -> Value {
    let pairs = options.iter().zip(numbers);
    list(pairs.map(|(option, number)| record([("option", option.clone()), (name, number)])))
}

/// The type of a record: its fields in the order of their names.
pub(crate) fn record_type<const N: usize>(fields: [(&str, Ty); N]) -> Ty {
    let mut fields = fields.map(|(name, ty)| (name.to_owned(), ty)).to_vec();
    fields.sort_by(|a, b| a.0.cmp(&b.0));
    Ty::Record(fields)
}

/// The type of a list.
pub(crate) fn list_of(ty: Ty) -> Ty {
    Ty::List(Box::new(ty))
}

/// The type of an option: whatever the rules choose, the same in ballots, options and winners.
pub(crate) fn option_type() -> Ty {
    Ty::Var(0)
}

/// A function of the library.
pub(crate) fn function<const N: usize>(
    name: &str,
    parameters: [(&str, Ty); N],
    result: Ty,
    doc: &str,
    (native, cost): (Native, fn(u64) -> u64),
) -> Function {
    let parameters = parameters.map(|(name, ty)| (name.to_owned(), ty)).to_vec();
    let signature = Signature { name: name.to_owned(), parameters, result, doc: doc.to_owned() };
    Function { signature, native, cost }
}
