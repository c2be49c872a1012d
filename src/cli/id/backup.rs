//! `mundi id backup` and `mundi id restore`: a copy of the home for its owner.

use std::path::PathBuf;

use mundi_node::home::{BackUp, Restored};
use mundi_node::limits::BACKUP_FILE;
use mundi_node::{clock, private};

use super::super::home::{HomeArguments, of_home};
use crate::files;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Write a copy of the whole home, encrypted to your own key.
///
/// Contacts, conversations, private messages, revocations and settings: all that the 24 words do
/// not bring back. Only you can open it (`gpg -d` as well); keep it with the words, not with this
/// machine.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    home: HomeArguments,
    /// The file to write.
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let home = arguments.home.enter(screen)?;
    let backup = home.back_up(clock::now()).map_err(|e| of_home(e, screen))?;
    let path = &arguments.file;
    private::write(path, backup.text.as_bytes()).map_err(|e| {
        Stop::Environment(format!("{} cannot be written: {}", path.display(), files::plain(&e)))
    })?;
    let BackUp { contacts, conversations, mail, .. } = backup;
    screen.line(&format!(
        "{}: {contacts} contacts, {conversations} conversations, {mail} private messages",
        path.display()
    ))
}

/// Bring a backup into this home: what is missing is added, nothing that is there is changed.
#[derive(clap::Args)]
pub(super) struct Restore {
    #[command(flatten)]
    home: HomeArguments,
    /// What `mundi id backup` wrote.
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
}

pub(super) fn restore(arguments: &Restore, screen: &Screen) -> Answer {
    let bytes = files::read_bytes(&arguments.file, BACKUP_FILE)?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Stop::Usage(format!("{} is no backup: it is no text", arguments.file.display()))
    })?;
    let mut home = arguments.home.enter(screen)?;
    let restored = home.restore(&text, clock::now()).map_err(|e| of_home(e, screen))?;
    let Restored { contacts, conversations, entries, mail, new_device } = restored;
    screen.line(&format!(
        "new here: {contacts} contacts, {conversations} conversations with {entries} entries, {mail} \
         private messages"
    ))?;
    if new_device {
        let device = home.device().map_err(|e| of_home(e, screen))?;
        screen.line(&format!(
            "the home of the backup has written with this home's device, so a new one writes from \
             here on: device {}, {}",
            device.number,
            device.public()
        ))?;
    }
    Ok(())
}
