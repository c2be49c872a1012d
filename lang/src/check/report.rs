//! The findings of one check: each slip once, however often the code was walked.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::limits::MAX_DIAGNOSTICS;
use crate::{Severity, Span};

/// Gathers findings.
#[derive(Debug, Default)]
pub(crate) struct Report {
    found: Vec<Diagnostic>,
    seen: BTreeSet<(&'static str, Span)>,
    failed: bool,
}

impl Report {
    /// Keeps a finding, unless the same code was found at the same place, or there are as many as
    /// anybody reads.
    pub(crate) fn add(&mut self, diagnostic: Diagnostic) {
        self.failed |= diagnostic.severity == Severity::Error;
        if self.found.len() < MAX_DIAGNOSTICS
            && self.seen.insert((diagnostic.code, diagnostic.span))
        {
            self.found.push(diagnostic);
        }
    }

    /// An error.
    pub(crate) fn error(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        self.add(Diagnostic::error(code, span, message));
    }

    /// Whether anything found is an error.
    pub(crate) fn failed(&self) -> bool {
        self.failed
    }

    /// All of it, in the order of the file.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|d| (d.span.start, d.span.end, d.code));
        self.found
    }
}
