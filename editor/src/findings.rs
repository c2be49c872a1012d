//! Diagnostics: everything that `mundi check` finds, in the file that it speaks of.
//!
//! Asked for are the open texts and the rules of open plays; what they find in other files (those of
//! stages) is told there, whether open or not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, Range,
};
use mundi_lang::Severity;
use mundi_lang::diagnostic::Diagnostic as Finding;
use mundi_lang::limits::MAX_SOURCE;

use crate::documents::{Content, Kind};
use crate::limits::DOCUMENT_BYTES;
use crate::text::Lines;
use crate::world::World;

/// Findings by file, those of one file in the order of its text, each once.
pub type Findings = BTreeMap<PathBuf, Vec<Finding>>;

/// Everything that is wrong with what is open.
#[must_use]
pub fn findings(world: &World) -> Findings {
    let mut found = Findings::new();
    let mut roots = BTreeSet::new();
    for (path, document) in world.documents.all() {
        let own = found.entry(path.to_owned()).or_default();
        if document.content == Content::TooLong {
            own.push(too_long());
            continue;
        }
        match document.kind {
            Kind::Rules => {
                roots.insert(path.to_owned());
            }
            Kind::Play => {
                let Ok(play) = world.play(path) else { continue };
                own.extend(play.diagnostics.iter().cloned());
                roots.extend(play.rules.iter().map(|r| r.path.clone()));
            }
        }
    }
    for root in roots {
        let Ok(rules) = world.rules(&root) else { continue };
        for (path, finding) in rules.findings() {
            found.entry(path).or_default().push(finding);
        }
    }
    for all in found.values_mut() {
        all.sort_by_key(|d| (d.span.start, d.span.end, d.code));
        all.dedup();
    }
    found
}

fn too_long() -> Finding {
    let what =
        format!("this source has more than {DOCUMENT_BYTES} bytes; at most {MAX_SOURCE} fit");
    let at = mundi_lang::Span::new(0, 0);
    Finding::error("E0102", at, what).help("hold a part of it as a conversation of its own")
}

/// A finding as the editor shows it.
#[must_use]
pub fn shown(world: &World, path: &Path, text: &str, finding: &Finding) -> Diagnostic {
    let lines = Lines::new(text, world.encoding);
    let uri = world.uri(path);
    let related = finding.labels.iter().filter_map(|(span, words)| {
        let location = Location { uri: uri.clone()?, range: lines.range(*span) };
        Some(DiagnosticRelatedInformation { location, message: words.clone() })
    });
    let related: Vec<_> = related.collect();
    let message = match &finding.help {
        Some(help) => format!("{}\nhelp: {help}", finding.message),
        None => finding.message.clone(),
    };
    Diagnostic {
        range: lines.range(finding.span),
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
        }),
        code: Some(NumberOrString::String(finding.code.to_owned())),
        code_description: None,
        source: Some("mundi".to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        // A variable that nothing reads.
        tags: (finding.code == "W0303").then(|| vec![DiagnosticTag::UNNECESSARY]),
        data: None,
    }
}

/// Whether two ranges touch.
#[must_use]
pub fn meets(a: Range, b: Range) -> bool {
    a.start <= b.end && b.start <= a.end
}
