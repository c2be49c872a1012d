//! The findings of one check: each slip once, however often the code was walked.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::{Severity, Span};

/// Gathers findings.
#[derive(Debug, Default)]
pub(crate) struct Report {
    found: Vec<Diagnostic>,
    seen: BTreeSet<(&'static str, Span)>,
}

impl Report {
    /// Keeps a finding, unless the same code was found at the same place.
    pub(crate) fn add(&mut self, diagnostic: Diagnostic) {
        if self.seen.insert((diagnostic.code, diagnostic.span)) {
            self.found.push(diagnostic);
        }
    }

    /// An error.
    pub(crate) fn error(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        self.add(Diagnostic::error(code, span, message));
    }

    /// Whether anything found is an error.
    pub(crate) fn failed(&self) -> bool {
        self.found.iter().any(|d| d.severity == Severity::Error)
    }

    /// All of it, in the order of the file.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|d| (d.span.start, d.span.end, d.code));
        self.found
    }
}
