//! `mundi lock`: forgets the keys.

use mundi_node::agent::{self, Locked};

use super::home::{HomeArguments, of_agent};
use crate::screen::Screen;
use crate::stop::Answer;

/// Forget the keys of a home: the next command asks for the passphrase.
///
/// Ends the process that `mundi unlock` began. A home that is locked stays so.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    home: HomeArguments,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let place = arguments.home.place(screen)?;
    if !place.key().exists() && place.is_home() {
        screen.note(
            "mundi: this home's key is in GnuPG, whose own agent remembers it for some time: \
             `gpgconf --kill gpg-agent` ends that\n",
        );
    }
    let shown = place.folder().display();
    match agent::lock(&place).map_err(|e| of_agent(&e))? {
        Locked::Already => screen.line(&format!("{shown} was locked already")),
        Locked::Forgotten(process) => screen.line(&format!(
            "{shown} is locked: the agent (process {process}) has forgotten its keys"
        )),
        Locked::Killed(process) => screen
            .line(&format!("{shown} is locked: the agent (process {process}) hung and was killed")),
    }
}
