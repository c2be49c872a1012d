//! `mundi graph`: the pattern of a rules file as a diagram.

use std::path::{Path, PathBuf};

use mundi_lang::play::Play;
use mundi_lang::{Diagnostic, Source};

use crate::graph::{self, Format};
use crate::load::{LoadedPlay, LoadedRules};
use crate::play::play;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};
use crate::{files, render};

/// Draw the pattern of a rules file.
///
/// One reads it along the rails, from left to right. With a play it also shows how far that has
/// come: what was said, and who may say what now.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A `.conv` file.
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    rules: PathBuf,
    /// A picture, a graph for Graphviz, or a flowchart for Mermaid.
    #[arg(long, value_enum, default_value = "svg")]
    format: Form,
    /// A play of these rules; with `:LINE`, how it stands after that line.
    #[arg(long, value_name = "PLAY[:LINE]", value_hint = clap::ValueHint::FilePath)]
    play: Option<String>,
    /// Where to write it; else to standard output.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    out: Option<PathBuf>,
}

/// The values of `--format`.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Form {
    Svg,
    Dot,
    Mermaid,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let format = match arguments.format {
        Form::Svg => Format::Svg,
        Form::Dot => Format::Dot,
        Form::Mermaid => Format::Mermaid,
    };
    let loaded = LoadedRules::read(&arguments.rules)?;
    let text = match &arguments.play {
        None => {
            let rules = loaded.rules.as_ref();
            let rules = rules.ok_or_else(|| stopped(&loaded.findings(), screen))?;
            graph::draw(rules, None, format)
        }
        Some(named) => of_play(named, loaded, format, screen)?,
    };
    match &arguments.out {
        Some(path) => files::write(path, text.as_bytes()),
        None => screen.answer(&text),
    }
}

/// The diagram as a play leaves it.
fn of_play(
    named: &str,
    rules: LoadedRules,
    format: Format,
    screen: &Screen,
) -> Result<String, Stop> {
    let (path, line) = place(named);
    let loaded = LoadedPlay::read(path, Some(rules))?;
    let Some((tree, rules)) = loaded.ready() else {
        return Err(stopped(&loaded.findings(), screen));
    };
    let tree: Play = line.map_or_else(|| tree.clone(), |n| graph::until(&loaded.source, tree, n));
    let report = play(&loaded.source, &tree, rules).map_err(|e| {
        screen.note(&format!("mundi: the conversation cannot be opened: {e}\n"));
        Stop::No
    })?;
    Ok(graph::draw(rules, Some(&report.rehearsal), format))
}

/// `escrow.play:12`: a file and a line in it. A file of that very name is meant before.
fn place(named: &str) -> (&Path, Option<usize>) {
    let whole = Path::new(named);
    match named.rsplit_once(':').map(|(path, line)| (path, line.parse())) {
        Some((path, Ok(line))) if !whole.exists() => (Path::new(path), Some(line)),
        _ => (whole, None),
    }
}

/// Shows what is wrong.
fn stopped(findings: &[(&Source, &Diagnostic)], screen: &Screen) -> Stop {
    for (source, diagnostic) in findings {
        screen.note(&render::text(source, diagnostic, screen.err));
        screen.note("\n");
    }
    Stop::No
}
