//! `mundi contacts add`

use std::path::PathBuf;

use mundi_node::exchange::Card;
use mundi_node::home::{Home, Taken};
use mundi_node::limits::CARD_BYTES;

use super::Asked;
use crate::cli::handed;
use crate::cli::home::of_home;
use crate::cli::mail::opened;
use crate::stop::Answer;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// What you call them: small letters, digits and `_`.
    name: String,
    /// Their card (`mundi id card`) or OpenPGP public key; without it, or with `-`, it is pasted on
    /// standard input.
    #[arg(value_hint = clap::ValueHint::FilePath)]
    file: Option<PathBuf>,
}

pub(super) fn run(home: &mut Home, arguments: &Arguments, asked: Asked<'_>) -> Answer {
    let Asked { now, json, screen } = asked;
    let name = &arguments.name;
    let bytes = handed::read(
        arguments.file.as_deref(),
        CARD_BYTES,
        &format!("paste {name}'s card or key block"),
        screen,
    )?;
    let card = Card::parse(&bytes).map_err(|e| of_home(e.into(), screen))?;
    let (contact, taken) = home.take_card(name, &card, now).map_err(|e| of_home(e, screen))?;
    // What waited for them is here now.
    let waited = home.open_waiting(now).map_err(|e| of_home(e, screen))?;
    opened(&waited, screen);
    if json {
        return super::show(home, &contact, asked);
    }
    let print = super::described::groups(&contact.fingerprint.to_string());
    let done = match taken {
        Taken::New => "is in your contacts",
        Taken::Updated => "is brought up to date",
    };
    screen.line(&format!("{name} {done}: {print}"))?;
    if contact.verified.is_none() {
        screen.line(&format!(
            "not verified: compare the code in person, `mundi contacts code {name}`"
        ))?;
    }
    Ok(())
}
