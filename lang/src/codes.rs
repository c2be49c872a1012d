//! Every code of a diagnostic, with what it means.

pub mod syntax;

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
