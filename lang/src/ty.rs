//! The types of expressions in code: the schema's types without their ranges.

use crate::rules::MessageId;

/// The type of an expression.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ty {
    /// Unknown after an error: fits everything, so that one slip is one diagnostic.
    Unknown,
    /// Of an expression that never gives a value (`return`), of an empty list's elements.
    Never,
    /// `()`
    Unit,
    /// `true`, `false`
    Bool,
    /// 64 bits, checked
    Int,
    /// 96 bits, exact
    Decimal,
    /// text, choices, `one_of` a list of texts
    Text,
    /// bytes
    Bytes,
    /// a point in time
    Time,
    /// a length of time
    Duration,
    /// a person
    Person,
    /// an earlier accepted entry of one of these messages, sorted
    Ref(Vec<MessageId>),
    /// a list
    List(Box<Ty>),
    /// a map
    Map(Box<Ty>, Box<Ty>),
    /// a record: fields in the order of their names
    Record(Vec<(String, Ty)>),
    /// the type or `()`; never nested
    Optional(Box<Ty>),
    /// `a..b` of integers
    Range,
    /// A placeholder in the signature of a library function: the same number, the same type.
    Var(u8),
}

impl Ty {
    /// This type or `()`.
    #[must_use]
    pub fn optional(self) -> Self {
        match self {
            Ty::Optional(_) | Ty::Unit | Ty::Unknown => self,
            Ty::Never => Ty::Unit,
            other => Ty::Optional(Box::new(other)),
        }
    }

    /// This type without `()`.
    #[must_use]
    pub fn required(&self) -> &Ty {
        match self {
            Ty::Optional(inner) => inner,
            other => other,
        }
    }

    /// Whether a value may be `()`.
    #[must_use]
    pub fn may_be_unit(&self) -> bool {
        matches!(self, Ty::Optional(_) | Ty::Unit)
    }
}

/// The signature of a function of the standard library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The function's name in its module.
    pub name: String,
    /// Parameters: name and type.
    pub parameters: Vec<(String, Ty)>,
    /// The result's type.
    pub result: Ty,
    /// One sentence.
    pub doc: String,
}

/// What `use std::…` may bring: modules by name, with the signatures of their functions.
#[derive(Clone, Debug, Default)]
pub struct Modules {
    /// By module name, then in order.
    pub modules: std::collections::BTreeMap<String, Vec<Signature>>,
}
