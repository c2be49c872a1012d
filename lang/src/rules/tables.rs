//! What the numbers in printed code mean.

use super::{MessageId, RoleId};
use crate::ty::Ty;

/// What the numbers in scripts mean.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// Field names of entries: the number in `ef(e, n)`.
    pub fields: Vec<String>,
    /// The number in `tally(n)`, `e_tally(e, n)`, and their forms with a value: message, index of
    /// its field.
    pub tallies: Vec<(MessageId, u16)>,
    /// Which of the tallies are asked of the whole log.
    pub log_tallies: Vec<u16>,
    /// Which of the tallies are asked of entries.
    pub entry_tallies: Vec<u16>,
    /// The number in `everyone(n)`, `e_everyone(e, n)`: message, role.
    pub everyones: Vec<(MessageId, RoleId)>,
    /// Which of these are asked of the whole log.
    pub log_everyones: Vec<u16>,
    /// Which of these are asked of entries.
    pub entry_everyones: Vec<u16>,
    /// Messages that some script asks entries for (`e.said(m)`, `e.count(m)`, `e.all(m)`), sorted.
    pub entry_messages: Vec<MessageId>,
    /// Messages whose whole list some script asks for (`all(m)`), sorted.
    pub listed: Vec<MessageId>,
    /// The number in `emit(n, v)`, `fmt(n, v)`: the type of the value.
    pub types: Vec<Ty>,
    /// Which of the types `output` may give, in the order in which they stand there.
    pub outputs: Vec<u16>,
    /// The number in `std1(n, a)`, `std2(n, a, b)` …: a call of a library function.
    pub calls: Vec<LibraryCall>,
}

/// A call of a library function at one place in the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryCall {
    /// `ranked`
    pub module: String,
    /// `schulze`
    pub function: String,
    /// The types of its arguments here, without placeholders.
    pub arguments: Vec<Ty>,
    /// The type of its result here.
    pub result: Ty,
}
