//! `mundi why`: why a line of a play, or an entry of a log, was accepted or refused.

use std::path::{Path, PathBuf};

use mundi_workbench::why::{Why, of_log, of_play};

use crate::load::LoadedPlay;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};
use crate::{files, render};

/// Show why a line was accepted or refused.
///
/// All that was asked of it in order, with the values that each answer came from; what it changed;
/// and the smallest changes with which a refused line would have been accepted, each of them played.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A `.play`, or a log as `--export` writes it.
    #[arg(value_name = "PLAY|LOG", value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
    /// The line in the play; in a log the number of the entry, or the beginning of its id.
    line: String,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

/// The largest log that is read.
const MAX_LOG: u64 = 1024 * 1024 * 1024;

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let is_play = arguments.file.extension().is_some_and(|e| e == "play");
    let (why, rules) =
        if is_play { play(arguments, screen)? } else { (log(arguments)?, "the rules".to_owned()) };
    if arguments.json {
        return screen.line(&format!("{:#}", why.json()));
    }
    screen.answer(&why.text(&arguments.file.display().to_string(), &rules, screen.out))
}

/// A line of a play, and the name of its rules.
fn play(arguments: &Arguments, screen: &Screen) -> Result<(Why, String), Stop> {
    let Ok(line) = arguments.line.parse::<usize>() else {
        return Err(Stop::Usage(format!("`{}` is no number of a line", arguments.line)));
    };
    let loaded = LoadedPlay::read(&arguments.file, None)?;
    let Some((tree, rules)) = loaded.ready() else {
        for (source, diagnostic) in loaded.findings() {
            screen.note(&render::text(source, diagnostic, screen.err));
            screen.note("\n");
        }
        return Err(Stop::No);
    };
    let named = loaded.rules.as_ref().map(|r| r.source.name.clone()).unwrap_or_default();
    let name = Path::new(&named).file_name().map(|n| n.to_string_lossy().into_owned());
    let why = of_play(&loaded.source, tree, rules, line);
    Ok((why.map_err(|text| wrong(&arguments.file, &text))?, name.unwrap_or(named)))
}

/// An entry of a log.
fn log(arguments: &Arguments) -> Result<Why, Stop> {
    let log = files::read_bytes(&arguments.file, MAX_LOG)?;
    of_log(&log, &arguments.line).map_err(|text| wrong(&arguments.file, &text))
}

fn wrong(file: &Path, text: &str) -> Stop {
    Stop::Usage(format!("{}: {text}", file.display()))
}
