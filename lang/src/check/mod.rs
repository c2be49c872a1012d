//! From a tree to checked rules: names resolved, types known, code printed.
//!
//! The road: items by kind (`items`) → roles, terms, messages, state (`schema`) → pattern →
//! code (`code`) → seal → what a person would want to know besides (`lints`, `readings`). All
//! that is wrong is found, not the first only; there are [`Rules`] only where nothing is.

mod code;
mod items;
mod lints;
mod literals;
mod names;
mod pattern;
mod plays;
mod ranges;
mod readings;
mod report;
mod schema;
mod scripts;
mod seal;
mod types;
mod whole;

pub use code::code_type;
pub use plays::check_play;

use crate::diagnostic::Diagnostic;
use crate::rules::Rules;
use crate::source::Source;
use crate::span::Span;
use crate::syntax::Syntax;
use crate::ty::Modules;

/// What checking gives.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The rules, where nothing is wrong with them.
    pub rules: Option<Rules>,
    /// All findings, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks a file against the signatures of the library's modules.
#[must_use]
pub fn check(source: &Source, syntax: &Syntax, modules: &Modules) -> Checked {
    let mut report = report::Report::default();
    let items = items::Items::gather(syntax, &mut report);
    let schema = schema::Schema::resolve(&items, modules, &mut report);
    let pattern = pattern::resolve(items.pattern, &schema, &mut report);
    let head = items.conversation.map_or_else(Span::default, |(name, ..)| name.span);
    let seal = seal::resolve(items.seal, head, &schema, &mut report);
    lints::check(&items, &schema, &pattern, &mut report);
    let whole = Span::new(0, source.text.len());
    let code = scripts::Code::of(&items, &schema, modules, &pattern, whole, report);
    let (code, report) = (code.code, code.report);
    let failed = report.failed();
    let diagnostics = report.finish();
    let rules = match (failed, code.consensus, items.conversation) {
        (false, Some(consensus), Some((name, title, doc))) => {
            let mut messages = schema.messages;
            code.messages.place(&mut messages);
            Some(Rules {
                text: source.text.clone(),
                name: name.node.clone(),
                title: title.node.clone(),
                doc: doc.to_owned(),
                edition: 1,
                uses: schema.uses,
                roles: schema.roles,
                overlaps: schema.overlaps,
                terms: schema.terms,
                messages,
                pattern,
                state: schema.state,
                on_open: code.on_open,
                consensus,
                failure: code.failure,
                output: code.output,
                invariants: code.invariants,
                seal,
                functions: code.functions,
                tables: code.tables,
            })
        }
        _ => None,
    };
    Checked { rules, diagnostics }
}
