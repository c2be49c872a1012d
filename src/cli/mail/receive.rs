//! `mundi mail receive`; `mundi import` does the same with a file that is a message.

use std::path::PathBuf;

use mundi_node::home::Home;
use mundi_node::limits::MAIL_SEALED_BYTES;
use mundi_node::mail::Arrived;
use serde_json::{Value, json};

use super::{Asked, shown};
use crate::cli::handed;
use crate::cli::home::of_home;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The sealed message; without it, or with `-`, it is pasted on standard input.
    #[arg(value_hint = clap::ValueHint::FilePath)]
    file: Option<PathBuf>,
}

pub(super) fn run(home: &mut Home, arguments: &Arguments, asked: Asked<'_>) -> Answer {
    let Asked { now, json, screen } = asked;
    let what = "paste the sealed message";
    let bytes = handed::read(arguments.file.as_deref(), MAIL_SEALED_BYTES, what, screen)?;
    let (words, object) = take(home, &bytes, now, screen)?;
    screen.line(&if json { object.to_string() } else { words })
}

/// Takes a message in; what became of it, in words and for programs.
///
/// # Errors
/// It is refused; the reason has been shown.
pub(crate) fn take(
    home: &mut Home,
    bytes: &[u8],
    now: u64,
    screen: &Screen,
) -> Result<(String, Value), Stop> {
    let arrived = home.receive_mail(bytes, now).map_err(|e| of_home(e, screen))?;
    Ok(match arrived {
        Arrived::Known => ("this message is here already".into(), json!({"arrived": "known"})),
        Arrived::New(number) => {
            let mail = shown::one(home, number, screen)?;
            let words = format!(
                "message {} from {}: {}; `mundi mail read {}`",
                number.0,
                shown::name(home, &mail),
                shown::author(home, &mail),
                number.0
            );
            (words, json!({"arrived": "new", "mail": shown::json(home, &mail, false)}))
        }
        Arrived::Waits(number, from) => {
            let mail = shown::one(home, number, screen)?;
            let words = format!(
                "message {} waits, sealed: it is signed by a key that is not known here and says \
                 that it is from {from}; add their card, and it opens (`mundi contacts add NAME \
                 FILE`)",
                number.0
            );
            (words, json!({"arrived": "waiting", "mail": shown::json(home, &mail, false)}))
        }
    })
}
