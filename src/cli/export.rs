//! `mundi export`: hands a conversation on.

use std::path::PathBuf;

use mundi_node::clock;

use super::home::{HomeArguments, of_home};
use super::{outcome, room};
use crate::files;
use crate::screen::Screen;
use crate::stop::Answer;

/// Write a conversation for its members, sealed; or as evidence that anybody can read.
///
/// The file can be sent by any way: only present members open it. It holds the whole conversation,
/// so the others may import it at any time, in any order, more than once.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Its number, the beginning of its id, or its title.
    conversation: String,
    /// The file to write.
    #[arg(value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
    /// Write the signed log readable, for `mundi replay`: whoever has the file can read and prove
    /// all that was said.
    #[arg(long)]
    evidence: bool,
    #[command(flatten)]
    home: HomeArguments,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let mut home = arguments.home.enter(screen)?;
    let mut room = home.room_of(Some(&arguments.conversation)).map_err(|e| of_home(e, screen))?;
    outcome::attend(&mut home, &mut room, screen)?;
    if arguments.evidence {
        files::write(&arguments.file, &room.replica.export())?;
        screen.note(&format!(
            "readable evidence, {} entries: whoever has it can read and prove all that was said\n",
            room.replica.len()
        ));
        return Ok(());
    }
    let exported = home.export(&mut room, clock::now()).map_err(|e| of_home(e, screen))?;
    files::write(&arguments.file, &exported.bytes)?;
    screen.note(&room::recipients(&home, &exported));
    Ok(())
}
