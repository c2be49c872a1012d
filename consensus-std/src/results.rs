//! Building results: records and lists of values, and what describes a method.

use std::sync::Arc;

use mundi_engine::Value;
use mundi_engine::library::{Function, Native};
use mundi_lang::ty::{Signature, Ty};

use crate::page;

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

/// A count as an int.
pub(crate) fn int(number: u64) -> Value {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
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

/// A method: what rules call, and its page.
pub struct Method {
    /// Signature, adapter and price.
    pub function: Function,
    /// The page's text; its sentence is the signature's.
    pub page: &'static str,
}

/// What a method's adapter and price are.
pub(crate) type Work = (Native, fn(&[Value]) -> u64);

/// A method of the library.
pub(crate) fn method<const N: usize>(
    (name, page): (&str, &'static str),
    parameters: [(&str, Ty); N],
    result: Ty,
    (native, cost): Work,
) -> Method {
    let parameters = parameters.map(|(name, ty)| (name.to_owned(), ty)).to_vec();
    let doc = page::sentence_of(page);
    let signature = Signature { name: name.to_owned(), parameters, result, doc };
    Method { function: Function { signature, native, cost }, page }
}

/// A function's name and the text of its page: `named!("ranked", "schulze")`.
macro_rules! named {
    ($module:literal, $name:literal) => {
        (
            $name,
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/pages/",
                $module,
                "/",
                $name,
                ".md"
            )),
        )
    };
}
pub(crate) use named;
