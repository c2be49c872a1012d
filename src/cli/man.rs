//! `mundi man`: the manual pages.

use std::path::{Path, PathBuf};

use crate::files;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Write the manual pages.
///
/// Without a folder, the page of `mundi` itself goes to standard output: `mundi man | man -l -`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The folder for `mundi.1` and a page for each command.
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    folder: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let mut whole = super::command();
    whole.build();
    let Some(folder) = &arguments.folder else {
        return screen.answer(&String::from_utf8_lossy(&page(whole, "mundi")?));
    };
    std::fs::create_dir_all(folder).map_err(|e| {
        let reason = files::plain(&e);
        Stop::Environment(format!("{} cannot be made: {reason}", folder.display()))
    })?;
    pages(folder, &whole, "mundi")?;
    screen.line(&format!("manual pages are in {}", folder.display()))
}

/// The page of a command, and those of the commands below it: `mundi-id-new.1`.
fn pages(folder: &Path, command: &clap::Command, name: &str) -> Answer {
    files::write(&folder.join(format!("{name}.1")), &page(command.clone(), name)?)?;
    let below = command.get_subcommands();
    for one in below.filter(|c| c.get_name() != "help" && !c.is_hide_set()) {
        pages(folder, one, &format!("{name}-{}", one.get_name()))?;
    }
    Ok(())
}

/// One page, in roff.
fn page(command: clap::Command, name: &str) -> Result<Vec<u8>, Stop> {
    let mut roff = Vec::new();
    clap_mangen::Man::new(command)
        .title(name)
        .render(&mut roff)
        .map_err(|e| Stop::Environment(format!("the page of {name} cannot be made: {e}")))?;
    Ok(roff)
}
