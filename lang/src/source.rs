//! A source text with a name, and its lines and columns.

use crate::diagnostic::Diagnostic;
use crate::span::Span;

/// One `.conv` or `.play` text.
#[derive(Clone, Debug)]
pub struct Source {
    /// What diagnostics call it: the path as the person gave it.
    pub name: String,
    /// The text, valid UTF-8.
    pub text: String,
}

/// A line and a column, both from 1; columns count characters (Unicode scalar values).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Source {
    /// A source with a name.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// A source from bytes that come from outside.
    ///
    /// # Errors
    /// `E0135` where the bytes are no UTF-8, with the line of the first bad one. Its span is of
    /// the bytes; the text before it is valid.
    pub fn from_bytes(name: impl Into<String>, bytes: &[u8]) -> Result<Self, Diagnostic> {
        std::str::from_utf8(bytes).map(|text| Self::new(name, text)).map_err(|error| {
            let at = error.valid_up_to();
            let before = bytes.get(..at).unwrap_or(&[]);
            let line = before.iter().filter(|b| **b == b'\n').count() + 1;
            let byte = bytes.get(at).copied().unwrap_or(0);
            let what = format!("line {line} holds a byte that is no UTF-8: 0x{byte:02x}");
            let help = "save the file as UTF-8";
            Diagnostic::error("E0135", Span::new(at, at + 1), what).help(help)
        })
    }

    /// Line and column of a byte offset; an offset past the end is the end.
    #[must_use]
    pub fn place(&self, offset: usize) -> Place {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        let before = self.text.get(..end).unwrap_or("");
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Place {
            line: before.bytes().filter(|b| *b == b'\n').count() + 1,
            column: before.get(line_start..).unwrap_or("").chars().count() + 1,
        }
    }

    /// The text of a span; empty if the span is not in this source.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }
}
