//! `mundi purge`
use super::home::HomeArguments;
use crate::screen::Screen;
use crate::stop::Answer;

/// Delete.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    home: HomeArguments,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    arguments.home.enter(screen).map(|_| ())
}
