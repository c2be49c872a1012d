//! `mundi check`: everything wrong with `.conv` and `.play` files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use mundi_lang::{Diagnostic, Severity, Source};
use serde_json::json;

use crate::load::{LoadedPlay, LoadedRules};
use crate::render;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Show everything that is wrong with rules and plays.
///
/// The rules of a play are checked with it. Warnings alone are no failure.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// `.conv` and `.play` files.
    #[arg(required = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    files: Vec<PathBuf>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

/// The kinds of files, by their names' ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Rules,
    Play,
}

/// What a file is.
pub(super) fn kind(path: &Path) -> Result<Kind, Stop> {
    match path.extension().and_then(|e| e.to_str()) {
        Some("conv") => Ok(Kind::Rules),
        Some("play") => Ok(Kind::Play),
        _ => Err(Stop::Usage(format!(
            "{}: rules end in .conv and plays in .play; this is neither",
            path.display()
        ))),
    }
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let mut found = Vec::new();
    for path in &arguments.files {
        found.extend(check(path)?);
    }
    let mut seen = BTreeSet::new();
    found.retain(|(source, d)| {
        seen.insert((source.name.clone(), d.span, d.code, d.message.clone()))
    });
    let count = |severity| found.iter().filter(|(_, d)| d.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if arguments.json {
        let diagnostics: Vec<_> = found.iter().map(|(s, d)| render::json(s, d)).collect();
        screen.line(&format!("{:#}", json!({"diagnostics": diagnostics})))?;
    } else {
        for (source, diagnostic) in &found {
            screen.note(&render::text(source, diagnostic, screen.err));
            screen.note("\n");
        }
        screen.line(&summary(arguments.files.len(), errors, warnings))?;
    }
    if errors > 0 { Err(Stop::No) } else { Ok(()) }
}

/// What is wrong with one file; of a play also what is wrong with its rules.
fn check(path: &Path) -> Result<Vec<(Source, Diagnostic)>, Stop> {
    let own = |(source, diagnostic): (&Source, &Diagnostic)| (source.clone(), diagnostic.clone());
    Ok(match kind(path)? {
        Kind::Rules => LoadedRules::read(path)?.findings().into_iter().map(own).collect(),
        Kind::Play => LoadedPlay::read(path, None)?.findings().into_iter().map(own).collect(),
    })
}

/// `2 files: 1 error, 3 warnings`
fn summary(files: usize, errors: usize, warnings: usize) -> String {
    let count = |n: usize, noun: &str| match n {
        1 => format!("1 {noun}"),
        n => format!("{n} {noun}s"),
    };
    let files = count(files, "file");
    match (errors, warnings) {
        (0, 0) => format!("{files}: nothing wrong"),
        (0, w) => format!("{files}: {}", count(w, "warning")),
        (e, 0) => format!("{files}: {}", count(e, "error")),
        (e, w) => format!("{files}: {}, {}", count(e, "error"), count(w, "warning")),
    }
}
