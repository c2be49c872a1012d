//! How far a search goes. Every answer names these.

use mundi_lang::literal::Literal;

use crate::rehearsal::START;

/// Persons in one role, unless somebody asks for more.
pub const PEOPLE: usize = 2;
/// Values tried in one field.
pub const VALUES: usize = 4;
/// Combinations of fields tried for one message by one person.
pub const COMBINATIONS: usize = 64;
/// Messages of one conversation.
pub const LENGTH: usize = 24;
/// States held: some 4 kB each, most of it of those that wait to be searched (docs/performance.md).
pub const STATES: usize = 100_000;

/// Whether branches that nothing takes are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Branches {
    /// They are.
    Told,
    /// They are not looked for.
    Untold,
}

/// How far a search goes.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// Persons in a role, as far as its cardinality allows.
    pub people: usize,
    /// Values tried in one field; lists and choices may have up to four times as many.
    pub values: usize,
    /// Accepted messages of one conversation.
    pub length: usize,
    /// States held.
    pub states: usize,
    /// Whether branches that nothing takes are looked for: it is another search.
    pub branches: Branches,
    /// Threads that search.
    pub workers: usize,
    /// Terms that are given: all others are made up from their types.
    pub terms: Vec<(String, Literal)>,
    /// Values that somebody has used, to be tried too: message, field, value.
    pub tried: Vec<(String, String, Literal)>,
    /// The title of a play whose people, so whose keys, are to take part.
    pub title: Option<String>,
    /// When the conversation opens, in ms since 1970.
    pub start: i64,
    /// Roles whose holders are given, by name.
    pub cast: Vec<(String, Vec<String>)>,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            people: PEOPLE,
            values: VALUES,
            length: LENGTH,
            states: STATES,
            branches: Branches::Told,
            workers: 1,
            terms: Vec::new(),
            tried: Vec::new(),
            title: None,
            start: START,
            cast: Vec::new(),
        }
    }
}
