//! `mundi new`: commented rules to start from, and a play of them.

use std::path::{Path, PathBuf};

use crate::files;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Write commented rules to start from, NAME.conv, and a play of them, NAME.play.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Small letters, digits and `_`, a letter first; a folder may stand before it.
    name: PathBuf,
}

const RULES: &str = include_str!("starter/starter.conv");
const PLAY: &str = include_str!("starter/starter.play");

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let name = name(&arguments.name)?;
    let rules = arguments.name.with_file_name(format!("{name}.conv"));
    let play = arguments.name.with_file_name(format!("{name}.play"));
    for path in [&rules, &play] {
        if path.exists() {
            let shown = path.display();
            return Err(Stop::Usage(format!("{shown} is there already; choose another name")));
        }
    }
    files::write(&rules, RULES.replace("NAME", &name).replace("TITLE", &title(&name)).as_bytes())?;
    files::write(&play, PLAY.replace("NAME", &name).as_bytes())?;
    let (rules, play) = (rules.display(), play.display());
    screen.answer(&format!(
        "{rules} and {play} are there. What now:\n  \
         mundi check {rules} {play}\n  \
         mundi test {play}\n  \
         mundi converse --rules {rules}\n"
    ))
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
