//! `mundi test`: plays every play, holds its expectations, compares its snapshot.

use std::collections::BTreeSet;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use mundi_lang::Span;

use crate::covered::Covered;
use crate::load::LoadedPlay;
use crate::play::{Ids, Report, play, play_traced};
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
    /// Also show which places of their rules the plays come to, and which they do not.
    #[arg(long)]
    coverage: bool,
    /// Writes the coverage there in lcov's form, for editors.
    #[arg(long, value_name = "FILE", requires = "coverage", value_hint = clap::ValueHint::FilePath)]
    lcov: Option<PathBuf>,
    /// One JSON object on standard output: the coverage. What becomes of each play is told beside it.
    #[arg(long, requires = "coverage", conflicts_with = "review")]
    json: bool,
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
    let mut findings = Shown::default();
    let mut run = Run {
        mode,
        screen,
        tell: if arguments.json { Tell::Beside } else { Tell::Answer },
        covered: arguments.coverage.then(Covered::default),
    };
    for path in discover::plays(&arguments.paths)? {
        let loaded = LoadedPlay::read(&path, None)?;
        if !wanted(&path, &loaded, arguments.filter.as_deref()) {
            continue;
        }
        findings.show(&loaded, screen);
        match run.one(&path, &loaded)? {
            Outcome::Passed => passed += 1,
            Outcome::Failed => failed += 1,
            Outcome::Left => {
                failed += 1;
                run.mode = Mode::Wait;
            }
        }
    }
    if passed == 0 && failed == 0 {
        screen.note("mundi: no plays are here; their names end in .play\n");
    }
    run.tell(&format!("{passed} passed, {failed} failed\n"))?;
    if let Some(covered) = &run.covered {
        covered.show(arguments.lcov.as_deref(), arguments.json, screen)?;
    }
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

/// How plays are run, and where it is told what became of them.
struct Run<'a> {
    mode: Mode,
    screen: &'a Screen,
    tell: Tell,
    /// What they come to of their rules, where that is asked for.
    covered: Option<Covered>,
}

/// Where it is told what became of each play.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tell {
    /// On standard output.
    Answer,
    /// On standard error: standard output is for programs.
    Beside,
}

