//! `mundi diff`: the shortest conversation on which two versions of rules differ.

use std::path::PathBuf;

use mundi_workbench::diff::diff;

use super::reach::Reach;
use crate::load::LoadedRules;
use crate::render;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Find the shortest conversation on which two versions of rules differ.
///
/// The status is 1 where they do: where one accepts what the other refuses, or they end otherwise.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The rules as they were.
    #[arg(value_name = "OLD", value_hint = clap::ValueHint::FilePath)]
    old: PathBuf,
    /// The rules as they are.
    #[arg(value_name = "NEW", value_hint = clap::ValueHint::FilePath)]
    new: PathBuf,
    #[command(flatten)]
    reach: Reach,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let (old, new) = (LoadedRules::read(&arguments.old)?, LoadedRules::read(&arguments.new)?);
    for (source, diagnostic) in old.findings().into_iter().chain(new.findings()) {
        screen.note(&render::text(source, diagnostic, screen.err));
        screen.note("\n");
    }
    let (Some(old), Some(new)) = (&old.rules, &new.rules) else { return Err(Stop::No) };
    let bounds = arguments.reach.bounds(arguments.reach.given(screen)?);
    let file = arguments.old.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let found = diff(old, new, &file, &bounds)
        .map_err(|e| Stop::Usage(format!("no conversation can be opened: {e}")))?;
    if arguments.json {
        screen.line(&format!("{:#}", found.json()))?;
    } else {
        let (old, new) = (arguments.old.display(), arguments.new.display());
        screen.answer(&found.text(&old.to_string(), &new.to_string(), screen.out))?;
    }
    if found.is_there() { Err(Stop::No) } else { Ok(()) }
}
