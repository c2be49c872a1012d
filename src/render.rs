//! Diagnostics for people, by miette, and for programs, as JSON.

use std::fmt::{self, Display};

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceSpan};
use mundi_lang::bundle::in_its_file;
use mundi_lang::{Diagnostic, Severity, Source, Span};
use serde_json::{Value, json};

use crate::screen::Colour;

/// The width of a rendering: what fits on every terminal, and the same in a snapshot.
const WIDTH: usize = 100;

/// One diagnostic with its source: what miette asks for.
struct Shown<'a> {
    diagnostic: &'a Diagnostic,
    source: NamedSource<String>,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.diagnostic.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        Some(Box::new(self.diagnostic.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.diagnostic.help.as_ref().map(|h| Box::new(h) as Box<dyn Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let main = LabeledSpan::new_primary_with_span(None, self.span(self.diagnostic.span));
        let others =
            self.diagnostic.labels.iter().map(|(span, text)| {
                LabeledSpan::new_with_span(Some(text.clone()), self.span(*span))
            });
        Some(Box::new(std::iter::once(main).chain(others)))
    }
}

impl Shown<'_> {
    /// The span, inside the text and on characters' edges: miette gives up on others.
    fn span(&self, span: Span) -> SourceSpan {
        let text = self.source.inner();
        let edge = |at: usize| {
            (0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
        };
        let range = span.range();
        let (start, end) = (edge(range.start), edge(range.end));
        (start, end.saturating_sub(start)).into()
    }
}

/// A diagnostic as people read it, with its source underlined.
#[must_use]
pub fn text(source: &Source, diagnostic: &Diagnostic, colour: Colour) -> String {
    let (source, diagnostic) = &in_its_file(source, diagnostic);
    let theme = match colour {
        Colour::On => GraphicalTheme::unicode(),
        Colour::Off => GraphicalTheme::unicode_nocolor(),
    };
    let shown = Shown { diagnostic, source: NamedSource::new(&source.name, source.text.clone()) };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_links(false);
    let mut out = String::new();
    match handler.render_report(&mut out, &shown) {
        Ok(()) => out,
        Err(_) => line(source, diagnostic),
    }
}

/// A diagnostic on one line: `escrow.conv:3:5: error E0203: …`.
#[must_use]
pub fn line(source: &Source, diagnostic: &Diagnostic) -> String {
    let (source, diagnostic) = &in_its_file(source, diagnostic);
    let place = source.place(diagnostic.span.range().start);
    let Diagnostic { code, message, .. } = diagnostic;
    let severity = severity(diagnostic);
    format!("{}:{}:{}: {severity} {code}: {message}\n", source.name, place.line, place.column)
}

/// A diagnostic as programs read it (commands.md, `check --json`).
#[must_use]
pub fn json(source: &Source, diagnostic: &Diagnostic) -> Value {
    let (source, diagnostic) = &in_its_file(source, diagnostic);
    let place = |offset: u32| {
        let place = source.place(offset as usize);
        json!({"line": place.line, "column": place.column})
    };
    let label = |(span, text): &(Span, String)| json!({"message": text, "start": place(span.start), "end": place(span.end)});
    let mut shown = json!({
        "file": source.name,
        "severity": severity(diagnostic),
        "code": diagnostic.code,
        "message": diagnostic.message,
        "start": place(diagnostic.span.start),
        "end": place(diagnostic.span.end),
        "help": diagnostic.help,
    });
    if let (Some(map), false) = (shown.as_object_mut(), diagnostic.labels.is_empty()) {
        map.insert("labels".into(), diagnostic.labels.iter().map(label).collect());
    }
    shown
}

fn severity(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
