//! `mundi new`: commented rules to start from, and a play of them: the starter, or a rules file of the
//! standard library.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use consensus_std::rules::RulesFile;

use crate::files;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Write commented rules to start from, NAME.conv, and a play of them, NAME.play.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Small letters, digits and `_`, a letter first; a folder may stand before it.
    #[arg(required_unless_present = "from")]
    name: Option<PathBuf>,
    /// Start from rules of the standard library, `std/ballot-schulze`; `std/` lists them.
    #[arg(long, value_name = "RULES")]
    from: Option<String>,
}

/// What rules of the standard library are called by.
const LIBRARY: &str = "std/";

const RULES: &str = include_str!("starter/starter.conv");
const PLAY: &str = include_str!("starter/starter.play");

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    if arguments.from.as_deref().is_some_and(|from| from.trim_end_matches('/') == "std") {
        let width = consensus_std::rules().iter().map(|file| file.name.len()).max();
        return screen.answer(&list(width.unwrap_or(0)));
    }
    let file = arguments.from.as_deref().map(library_file).transpose()?;
    let Some(path) = &arguments.name else {
        return Err(Stop::Usage("write a name for the new rules before `--from`".to_owned()));
    };
    let name = name(path)?;
    let rules = path.with_file_name(format!("{name}.conv"));
    let play = path.with_file_name(format!("{name}.play"));
    for path in [&rules, &play] {
        if path.exists() {
            let shown = path.display();
            return Err(Stop::Usage(format!("{shown} is there already; choose another name")));
        }
    }
    let (rules_text, play_text) = match file {
        None => starter(&name),
        Some(file) => renamed(file, &name),
    };
    files::write(&rules, rules_text.as_bytes())?;
    files::write(&play, play_text.as_bytes())?;
    let graph = rules.with_extension("svg");
    let (rules, play, graph) = (rules.display(), play.display(), graph.display());
    screen.answer(&format!(
        "{rules} and {play} are there. What now:\n  \
         mundi check {rules} {play}\n  \
         mundi test {play}\n  \
         mundi converse --rules {rules}\n  \
         mundi explore {rules}\n  \
         mundi graph {rules} --out {graph}\n"
    ))
}

/// The rules files of the standard library, a line each, their names so wide.
pub(super) fn list(width: usize) -> String {
    let mut out = String::new();
    for file in consensus_std::rules() {
        let _ = writeln!(out, "  {:width$}  {}", file.name, file.sentence());
    }
    out
}

/// The rules file that `std/NAME` names.
fn library_file(from: &str) -> Result<&'static RulesFile, Stop> {
    let all = consensus_std::rules();
    let named = from.strip_prefix(LIBRARY).unwrap_or(from);
    let found = all.iter().find(|file| file.name == named);
    if let Some(file) = found.filter(|_| from.starts_with(LIBRARY)) {
        return Ok(file);
    }
    let hint = match mundi_lang::suggest(named, all.iter().map(|file| file.name)) {
        Some(close) => format!("did you mean `{LIBRARY}{close}`?"),
        None => format!("`mundi new --from {LIBRARY}` lists what there is"),
    };
    Err(Stop::Usage(format!("there are no rules `{from}`; {hint}")))
}

/// The starter and its play under a name.
fn starter(name: &str) -> (String, String) {
    let rules = RULES.replace("NAME", name).replace("TITLE", &title(name));
    (rules, PLAY.replace("NAME", name))
}

/// A rules file and its play under another name and title.
fn renamed(file: &RulesFile, name: &str) -> (String, String) {
    let heading = format!("conversation {name} \"{}\"", title(name));
    let by = |name: &str| format!("rules \"{name}.conv\"");
    (
        file.text.replacen(file.heading(), &heading, 1),
        file.play.replacen(&by(file.name), &by(name), 1),
    )
}

/// The name of the conversation: what stands after the last slash.
fn name(path: &Path) -> Result<String, Stop> {
    let given = path.file_name().and_then(|n| n.to_str()).unwrap_or("");
    let name = given.strip_suffix(".conv").unwrap_or(given);
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(letter) {
        return Ok(name.to_owned());
    }
    let better: String = name
        .chars()
        .map(|c| if letter(c.to_ascii_lowercase()) { c.to_ascii_lowercase() } else { '_' })
        .collect();
    let better = better.trim_start_matches(|c: char| !c.is_ascii_lowercase());
    let instead = if better.is_empty() { "lunch" } else { better };
    Err(Stop::Usage(format!(
        "`{given}` is no name: small letters, digits and `_`, a letter first; try `{instead}`"
    )))
}

/// `where_to_eat` as people write it: `Where to eat`.
fn title(name: &str) -> String {
    let mut words = name.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}
