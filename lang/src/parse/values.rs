//! Values by themselves: what a command line or a prompt gives.

use pest::Parser;

use crate::diagnostic::Diagnostic;
use crate::grammar::{Grammar, Rule};
use crate::literal::Literal;
use crate::parse::build::Build;
use crate::parse::code::precedence;
use crate::parse::docs::Docs;
use crate::parse::recover::failure;
use crate::parse::slips::Place;
use crate::parse::{bounds, scan};
use crate::play::Value;
use crate::span::{Name, Span};

/// A value by itself: `12.50`, `[ada, ben]`, `{ a: 1 }`.
///
/// # Errors
/// What is wrong with it; its span is of `text`.
pub fn parse_value(text: &str) -> Result<Literal, Diagnostic> {
    build(text, Rule::only_literal, |build, node| {
        node.clone()
            .into_inner()
            .find(|n| n.as_rule() == Rule::literal)
            .map(|n| build.value(&n).node)
    })
}

/// Terms as a command line gives them: `item="lamp", price=12.50`.
///
/// # Errors
/// What is wrong with them; its span is of `text`.
pub fn parse_terms(text: &str) -> Result<Vec<(Name, Value)>, Diagnostic> {
    build(text, Rule::only_terms, |build, node| Some(build.values(node)))
}

/// Fields as a prompt gives them: `quantity=2 address="1 High St"`, with or without commas, with
/// `=` or `:`.
///
/// # Errors
/// What is wrong with them; its span is of `text`.
pub fn parse_fields(text: &str) -> Result<Vec<(Name, Value)>, Diagnostic> {
    build(text, Rule::only_fields, |build, node| Some(build.values(node)))
}

fn build<T>(
    text: &str,
    rule: Rule,
    make: impl Fn(&mut Build<'_>, &crate::parse::build::Node<'_>) -> Option<T>,
) -> Result<T, Diagnostic> {
    let tokens = scan::tokens(text);
    if let Some(refused) = bounds::check(text, &tokens).into_iter().next() {
        return Err(refused);
    }
    let mut pairs = Grammar::parse(rule, text)
        .map_err(|e| failure(text, &tokens, Span::new(0, text.len()), Place::Value, &e))?;
    let docs = Docs::default();
    let pratt = precedence();
    let mut build = Build::new(0, &docs, &pratt);
    let made = pairs.next().and_then(|node| make(&mut build, &node));
    match (build.found.into_iter().next(), made) {
        (None, Some(made)) => Ok(made),
        (Some(found), _) => Err(found),
        (None, None) => {
            Err(Diagnostic::error("E0101", Span::new(0, text.len()), "nothing is here"))
        }
    }
}
