//! `mundi id export`: the secret key, for GnuPG.

use std::path::PathBuf;

use mundi_node::key_file::KeyFileError;
use mundi_node::limits::PASSPHRASE_TRIES;
use mundi_node::passphrase::{Passphrase, Question};
use mundi_node::place::Place;
use mundi_node::private;
use mundi_node::unlock::{self, Holder, UnlockError};

use super::super::home::{HomeArguments, of_unlock};
use crate::files;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Write the secret key under its passphrase, for `gpg --import`.
///
/// Whoever has it and the passphrase is you. The passphrase is asked for, also while the home is
/// unlocked.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    home: HomeArguments,
    /// Write it into a file that only you can read.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    out: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let place = arguments.home.place(screen)?;
    if place.is_home() && !place.key().exists() {
        return Err(Stop::Usage(
            "this home's key is in GnuPG: `gpg --export-secret-keys --armor KEYID` exports it"
                .into(),
        ));
    }
    let (holder, passphrase) = asked(&place, &arguments.home, screen)?;
    let Holder::Key(key) = holder else {
        return Err(Stop::Environment("the key is not in this home".into()));
    };
    let text = key.export(passphrase.bytes()).map_err(|e| Stop::Environment(e.to_string()))?;
    match &arguments.out {
        None => screen.answer(&text)?,
        Some(path) => private::write(path, text.as_bytes()).map_err(|e| {
            let (path, why) = (path.display(), files::plain(&e));
            Stop::Environment(format!("{path} cannot be written: {why}"))
        })?,
    }
    screen.note(
        "mundi: this is your SECRET key under your passphrase: whoever has both is you. \
         `gpg --import` takes it; delete it where it is needed no longer\n",
    );
    Ok(())
}

/// The key and its passphrase, which is asked for: a person a few times, a descriptor once.
fn asked(
    place: &Place,
    home: &HomeArguments,
    screen: &Screen,
) -> Result<(Holder, Passphrase), Stop> {
    let most = if home.passphrase_fd.is_some() { 1 } else { PASSPHRASE_TRIES };
    let mut wrong = None;
    for last in (1..=most).map(|n| n == most) {
        let why = "To take the secret key out of this home";
        let passphrase = home.passphrase(&Question { why, prompt: "Passphrase", wrong }, screen)?;
        match unlock::by_passphrase(place, &passphrase) {
            Ok(unlocked) => return Ok((unlocked.keyholder, passphrase)),
            Err(UnlockError::Key(KeyFileError::Passphrase)) if !last => {
                wrong = Some("that was wrong; once more");
            }
            Err(other) => return Err(of_unlock(&other, screen)),
        }
    }
    Err(of_unlock(&KeyFileError::Passphrase.into(), screen))
}
