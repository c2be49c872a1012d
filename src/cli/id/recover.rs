//! `mundi id recover`: the identity of 24 words, anew.

use mundi_identity::Phrase;
use mundi_node::home::Keeping;

use super::super::home::HomeArguments;
use super::{making, words};
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Make the home of an identity anew from its 24 words.
///
/// The words are read from standard input, or asked for. The same words give the same keys on
/// every machine. What was said is not in them: `mundi id restore` brings it from a backup.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    home: HomeArguments,
    /// The name under which others are shown you. The words do not know it: give the same as
    /// before. Without one it is the beginning of the fingerprint.
    #[arg(long, value_name = "NAME", value_parser = making::name)]
    name: Option<String>,
    /// The address in the key, if there was one.
    #[arg(long, value_name = "MAIL", value_parser = making::email, requires = "name")]
    email: Option<String>,
    /// Write the answer as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let mut ground = making::Ground::take(&arguments.home, screen)?;
    let phrase = words::read(screen)?;
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => beginning(&phrase)?,
    };
    let key = making::key_of(&phrase, &name, arguments.email.as_deref())?;
    let passphrase = making::new_passphrase(&arguments.home, &ground, screen)?;
    let home =
        ground.make(Keeping::Here(Box::new(key), &passphrase), &name, Some(&phrase), screen)?;
    making::said(&home, &ground, arguments.json, screen)
}

/// The beginning of the fingerprint, as a name.
fn beginning(phrase: &Phrase) -> Result<String, Stop> {
    // The fingerprint does not depend on the name.
    let print = making::key_of(phrase, "nobody", None)?.cert().fingerprint().to_string();
    Ok(print.get(..8).unwrap_or(&print).to_owned())
}
