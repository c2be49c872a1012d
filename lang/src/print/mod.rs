//! Checked code to the Rhai that runs.
//!
//! In: a tree in the vocabulary of `spec/execution.md` ([`tree`]), every node with its place in
//! the rules file. Out: a text, and a table from places in it back to places in the file. The
//! printer knows no types: what may be `()`, what is copied and which number a message has was
//! decided before.

pub(crate) mod text;
pub(crate) mod tree;
