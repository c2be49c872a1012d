//! `mundi converse`: holds a conversation. Alone on one machine it is a rehearsal.

use std::io::{IsTerminal, Read};
use std::path::PathBuf;

use mundi_lang::Source;
use serde_json::json;

use super::given::{Given, names};
use crate::load::{LoadedPlay, LoadedRules};
use crate::play::{Ids, Report, play};
use crate::screen::Screen;
use crate::stop::{Answer, Stop};
use crate::{files, prompt, render};

/// The longest standard input that is read as a play.
const MAX_LINES: u64 = 1024 * 1024;

/// Hold a conversation. Alone on one machine it is a rehearsal: you play everybody.
///
/// At a terminal you are asked for the cast, the terms and then for line after line; `help` at the
/// prompt says what can be typed. Standard input that is no terminal is read as the lines of a
/// play.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The rules: a `.conv` file. A play names its own, unless this is given.
    #[arg(long, value_name = "FILE", required_unless_present = "play", value_hint = clap::ValueHint::FilePath)]
    rules: Option<PathBuf>,
    /// Plays the lines of a `.play` file instead of asking.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    play: Option<PathBuf>,
    /// Who plays whom: `buyer=ada,seller=ben`, `voter=ada,ben,cy`.
    #[arg(long, value_name = "ROLE=NAME,…")]
    cast: Vec<String>,
    /// The terms: `item="lamp", price=12.50`.
    #[arg(long, value_name = "NAME=VALUE,…")]
    terms: Vec<String>,
    /// One JSON object on standard output, at the end.
    #[arg(long)]
    json: bool,
    /// Writes the signed log there, at the end.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    export: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let rules = arguments.rules.as_deref().map(LoadedRules::read).transpose()?;
    let given = Given::read("--cast", &arguments.cast, &arguments.terms, screen)?;
    let mut loaded = match (&arguments.play, rules) {
        (Some(path), rules) => LoadedPlay::parse_file(path, rules)?,
        (None, Some(rules)) if !std::io::stdin().is_terminal() => {
            let source = Source::new("standard input", standard_input()?);
            LoadedPlay::of_lines(source, rules)
        }
        (None, Some(rules)) => return by_hand(&rules, given, arguments, screen),
        (None, None) => return Err(Stop::Usage("give rules: `--rules FILE`".into())),
    };
    given.complete(&mut loaded);
    loaded.check();
    show(&loaded, arguments.json, screen)?;
    let Some((tree, rules)) = loaded.ready() else { return Err(Stop::No) };
    let report = play(&loaded.source, tree, rules).map_err(|e| {
        screen.note(&format!("mundi: the conversation cannot be opened: {e}\n"));
        Stop::No
    })?;
    finish(&report, &loaded, arguments, screen)
}

/// What is wrong with the play and its rules.
fn show(loaded: &LoadedPlay, as_json: bool, screen: &Screen) -> Answer {
    let findings = loaded.findings();
    if as_json && loaded.ready().is_none() {
        let all: Vec<_> = findings.iter().map(|(s, d)| render::json(s, d)).collect();
        return screen.line(&format!("{:#}", json!({"diagnostics": all})));
    }
    for (source, diagnostic) in findings {
        screen.note(&render::text(source, diagnostic, screen.err));
        screen.note("\n");
    }
    Ok(())
}

/// What became of the play: shown, exported, judged.
fn finish(report: &Report, loaded: &LoadedPlay, arguments: &Arguments, screen: &Screen) -> Answer {
    if let Some(path) = &arguments.export {
        files::write(path, &report.rehearsal.replica().export())?;
    }
    if arguments.json {
        screen.line(&format!("{:#}", report.json()))?;
    } else {
        screen.answer(&report.text(Ids::Hide, screen.out))?;
        for unmet in &report.unmet {
            screen.note("\n");
            screen.note(&render::text(&loaded.source, &unmet.diagnostic(), screen.err));
        }
    }
    if report.holds() { Ok(()) } else { Err(Stop::No) }
}

/// Asks a person at the terminal.
fn by_hand(rules: &LoadedRules, given: Given, arguments: &Arguments, screen: &Screen) -> Answer {
    for (source, diagnostic) in rules.findings() {
        screen.note(&render::text(source, diagnostic, screen.err));
        screen.note("\n");
    }
    let Some(checked) = &rules.rules else { return Err(Stop::No) };
    if arguments.json {
        let instead = "--json needs a play: give `--play FILE`, or lines on standard input";
        return Err(Stop::Usage(instead.into()));
    }
    let cast = given.cast.into_iter().map(|(role, who)| (role.node, names(who))).collect();
    let terms = given.terms.into_iter().map(|(name, value)| (name.node, value.node)).collect();
    let rehearsal = prompt::run(checked, cast, terms, screen)?;
    match (&arguments.export, rehearsal) {
        (Some(path), Some(rehearsal)) => files::write(path, &rehearsal.replica().export()),
        _ => Ok(()),
    }
}

/// All of standard input.
fn standard_input() -> Result<String, Stop> {
    let mut text = String::new();
    std::io::stdin()
        .lock()
        .take(MAX_LINES)
        .read_to_string(&mut text)
        .map_err(|e| Stop::Environment(format!("standard input cannot be read: {e}")))?;
    Ok(text)
}
