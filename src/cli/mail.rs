//! `mundi mail`: private messages.

mod list;
mod read;
pub(super) mod receive;
mod shown;
mod write;

use mundi_node::clock;
use mundi_node::home::Home;
use mundi_node::mail::Opened;
use mundi_node::store::MailNo;
use serde_json::json;

use super::home::{HomeArguments, of_home};
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Private messages: written for one person, sealed so that only they can read them.
///
/// A sealed message is an OpenPGP message, which `gpg -d` opens too. Hand it to its reader in any
/// way; they take it in with `mundi import FILE`, or paste it into
/// `mundi mail receive`. Messages go after 30 days, unless they are kept
/// (`mundi purge --period` sets another time).
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    home: HomeArguments,
    /// Answer in JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(clap::Subcommand)]
enum What {
    /// All messages, the oldest first; this is what `mundi mail` alone does.
    List,
    /// Write one, and give it out sealed.
    Write(write::Arguments),
    /// Take one in that somebody gave you.
    Receive(receive::Arguments),
    /// Show one.
    Read {
        /// Its number.
        number: i64,
    },
    /// Keep one for good: it is not purged.
    Keep {
        /// Its number.
        number: i64,
        /// Let it go again when its time comes.
        #[arg(long)]
        undo: bool,
    },
    /// Delete some, kept or not; what is deleted is overwritten.
    Delete {
        /// Their numbers.
        #[arg(required = true, value_name = "NUMBER")]
        numbers: Vec<i64>,
    },
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let mut home = arguments.home.enter(screen)?;
    let asked = Asked { now: clock::now(), json: arguments.json, screen };
    tidy(&mut home, asked)?;
    match arguments.what.as_ref().unwrap_or(&What::List) {
        What::List => list::run(&home, asked),
        What::Write(write) => write::run(&mut home, write, asked),
        What::Receive(receive) => receive::run(&mut home, receive, asked),
        What::Read { number } => read::run(&mut home, MailNo(*number), asked),
        What::Keep { number, undo } => keep(&mut home, MailNo(*number), !undo, asked),
        What::Delete { numbers } => delete(&mut home, numbers, asked),
    }
}

/// How a command was asked: when, and how it is to answer.
#[derive(Clone, Copy)]
struct Asked<'a> {
    now: u64,
    json: bool,
    screen: &'a Screen,
}

/// What is to be done whenever somebody looks at their messages: those whose time has come go,
/// and those that waited for somebody who is known now are opened.
fn tidy(home: &mut Home, asked: Asked<'_>) -> Result<(), Stop> {
    let Asked { now, screen, .. } = asked;
    home.purge_mail(now).map_err(|e| of_home(e, screen))?;
    let waited = home.open_waiting(now).map_err(|e| of_home(e, screen))?;
    opened(&waited, screen);
    Ok(())
}

/// Tells of messages that waited for their writer to be known.
pub(super) fn opened(opened: &Opened, screen: &Screen) {
    for number in &opened.arrived {
        let number = number.0;
        screen.note(&format!(
            "mundi: a message that waited for its writer is here: `mundi mail read {number}`\n"
        ));
    }
    for why in &opened.refused {
        screen.note(&format!("mundi: a message that waited: {why}\n"));
    }
}

/// There is no message of this number.
fn none(number: MailNo) -> Stop {
    Stop::Usage(format!("there is no message {}; `mundi mail list` shows them", number.0))
}

fn keep(home: &mut Home, number: MailNo, keep: bool, asked: Asked<'_>) -> Answer {
    let screen = asked.screen;
    let one = shown::one(home, number, screen)?;
    home.write(|tx| tx.set_mail_keep(number, keep)).map_err(|e| of_home(e.into(), screen))?;
    if asked.json {
        return screen.line(&json!({"number": number.0, "keep": keep}).to_string());
    }
    let goes = match (keep, one.mail.expires) {
        (true, _) => "stays until you delete it".into(),
        (false, None) => "stays, as no message is purged here".into(),
        (false, Some(at)) => format!("goes on {}", shown::day(at)),
    };
    screen.line(&format!("message {} {goes}", number.0))
}

fn delete(home: &mut Home, numbers: &[i64], asked: Asked<'_>) -> Answer {
    let screen = asked.screen;
    for number in numbers {
        // All of them or none.
        shown::one(home, MailNo(*number), screen)?;
    }
    for number in numbers {
        home.store().delete_mail(MailNo(*number)).map_err(|e| of_home(e.into(), screen))?;
    }
    if asked.json {
        return screen.line(&json!({"deleted": numbers}).to_string());
    }
    screen.line(
        match numbers {
            [_] => "1 message is deleted and overwritten".to_owned(),
            several => format!("{} messages are deleted and overwritten", several.len()),
        }
        .as_str(),
    )
}
