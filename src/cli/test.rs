//! `mundi test`: plays every play, holds its expectations, compares its snapshot.

use std::collections::BTreeSet;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use mundi_lang::Span;

use crate::load::LoadedPlay;
use crate::play::{Ids, Report, play};
use crate::screen::{Screen, Tone};
use crate::snap::{Comparison, Place, diff};
use crate::stop::{Answer, Stop};
use crate::{discover, render};

/// Play the plays, and compare each with its snapshot.
///
/// A play fails when one of its expectations does not hold, when a `never` or `always` of its
/// rules is breached, when it or its rules have errors, or when what happens differs from the
/// snapshot beside it. New and changed snapshots wait in `.snap.new`. With CI=true a missing
/// snapshot fails too, and nothing is written.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Plays, and folders in which to look for them.
    #[arg(default_value = ".", value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    /// Accept all new and changed snapshots.
    #[arg(long, conflicts_with = "review")]
    accept: bool,
    /// Show new and changed snapshots one by one, and ask what to do with each.
    #[arg(long)]
    review: bool,
    /// Only plays with this in their path or title.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
}

/// What to do with snapshots that are new or changed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Let them wait in `.snap.new`.
    Wait,
    /// Write nothing; a missing one fails.
    Hold,
    /// Make them the snapshots.
    Accept,
    /// Ask.
    Review,
}

/// What became of one play.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    /// There is nobody to answer any more.
    Left,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let ci = std::env::var("CI").is_ok_and(|v| !v.is_empty() && v != "false" && v != "0");
    let mode = match (arguments.accept, arguments.review) {
        (true, _) => Mode::Accept,
        (_, true) => Mode::Review,
        _ if ci => Mode::Hold,
        _ => Mode::Wait,
    };
    let (mut passed, mut failed) = (0usize, 0usize);
    let mut mode_now = mode;
    let mut findings = Shown::default();
    for path in discover::plays(&arguments.paths)? {
        let loaded = LoadedPlay::read(&path, None)?;
        if !wanted(&path, &loaded, arguments.filter.as_deref()) {
            continue;
        }
        findings.show(&loaded, screen);
        match one(&path, &loaded, mode_now, screen)? {
            Outcome::Passed => passed += 1,
            Outcome::Failed => failed += 1,
            Outcome::Left => {
                failed += 1;
                mode_now = Mode::Wait;
            }
        }
    }
    if passed == 0 && failed == 0 {
        screen.note("mundi: no plays are here; their names end in .play\n");
    }
    screen.line(&format!("{passed} passed, {failed} failed"))?;
    if failed > 0 { Err(Stop::No) } else { Ok(()) }
}

/// What has been shown already: many plays have the same rules.
#[derive(Default)]
struct Shown(BTreeSet<(String, Span, String)>);

impl Shown {
    /// Shows what is wrong with a play and its rules, as far as it is new.
    fn show(&mut self, loaded: &LoadedPlay, screen: &Screen) {
        for (source, diagnostic) in loaded.findings() {
            let finding = (source.name.clone(), diagnostic.span, diagnostic.message.clone());
            if self.0.insert(finding) {
                screen.note(&render::text(source, diagnostic, screen.err));
                screen.note("\n");
            }
        }
    }
}

/// Whether the filter lets a play through.
fn wanted(path: &Path, loaded: &LoadedPlay, filter: Option<&str>) -> bool {
    let title = loaded.play.as_ref().map_or("", |play| play.title.node.as_str());
    filter.is_none_or(|text| path.to_string_lossy().contains(text) || title.contains(text))
}

/// Plays one play and says how it went.
fn one(path: &Path, loaded: &LoadedPlay, mode: Mode, screen: &Screen) -> Result<Outcome, Stop> {
    let shown = path.display().to_string();
    let Some((tree, rules)) = loaded.ready() else {
        return said(screen, Tone::Bad, "failed", &shown, "it cannot be played", Outcome::Failed);
    };
    let report = match play(&loaded.source, tree, rules) {
        Ok(report) => report,
        Err(e) => {
            let why = format!("the conversation cannot be opened: {e}");
            return said(screen, Tone::Bad, "failed", &shown, &why, Outcome::Failed);
        }
    };
    if report.holds() {
        return compare(path, &report, mode, screen, &shown);
    }
    // What should not be is no snapshot of what should.
    show_unmet(&report, loaded, screen);
    let why = match report.unmet.len() {
        1 => "an expectation does not hold".to_owned(),
        n => format!("{n} expectations do not hold"),
    };
    said(screen, Tone::Bad, "failed", &shown, &why, Outcome::Failed)
}

