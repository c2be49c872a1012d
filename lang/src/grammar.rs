//! The grammars, compiled by pest. One rule a construct; the builders in `parse/` make the trees.

#![allow(missing_docs, unused_qualifications, clippy::pedantic)]

/// The parser of every start rule.
#[derive(pest_derive::Parser)]
#[grammar = "grammar/lexis.pest"]
#[grammar = "grammar/code.pest"]
#[grammar = "grammar/conv.pest"]
#[grammar = "grammar/play.pest"]
pub(crate) struct Grammar;
