//! `mundi id`: who you are here. One subcommand a file.

mod card;
mod making;
mod new;
mod recover;
mod show;
mod words;

use clap::Subcommand;
use mundi_identity::Fingerprint;

use crate::screen::Screen;
use crate::stop::Answer;

/// Your identity and its home on this machine: make it, show it, carry it elsewhere.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    New(new::Arguments),
    Recover(recover::Arguments),
    Show(show::Arguments),
    Card(card::Arguments),
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    match &arguments.command {
        Command::New(arguments) => new::run(arguments, screen),
        Command::Recover(arguments) => recover::run(arguments, screen),
        Command::Show(arguments) => show::run(arguments, screen),
        Command::Card(arguments) => card::run(arguments, screen),
    }
}

/// A fingerprint as people compare it, and as GnuPG writes it: groups of four capital digits.
pub(super) fn grouped(fingerprint: &Fingerprint) -> String {
    let mut out = String::new();
    for (n, digit) in fingerprint.to_string().chars().enumerate() {
        if n > 0 && n % 4 == 0 {
            out.push(' ');
        }
        out.push(digit.to_ascii_uppercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_written_in_groups_of_four() {
        let print = Fingerprint::new(&[0xab; 20]).unwrap();
        assert_eq!(grouped(&print), ["ABAB"; 10].join(" "));
    }
}
