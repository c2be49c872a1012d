//! Every code of a diagnostic, with what it means.

pub mod code;
pub mod pattern;
pub mod plays;
pub mod schema;
pub mod seal;
pub mod syntax;

/// All codes: those of the syntax, the schema, code, the pattern, `seal`, and of running plays.
pub const ALL: [&[Code]; 6] =
    [syntax::ALL, schema::ALL, code::ALL, pattern::ALL, seal::ALL, plays::ALL];

/// The code of a name like `E0203`.
#[must_use]
pub fn find(name: &str) -> Option<&'static Code> {
    ALL.iter().flat_map(|part| part.iter()).find(|c| c.code == name)
}

/// A code and its explanation, as `spec/errors.md` prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// `E0115`
    pub code: &'static str,
    /// A few words.
    pub title: &'static str,
    /// One or two sentences: why, and what to write instead.
    pub explanation: &'static str,
    /// The shortest source that shows it; empty where none is short.
    pub example: &'static str,
}
