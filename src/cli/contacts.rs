//! `mundi contacts`: who is known here, under which name, and how sure that is.

mod add;
mod code;
mod described;
mod verify;

use std::path::PathBuf;

use mundi_node::clock;
use mundi_node::home::Home;
use serde_json::json;

use super::handed;
use super::home::{HomeArguments, of_home};
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Who you know: their keys, and whether you have made sure of them.
///
/// A `?` after a name says that nobody has made sure that the key is theirs: compare the code of
/// `mundi contacts code NAME` in person, then `mundi contacts verify NAME`.
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
    /// All of them; this is what `mundi contacts` alone does.
    List,
    /// Add somebody by their card or OpenPGP key, or bring them up to date by a newer one.
    Add(add::Arguments),
    /// Everything about one, with the picture of their key.
    Show {
        /// Their name here, their published name, or the beginning of their fingerprint.
        name: String,
    },
    /// Give one another name.
    Rename {
        /// Their name now.
        name: String,
        /// Their name from now on: small letters, digits and `_`.
        new: String,
    },
    /// Forget one. What they wrote stays.
    Remove {
        /// Their name.
        name: String,
    },
    /// Write one's card: their key and devices, to hand on.
    Export {
        /// Their name.
        name: String,
        /// Write to this file.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Show the code that both of you see alike, to be compared in person.
    Code(code::Arguments),
    /// Note that you have made sure of somebody.
    Verify(verify::Arguments),
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let mut home = arguments.home.enter(screen)?;
    let asked = Asked { now: clock::now(), json: arguments.json, screen };
    match arguments.what.as_ref().unwrap_or(&What::List) {
        What::List => list(&home, asked),
        What::Add(add) => add::run(&mut home, add, asked),
        What::Show { name } => {
            let contact = home.contact(name).map_err(|e| of_home(e, screen))?;
            show(&home, &contact, asked)
        }
        What::Rename { name, new } => {
            let contact = home.rename_contact(name, new).map_err(|e| of_home(e, screen))?;
            asked.say(&home, &contact, &format!("`{name}` is called `{new}` from now on"))
        }
        What::Remove { name } => {
            let contact = home.remove_contact(name).map_err(|e| of_home(e, screen))?;
            let print = contact.fingerprint;
            if asked.json {
                return screen.line(&json!({"removed": print.to_string()}).to_string());
            }
            screen.line(&format!("{name} is no contact any more ({print})"))
        }
        What::Export { name, out } => {
            let contact = home.contact(name).map_err(|e| of_home(e, screen))?;
            let card = home.card_of(&contact, asked.now).map_err(|e| of_home(e, screen))?;
            handed::write(out.as_deref(), &card.text(), screen)
        }
        What::Code(code) => code::run(&home, code, asked),
        What::Verify(verify) => verify::run(&mut home, verify, asked),
    }
}

/// How a command was asked: when, and how it is to answer.
#[derive(Clone, Copy)]
struct Asked<'a> {
    now: u64,
    json: bool,
    screen: &'a Screen,
}

impl Asked<'_> {
    /// One sentence for people, the whole contact for programs.
    fn say(self, home: &Home, contact: &mundi_node::store::Contact, words: &str) -> Answer {
        if self.json {
            return show(home, contact, self);
        }
        self.screen.line(words)
    }
}

fn list(home: &Home, asked: Asked<'_>) -> Answer {
    let contacts = home.store().contacts().map_err(|e| of_home(e.into(), asked.screen))?;
    let described = contacts.iter().map(|contact| described::of(home, contact, asked.now));
    let described = described.collect::<Result<Vec<_>, _>>();
    let described = described.map_err(|e| of_home(e, asked.screen))?;
    if asked.json {
        let all: Vec<_> = described.iter().map(described::Described::json).collect();
        return asked.screen.line(&json!({"contacts": all}).to_string());
    }
    if described.is_empty() {
        return asked
            .screen
            .line("no contacts yet; `mundi contacts add NAME FILE` adds one by their card");
    }
    asked.screen.answer(&described::table(&described))
}

fn show(home: &Home, contact: &mundi_node::store::Contact, asked: Asked<'_>) -> Answer {
    let described =
        described::of(home, contact, asked.now).map_err(|e| of_home(e, asked.screen))?;
    if asked.json {
        return asked.screen.line(&described.json().to_string());
    }
    asked.screen.answer(&described.page())
}

/// Where somebody is needed who answers, and nobody is there.
fn nobody_there(name: &str) -> Stop {
    Stop::Usage(format!(
        "nobody can be asked here; give what they read to you: `mundi contacts verify {name} CODE`, \
         or their whole fingerprint"
    ))
}
