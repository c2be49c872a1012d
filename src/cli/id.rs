//! `mundi id`: who you are here. One subcommand a file.

mod backup;
mod card;
mod device;
mod export;
mod gnupg;
mod import;
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
    Import(import::Arguments),
    Gnupg(gnupg::Arguments),
    Show(show::Arguments),
    Card(card::Arguments),
    Device(device::Arguments),
    Export(export::Arguments),
    Backup(backup::Arguments),
    Restore(backup::Restore),
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    match &arguments.command {
        Command::New(arguments) => new::run(arguments, screen),
        Command::Recover(arguments) => recover::run(arguments, screen),
        Command::Import(arguments) => import::run(arguments, screen),
        Command::Gnupg(arguments) => gnupg::run(arguments, screen),
        Command::Show(arguments) => show::run(arguments, screen),
        Command::Card(arguments) => card::run(arguments, screen),
        Command::Device(arguments) => device::run(arguments, screen),
        Command::Export(arguments) => export::run(arguments, screen),
        Command::Backup(arguments) => backup::run(arguments, screen),
        Command::Restore(arguments) => backup::restore(arguments, screen),
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