/// Shows the expectations that do not hold, each in its source.
fn show_unmet(report: &Report, loaded: &LoadedPlay, screen: &Screen) {
    for unmet in &report.unmet {
        screen.note(&render::text(&loaded.source, &unmet.diagnostic(), screen.err));
        screen.note("\n");
    }
}

/// Compares what happened with the snapshot, and does with it what the mode says.
fn compare(
    path: &Path,
    report: &Report,
    mode: Mode,
    screen: &Screen,
    shown: &str,
) -> Result<Outcome, Stop> {
    let place = Place::beside(path);
    let body = report.text(Ids::Show, crate::screen::Colour::Off);
    let title = report.rehearsal.title().to_owned();
    let old = match place.compare(&body)? {
        Comparison::Same => {
            if mode != Mode::Hold {
                place.settle()?;
            }
            return said(screen, Tone::Good, "passed", shown, "", Outcome::Passed);
        }
        Comparison::New => None,
        Comparison::Changed(old) => Some(old),
    };
    let difference = diff(old.as_deref().unwrap_or(""), &body, screen.out);
    match (mode, old.is_some()) {
        (Mode::Accept, _) => {
            place.accept(path, &title, &body)?;
            said(screen, Tone::Good, "accepted", shown, "", Outcome::Passed)
        }
        (Mode::Review, _) => review(&place, path, &title, &body, &difference, screen, shown),
        (Mode::Hold, false) => {
            let why = "it has no snapshot; run `mundi test --accept` and keep the .snap";
            said(screen, Tone::Bad, "failed", shown, why, Outcome::Failed)
        }
        (Mode::Hold, true) => {
            screen.answer(&difference)?;
            said(screen, Tone::Bad, "failed", shown, "the snapshot differs", Outcome::Failed)
        }
        (Mode::Wait, false) => {
            place.wait(path, &title, &body)?;
            let why = "its snapshot waits in .snap.new; `mundi test --accept` keeps it";
            said(screen, Tone::Mind, "new", shown, why, Outcome::Passed)
        }
        (Mode::Wait, true) => {
            place.wait(path, &title, &body)?;
            screen.answer(&difference)?;
            let why = "the snapshot differs; `mundi test --review` shows and asks";
            said(screen, Tone::Bad, "failed", shown, why, Outcome::Failed)
        }
    }
}

/// Shows a new or changed snapshot, and asks.
fn review(
    place: &Place,
    path: &Path,
    title: &str,
    body: &str,
    difference: &str,
    screen: &Screen,
    shown: &str,
) -> Result<Outcome, Stop> {
    screen.answer(&format!("{}\n{difference}", screen.out.paint(Tone::Strong, shown)))?;
    loop {
        screen.answer("a accept, r reject, s skip > ")?;
        match ask()?.as_deref() {
            Some("a" | "accept") => {
                place.accept(path, title, body)?;
                return said(screen, Tone::Good, "accepted", shown, "", Outcome::Passed);
            }
            Some("r" | "reject") => {
                place.settle()?;
                return said(screen, Tone::Bad, "rejected", shown, "", Outcome::Failed);
            }
            Some("s" | "skip") => {
                place.wait(path, title, body)?;
                return said(screen, Tone::Mind, "skipped", shown, "", Outcome::Failed);
            }
            Some(_) => screen.line("type a, r or s")?,
            None => {
                screen.line("")?;
                place.wait(path, title, body)?;
                return said(screen, Tone::Mind, "skipped", shown, "", Outcome::Left);
            }
        }
    }
}

/// A line of standard input; `None` where there is no more.
fn ask() -> Result<Option<String>, Stop> {
    let _nobody_to_tell = std::io::stdout().flush();
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(0) => Ok(None),
        Ok(_) => Ok(Some(line.trim().to_owned())),
        Err(e) => Err(Stop::Environment(format!("standard input cannot be read: {e}"))),
    }
}

/// One line about one play.
fn said(
    screen: &Screen,
    tone: Tone,
    word: &str,
    shown: &str,
    why: &str,
    outcome: Outcome,
) -> Result<Outcome, Stop> {
    let why = if why.is_empty() { String::new() } else { format!(": {why}") };
    screen.line(&format!("{} {shown}{why}", screen.out.paint(tone, &format!("{word:8}"))))?;
    Ok(outcome)
}
