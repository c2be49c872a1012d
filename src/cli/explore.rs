//! `mundi explore`: all conversations that rules allow, up to given bounds.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mundi_lang::literal::Literal;
use mundi_lang::play::{Step, StepKind};
use mundi_workbench::explore::{self, Bounds, Report};

use super::reach::Reach;
use crate::load::{LoadedPlay, LoadedRules};
use crate::screen::Screen;
use crate::stop::{Answer, Stop};
use crate::{files, render};

/// Explore all conversations that rules allow, within bounds.
///
/// Says whether consensus can be reached, where nothing leads on, who can hold it up, what never
/// happens, and which outcome a late message changes; with the shortest play that shows each. The
/// status is 1 where a fault was found.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The rules: a `.conv` file.
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    rules: PathBuf,
    #[command(flatten)]
    reach: Reach,
    /// Threads; all cores, unless given.
    #[arg(long, value_name = "N")]
    workers: Option<usize>,
    /// Takes terms and cast from a play, and tries the values of its lines too.
    #[arg(long, value_name = "PLAY", value_hint = clap::ValueHint::FilePath)]
    like: Option<PathBuf>,
    /// Writes the plays there, for `mundi test`.
    #[arg(long, value_name = "FOLDER", value_hint = clap::ValueHint::DirPath)]
    write: Option<PathBuf>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let loaded = LoadedRules::read(&arguments.rules)?;
    for (source, diagnostic) in loaded.findings() {
        screen.note(&render::text(source, diagnostic, screen.err));
        screen.note("\n");
    }
    let Some(rules) = &loaded.rules else { return Err(Stop::No) };
    let bounds = bounds(arguments, screen)?;
    let file = arguments.rules.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let begun = Instant::now();
    let mut progress = Progress { screen, begun, told: begun };
    let report = explore::explore(rules, &file, &bounds, &mut |states, transitions| {
        progress.tell(states, transitions);
    });
    let report = report.map_err(|e| Stop::Usage(format!("no conversation can be opened: {e}")))?;
    progress.done();
    if let Some(folder) = &arguments.write {
        write(&report, folder, &arguments.rules, screen)?;
    }
    if arguments.json {
        screen.line(&format!("{:#}", report.json()))?;
    } else {
        screen.answer(&report.text(screen.out))?;
    }
    if report.has_faults() { Err(Stop::No) } else { Ok(()) }
}

fn bounds(arguments: &Arguments, screen: &Screen) -> Result<Bounds, Stop> {
    let mut given = arguments.reach.given(screen)?;
    let mut like = None;
    if let Some(path) = &arguments.like {
        let loaded = LoadedPlay::parse_file(path, None)?;
        let Some(play) = loaded.play else {
            return Err(Stop::Usage(format!("{} is no play: `mundi check` it", path.display())));
        };
        let known = |name: &str| given.terms.iter().any(|(n, _)| n.node == name);
        let terms: Vec<_> = play.terms.iter().filter(|(n, _)| !known(&n.node)).cloned().collect();
        given.terms.extend(terms);
        if given.cast.is_empty() {
            given.cast.clone_from(&play.cast);
        }
        like = Some(play);
    }
    let mut bounds = arguments.reach.bounds(given);
    if let Some(play) = like {
        bounds.tried = said(&play.steps);
        bounds.start = play.start.map_or(bounds.start, |start| start.node);
        bounds.title = Some(play.title.node);
    }
    let all = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    bounds.workers = arguments.workers.unwrap_or(all).max(1);
    Ok(bounds)
}

/// The values that the lines of a play have: message, field, value.
fn said(steps: &[Step]) -> Vec<(String, String, Literal)> {
    let mut all = Vec::new();
    for step in steps {
        match &step.node {
            StepKind::Together(steps) => all.extend(said(steps)),
            StepKind::Say(say) => {
                let value = |(name, value): &(mundi_lang::Name, mundi_lang::play::Value)| {
                    (say.message.node.clone(), name.node.clone(), value.node.clone())
                };
                all.extend(say.fields.iter().map(value));
            }
            StepKind::Wait(_) | StepKind::At(_) | StepKind::Expect(_) => {}
        }
    }
    all
}

/// Tells how far a long search has come.
struct Progress<'a> {
    screen: &'a Screen,
    begun: Instant,
    told: Instant,
}

/// How often.
const PAUSE: Duration = Duration::from_secs(2);

impl Progress<'_> {
    fn tell(&mut self, states: usize, transitions: u64) {
        if self.told.elapsed() >= PAUSE {
            self.told = Instant::now();
            self.screen
                .note(&format!("mundi: {states} states, {transitions} transitions so far\n"));
        }
    }

    fn done(&self) {
        let seconds = self.begun.elapsed();
        if seconds >= PAUSE {
            self.screen.note(&format!("mundi: searched in {} s\n", seconds.as_secs()));
        }
    }
}

/// Writes each play into a file of its own, whose rules are where they are.
fn write(report: &Report, folder: &Path, rules: &Path, screen: &Screen) -> Answer {
    std::fs::create_dir_all(folder).map_err(|e| {
        Stop::Environment(format!("{} cannot be made: {}", folder.display(), files::plain(&e)))
    })?;
    let from = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let to = std::path::absolute(rules).unwrap_or_else(|_| rules.to_owned());
    let named = relative(&from, &to);
    let file = rules.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for (name, play) in report.plays() {
        let path = folder.join(format!("{name}.play"));
        let line = format!("rules \"{}\"\n", mundi_lang::escapes::escape(&file));
        let here = format!("rules \"{}\"\n", mundi_lang::escapes::escape(&named));
        files::write(&path, play.replacen(&line, &here, 1).as_bytes())?;
        screen.note(&format!("mundi: wrote {}\n", path.display()));
    }
    Ok(())
}

/// A file as seen from a folder.
fn relative(folder: &Path, file: &Path) -> String {
    let (from, to): (Vec<_>, Vec<_>) = (folder.components().collect(), file.components().collect());
    let same = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(same).map(|_| "..".to_owned());
    let down = to.iter().skip(same).map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}
