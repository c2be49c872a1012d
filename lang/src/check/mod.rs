//! From a tree to checked rules: names resolved, types known, code printed.
//!
//! A file is checked as far as it goes by itself, those of its stages before its code (`linker`). The
//! road of each: items by kind (`items`) → roles, terms, messages, state (`schema`) → pattern →
//! code (`code`) → seal → what a person would want to know besides (`lints`, `readings`). All
//! that is wrong is found, not the first only; there are [`Rules`] only where nothing is.

mod base;
mod code;
mod items;
mod linker;
mod lints;
mod literals;
mod names;
mod notes;
mod pattern;
mod plays;
mod ranges;
mod readings;
mod report;
mod roles;
mod schema;
mod scripts;
mod seal;
mod stages;
mod types;
mod whole;

pub use code::code_type;
pub(crate) use lints::{expression as find_in, find};
pub(crate) use names::RESERVED;
pub use notes::Known;
pub(crate) use pattern::children;
pub use plays::check_play;
pub(crate) use types::BUILT_IN as BUILT_IN_TYPES;

use crate::diagnostic::Diagnostic;
use crate::rules::Rules;
use crate::source::Source;
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

/// Checks a file against the signatures of the library's modules; the files of its stages stand
/// behind it in its text.
#[must_use]
pub fn check(source: &Source, syntax: &Syntax, modules: &Modules) -> Checked {
    whole(source, syntax, modules, code::TableMaker::default())
}

/// As [`check`], with instrumented code: it tells of the values that it comes to (`spec/execution.md`,
/// "Instrumented code"), and gives the same values.
#[must_use]
pub fn check_instrumented(source: &Source, syntax: &Syntax, modules: &Modules) -> Checked {
    whole(source, syntax, modules, code::TableMaker::instrumented())
}

fn whole(source: &Source, syntax: &Syntax, modules: &Modules, tables: code::TableMaker) -> Checked {
    let mut linker = linker::Linker::new(&source.text, modules, tables);
    let file = linker.whole(syntax);
    linker.finish(file, source, syntax).0
}

/// As [`check`], and what is known of the text besides: an editor asks for it.
#[must_use]
pub fn check_knowing(source: &Source, syntax: &Syntax, modules: &Modules) -> (Checked, Known) {
    let tables = code::TableMaker::default();
    let mut linker = linker::Linker::new(&source.text, modules, tables).noting();
    let file = linker.whole(syntax);
    linker.finish(file, source, syntax)
}
