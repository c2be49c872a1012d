//! The rules language: `.conv` and `.play` texts to checked, typed rules.
//!
//! The road: [`Source`] → [`parse()`] → [`Syntax`](syntax::Syntax) → [`check()`] →
//! [`Rules`](rules::Rules). Rules exist only checked. Nothing here runs a script: code is printed
//! as the Rhai that the engine runs ([`rules::Script`]), in the vocabulary of `spec/execution.md`.
//! Everything wrong with a text is a [`Diagnostic`], with a stable code; all that can be found is
//! found, not the first only.

pub mod bundle;
pub mod check;
pub mod code;
pub mod codes;
pub mod diagnostic;
pub mod escapes;
pub mod format;
mod grammar;
pub mod index;
pub mod limits;
pub mod literal;
pub mod parse;
pub mod play;
mod print;
pub mod rules;
pub mod source;
pub mod span;
pub mod suggest;
pub mod syntax;
pub mod ty;
pub mod units;

pub use check::{Checked, check, check_instrumented, check_play};
pub use diagnostic::{Diagnostic, Fix, Severity};
pub use format::{format, format_play};
pub use parse::{
    Parsed, parse, parse_fields, parse_play, parse_play_lines, parse_terms, parse_value,
};
pub use source::{Place, Source};
pub use span::{Name, Span, Spanned};
pub use suggest::suggest;
