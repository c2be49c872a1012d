//! `mundi completions`: what a shell needs to complete the command line.

use clap_complete::Shell;

use crate::screen::Screen;
use crate::stop::Answer;

/// Print the completions of a shell.
///
/// For bash: `mundi completions bash > ~/.local/share/bash-completion/completions/mundi`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The shell.
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::command(), "mundi", &mut script);
    screen.answer(&String::from_utf8_lossy(&script))
}
