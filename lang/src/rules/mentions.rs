//! What code reads, calls and compares with: for whoever looks at rules without running them.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::MessageId;

/// What a script reads: where none of it changed, its value has not changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Messages whose entries it asks for (`said`, `last`, `tally` …), sorted.
    pub messages: Vec<MessageId>,
    /// State slots, sorted.
    pub state: Vec<u16>,
    /// Whether it depends on something else that any entry may change: `now`, `members`,
    /// `holds`, `pattern_complete`.
    pub anything: bool,
}

/// What stands in a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// Functions that it calls, in the vocabulary of `spec/execution.md`, each with the numbers that
    /// are written among its arguments.
    pub calls: BTreeSet<(String, Vec<i64>)>,
    /// Values that it compares something with, or adds or subtracts, as they are written.
    pub literals: BTreeSet<Mentioned>,
}

/// A value that stands in code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mentioned {
    /// A number; of a duration, its milliseconds.
    Int(i64),
    /// `12.50`
    Decimal(Decimal),
    /// `"lamp"`
    Text(String),
}

impl Mentions {
    /// Whether a function is called at all.
    #[must_use]
    pub fn call(&self, function: &str) -> bool {
        self.numbers(function).next().is_some()
    }

    /// The numbers written in the calls of a function.
    pub fn numbers<'a>(&'a self, function: &'a str) -> impl Iterator<Item = &'a [i64]> {
        let of = move |(name, numbers): &'a (String, Vec<i64>)| {
            (name == function).then_some(numbers.as_slice())
        };
        self.calls.iter().filter_map(of)
    }
}
