//! `mundi mail write`

use std::path::PathBuf;

use mundi_identity::Fingerprint;
use mundi_identity::pgp;
use mundi_node::home::Home;
use mundi_node::limits::MAIL_BYTES;
use mundi_node::mail::{NewLetter, Signing};
use serde_json::json;

use super::Asked;
use crate::cli::handed;
use crate::cli::home::of_home;
use crate::stop::{Answer, Stop};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// To whom: a contact.
    name: String,
    /// The text; without it, or with `-`, it is read from standard input. What stands on a command
    /// line can be seen by others on this machine.
    text: Option<String>,
    /// What it is about, in one line; sealed like the text.
    #[arg(long, value_name = "TEXT", default_value = "")]
    subject: String,
    /// Do not sign it: it shows nobody that you wrote it.
    #[arg(long)]
    unsigned: bool,
    /// Send it through a broker: it waits for the next `mundi sync`, or conversation that is held live.
    #[arg(long, conflicts_with = "out")]
    send: bool,
    /// Write the sealed message to this file, not to standard output.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    out: Option<PathBuf>,
}

pub(super) fn run(home: &mut Home, arguments: &Arguments, asked: Asked<'_>) -> Answer {
    let Asked { now, json, screen } = asked;
    let name = &arguments.name;
    let to = home.person(name).map_err(|e| of_home(e, screen))?;
    let body = match arguments.text.as_deref() {
        Some(text) if text != "-" => text.to_owned(),
        _ => typed(name, asked)?,
    };
    let signing = if arguments.unsigned { Signing::Unsigned } else { Signing::Signed };
    let new = NewLetter { to, subject: &arguments.subject, body: &body, signing };
    let sent = home.write_mail(&new, now).map_err(|e| of_home(e, screen))?;
    let shown = home.name_of(&to);
    let out = arguments.out.as_deref();
    let given = match out {
        _ if arguments.send => send(home, &to, &sent.message, asked),
        Some(_) => handed::write(out, &sent.message, screen),
        None if json => Ok(()),
        None => screen.answer(&sent.message),
    };
    if given.is_err() {
        // What was never given out was never sent.
        let _as_it_failed_already = home.store().delete_mail(sent.number);
        return given;
    }
    if shown.ends_with('?') {
        screen.note(&format!(
            "mundi: {shown} is not verified: whoever gave you this key can read the message\n"
        ));
    }
    if json {
        let message = (out.is_none() && !arguments.send).then_some(&sent.message);
        let answer = json!({
            "number": sent.number.0,
            "to": to.to_string(),
            "signed": !arguments.unsigned,
            "message": message,
        });
        return screen.line(&answer.to_string());
    }
    let number = sent.number.0;
    screen.note(&match out {
        _ if arguments.send => {
            format!("mundi: message {number} to {shown} waits to be sent: `mundi sync` does that\n")
        }
        Some(path) => format!("mundi: message {number} to {shown} is in {}\n", path.display()),
        None => format!("mundi: this is message {number} to {shown}, sealed; hand it to them\n"),
    });
    Ok(())
}

/// Puts it into the queue.
fn send(home: &mut Home, to: &Fingerprint, message: &str, asked: Asked<'_>) -> Answer {
    let sealed = pgp::dearmor(message.as_bytes()).map_err(|e| of_home(e.into(), asked.screen))?;
    home.queue_message(to, &sealed, asked.now).map_err(|e| of_home(e, asked.screen))
}

/// The text from standard input.
fn typed(name: &str, asked: Asked<'_>) -> Result<String, Stop> {
    let bytes = handed::read(None, MAIL_BYTES, &format!("write to {name}"), asked.screen)?;
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        Stop::Usage(format!("this is no UTF-8 text: byte {at} belongs to no character"))
    })
}
