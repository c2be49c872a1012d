//! `mundi id new`: a new identity, and its home.

use mundi_identity::{Phrase, identicon};
use mundi_node::home::{Home, Keeping};
use serde_json::json;
use zeroize::Zeroizing;

use super::super::home::{HomeArguments, of_home};
use super::{grouped, making, words};
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Make a new identity and its home; shows the 24 words that bring it back.
///
/// A new OpenPGP key, from 24 words that are shown once. The home keeps the key under a passphrase
/// and a database that is encrypted to the key.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    home: HomeArguments,
    /// The name under which others are shown you.
    #[arg(long, value_name = "NAME", value_parser = making::name)]
    name: String,
    /// An address to stand in the key, for mail programs. Everybody who gets your card reads it.
    #[arg(long, value_name = "MAIL", value_parser = making::email)]
    email: Option<String>,
    /// Write the answer as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let mut ground = making::Ground::take(&arguments.home, screen)?;
    let phrase = words::new()?;
    let key = making::key_of(&phrase, &arguments.name, arguments.email.as_deref())?;
    let passphrase = making::new_passphrase(&arguments.home, &ground, screen)?;
    let keeping = Keeping::Here(Box::new(key), &passphrase);
    let home = ground.make(keeping, &arguments.name, Some(&phrase), screen)?;
    if arguments.json {
        return as_json(&home, &phrase, &ground.shown(), screen);
    }
    as_text(&home, &phrase, &ground.shown(), screen)
}

fn as_text(home: &Home, phrase: &Phrase, folder: &str, screen: &Screen) -> Answer {
    let (me, table) = (home.me(), words::table(phrase));
    let name = home.name().map_err(|e| of_home(e, screen))?;
    screen.answer(&format!("{name}\n{}\n\n{}\n", grouped(&me), identicon::text(&me)))?;
    screen.answer("Write down these 24 words, in their order:\n\n")?;
    screen.answer(&table)?;
    screen.answer(&format!(
        "\nThey are shown this once: nothing on this machine holds them. Whoever has them is you, so\n\
         keep them on paper, where nobody else looks. They bring your identity back on any machine:\n\
         \x20 mundi id recover --name {}\n\n\
         Your home is {folder}. What now:\n\
         \x20 mundi id backup FILE      a copy of all that the words do not bring back\n\
         \x20 mundi id card             what others need to know you by\n",
        quoted(&name)
    ))
}

/// A word as a shell takes it.
fn quoted(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
    if plain { name.to_owned() } else { format!("'{}'", name.replace('\'', "'\\''")) }
}

fn as_json(home: &Home, phrase: &Phrase, folder: &str, screen: &Screen) -> Answer {
    let failed = |e| of_home(e, screen);
    let more = json!({
        "fingerprint": home.me().to_string(),
        "name": home.name().map_err(failed)?,
        "device": home.device().map_err(failed)?.public().to_string(),
        "home": folder,
    });
    // By hand: a JSON value would keep copies of the words.
    let head = more.to_string();
    let head = head.strip_suffix('}').ok_or_else(|| Stop::Environment("no JSON".into()))?;
    let words = phrase.words();
    let mut line = Zeroizing::new(String::with_capacity(head.len() + words.len() + 16));
    line.push_str(head);
    line.push_str(",\"words\":\"");
    line.push_str(&words);
    line.push_str("\"}\n");
    screen.answer(&line)
}
