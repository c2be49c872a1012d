//! `mundi mail`: private messages.

use mundi_node::mail::Opened;

use super::home::HomeArguments;
use crate::screen::Screen;
use crate::stop::Answer;

/// Private messages.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    home: HomeArguments,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    arguments.home.enter(screen).map(|_| ())
}

/// Tells of messages that waited for their writer to be known.
pub(super) fn opened(opened: &Opened, screen: &Screen) {
    for number in &opened.arrived {
        let number = number.0;
        screen.note(&format!(
            "mundi: a message that waited for them is here: `mundi mail read {number}`\n"
        ));
    }
    for why in &opened.refused {
        screen.note(&format!("mundi: a message that waited: {why}\n"));
    }
}