impl Run<'_> {
    /// Plays one play and says how it went.
    fn one(&mut self, path: &Path, loaded: &LoadedPlay) -> Result<Outcome, Stop> {
        let shown = path.display().to_string();
        let Some((tree, rules)) = loaded.ready() else {
            return self.said(Tone::Bad, "failed", &shown, "it cannot be played", Outcome::Failed);
        };
        let play = if self.covered.is_some() { play_traced } else { play };
        let report = match play(&loaded.source, tree, rules) {
            Ok(report) => report,
            Err(e) => {
                let why = format!("the conversation cannot be opened: {e}");
                return self.said(Tone::Bad, "failed", &shown, &why, Outcome::Failed);
            }
        };
        if let (Some(covered), Some(rules)) = (&mut self.covered, &loaded.rules) {
            covered.add(&rules.source.name, report.rehearsal.replica());
        }
        if report.holds() {
            return self.compare(path, &report, &shown);
        }
        // What should not be is no snapshot of what should.
        show_unmet(&report, loaded, self.screen);
        let why = match report.unmet.len() {
            1 => "an expectation does not hold".to_owned(),
            n => format!("{n} expectations do not hold"),
        };
        self.said(Tone::Bad, "failed", &shown, &why, Outcome::Failed)
    }

    /// Compares what happened with the snapshot, and does with it what the mode says.
    fn compare(&self, path: &Path, report: &Report, shown: &str) -> Result<Outcome, Stop> {
        let (mode, screen) = (self.mode, self.screen);
        let place = Place::beside(path);
        let body = report.text(Ids::Show, crate::screen::Colour::Off);
        let title = report.rehearsal.title().to_owned();
        let old = match place.compare(&body)? {
            Comparison::Same => {
                if mode != Mode::Hold {
                    place.settle()?;
                }
                return self.said(Tone::Good, "passed", shown, "", Outcome::Passed);
            }
            Comparison::New => None,
            Comparison::Changed(old) => Some(old),
        };
        let difference = diff(old.as_deref().unwrap_or(""), &body, screen.out);
        match (mode, old.is_some()) {
            (Mode::Accept, _) => {
                place.accept(path, &title, &body)?;
                self.said(Tone::Good, "accepted", shown, "", Outcome::Passed)
            }
            (Mode::Review, _) => self.review(&place, path, &title, &body, &difference, shown),
            (Mode::Hold, false) => {
                let why = "it has no snapshot; run `mundi test --accept` and keep the .snap";
                self.said(Tone::Bad, "failed", shown, why, Outcome::Failed)
            }
            (Mode::Hold, true) => {
                self.tell(&difference)?;
                self.said(Tone::Bad, "failed", shown, "the snapshot differs", Outcome::Failed)
            }
            (Mode::Wait, false) => {
                place.wait(path, &title, &body)?;
                let why = "its snapshot waits in .snap.new; `mundi test --accept` keeps it";
                self.said(Tone::Mind, "new", shown, why, Outcome::Passed)
            }
            (Mode::Wait, true) => {
                place.wait(path, &title, &body)?;
                self.tell(&difference)?;
                let why = "the snapshot differs; `mundi test --review` shows and asks";
                self.said(Tone::Bad, "failed", shown, why, Outcome::Failed)
            }
        }
    }

    /// Shows a new or changed snapshot, and asks.
    fn review(
        &self,
        place: &Place,
        path: &Path,
        title: &str,
        body: &str,
        difference: &str,
        shown: &str,
    ) -> Result<Outcome, Stop> {
        let screen = self.screen;
        screen.answer(&format!("{}\n{difference}", screen.out.paint(Tone::Strong, shown)))?;
        loop {
            screen.answer("a accept, r reject, s skip > ")?;
            match ask()?.as_deref() {
                Some("a" | "accept") => {
                    place.accept(path, title, body)?;
                    return self.said(Tone::Good, "accepted", shown, "", Outcome::Passed);
                }
                Some("r" | "reject") => {
                    place.settle()?;
                    return self.said(Tone::Bad, "rejected", shown, "", Outcome::Failed);
                }
                Some("s" | "skip") => {
                    place.wait(path, title, body)?;
                    return self.said(Tone::Mind, "skipped", shown, "", Outcome::Failed);
                }
                Some(_) => screen.line("type a, r or s")?,
                None => {
                    screen.line("")?;
                    place.wait(path, title, body)?;
                    return self.said(Tone::Mind, "skipped", shown, "", Outcome::Left);
                }
            }
        }
    }

    /// One line about one play.
    fn said(
        &self,
        tone: Tone,
        word: &str,
        shown: &str,
        why: &str,
        outcome: Outcome,
    ) -> Result<Outcome, Stop> {
        let colour = if self.tell == Tell::Answer { self.screen.out } else { self.screen.err };
        let why = if why.is_empty() { String::new() } else { format!(": {why}") };
        self.tell(&format!("{} {shown}{why}\n", colour.paint(tone, &format!("{word:8}"))))?;
        Ok(outcome)
    }

    fn tell(&self, text: &str) -> Result<(), Stop> {
        match self.tell {
            Tell::Answer => self.screen.answer(text),
            Tell::Beside => {
                self.screen.note(text);
                Ok(())
            }
        }
    }
}

/// Shows the expectations that do not hold, each in its source.
fn show_unmet(report: &Report, loaded: &LoadedPlay, screen: &Screen) {
    for unmet in &report.unmet {
        screen.note(&render::text(&loaded.source, &unmet.diagnostic(), screen.err));
        screen.note("\n");
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
