//! What is wrong with a source, as data: the command line and the web page render it.

use crate::span::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The rules cannot be used.
    Error,
    /// The rules can be used, and will probably surprise somebody.
    Warning,
}

/// A text to write at a place: what the help says, as an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What to replace; empty: where to insert.
    pub span: Span,
    /// What to write there.
    pub text: String,
}

/// One finding, with a stable code (`spec/errors.md`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// `E0203`, `W0301`: stable across versions; explained in `spec/errors.md`.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Other places that matter, each with a few words.
    pub labels: Vec<(Span, String)>,
    /// What to write instead.
    pub help: Option<String>,
    /// The same as an edit, where one text at one place does it. It is not printed. In a box, as few
    /// have one and all are moved about.
    pub fix: Option<Box<Fix>>,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            span,
            labels: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// A warning.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// With what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With the word that was probably meant.
    #[must_use]
    pub fn meant(self, word: &str) -> Self {
        let span = self.span;
        self.help(format!("did you mean `{word}`?")).fix(span, word)
    }

    /// With what to write at a place.
    #[must_use]
    pub fn fix(mut self, span: Span, text: impl Into<String>) -> Self {
        self.fix = Some(Box::new(Fix { span, text: text.into() }));
        self
    }

    /// With the edit, if there is one, in quotes: the place is a text with its own.
    #[must_use]
    pub(crate) fn quoted(mut self) -> Self {
        if let Some(fix) = &mut self.fix {
            fix.text = format!("\"{}\"", crate::escapes::escape(&fix.text));
        }
        self
    }

    /// With each of its places moved.
    #[must_use]
    pub(crate) fn moved(mut self, place: impl Fn(Span) -> Span) -> Self {
        self.span = place(self.span);
        for label in &mut self.labels {
            label.0 = place(label.0);
        }
        if let Some(fix) = &mut self.fix {
            fix.span = place(fix.span);
        }
        self
    }

    /// With other help, that no edit does.
    #[must_use]
    pub(crate) fn only_help(mut self, help: impl Into<String>) -> Self {
        self.fix = None;
        self.help(help)
    }

    /// With another place that matters.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push((span, text.into()));
        self
    }
}
