//! `mundi id gnupg`: an identity whose key stays in GnuPG.

use mundi_node::clock;
use mundi_node::gnupg::{Choice, GnuPg, GnuPgError};
use mundi_node::home::Keeping;
use serde_json::json;

use super::super::home::HomeArguments;
use super::super::plain;
use super::grouped;
use super::making::{self, Ground};
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Make a home whose key stays in GnuPG; without KEYID, list the keys that can be chosen.
///
/// GnuPG signs and decrypts, and asks for the passphrase itself. The home has no copy of the key.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    home: HomeArguments,
    /// Which key: its fingerprint or the end of it (8 digits or more), or a part of a user id.
    #[arg(value_name = "KEYID")]
    key: Option<String>,
    /// The name under which others are shown you; else the one in the key.
    #[arg(long, value_name = "NAME", value_parser = making::name, requires = "key")]
    name: Option<String>,
    /// Write the answer as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let choices = GnuPg::choices(None, clock::now()).map_err(|e| of_gnupg(&e))?;
    let Some(meant) = &arguments.key else {
        arguments.home.harden(screen);
        return list(&choices, arguments.json, screen);
    };
    let choice = chosen(&choices, meant)?;
    if let Some(trouble) = &choice.trouble {
        screen.note(&format!("mundi: {trouble}\n"));
        return Err(Stop::No);
    }
    let mut ground = Ground::take(&arguments.home, screen)?;
    let key = GnuPg::open(None, &choice.cert.fingerprint()).map_err(|e| of_gnupg(&e))?;
    let name = arguments.name.clone().unwrap_or_else(|| making::name_in(&choice.cert));
    let home = ground.make(Keeping::Outside(Box::new(key)), &name, None, screen)?;
    making::said(&home, &ground, arguments.json, screen)
}

fn list(choices: &[Choice], json: bool, screen: &Screen) -> Answer {
    if json {
        let all: Vec<_> = choices.iter().map(as_json).collect();
        return screen.line(&format!("{:#}", json!({ "keys": all })));
    }
    if choices.is_empty() {
        return screen.line(
            "GnuPG has no secret key that can be used; make one with `gpg --quick-generate-key`, or \
             an identity without GnuPG: `mundi id new --name NAME`",
        );
    }
    for choice in choices {
        let cert = &choice.cert;
        let ids = user_ids(choice).join(", ");
        let print = grouped(&cert.fingerprint());
        screen.line(&format!("{print}  {:<9}  {ids}", cert.algorithm()))?;
        if let Some(trouble) = &choice.trouble {
            screen.line(&format!("    cannot be used: {trouble}"))?;
        }
    }
    screen.line("choose one: `mundi id gnupg KEYID`, with the last 16 digits or all of them")
}

fn user_ids(choice: &Choice) -> Vec<String> {
    choice.cert.user_ids().iter().map(|id| plain::line(id)).collect()
}

fn as_json(choice: &Choice) -> serde_json::Value {
    let cert = &choice.cert;
    json!({
        "fingerprint": cert.fingerprint().to_string(),
        "user_ids": cert.user_ids(),
        "algorithm": cert.algorithm(),
        "trouble": choice.trouble.as_ref().map(ToString::to_string),
    })
}

/// The one key that is meant.
fn chosen<'a>(choices: &'a [Choice], meant: &str) -> Result<&'a Choice, Stop> {
    let lower = meant.to_lowercase();
    let digits: String = lower.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = digits.strip_prefix("0x").unwrap_or(&digits);
    let by_print = |choice: &&Choice| {
        digits.len() >= 8 && choice.cert.fingerprint().to_string().ends_with(digits)
    };
    let by_name = |choice: &&Choice| {
        choice.cert.user_ids().iter().any(|id| id.to_lowercase().contains(&lower))
    };
    let mut found: Vec<&Choice> = choices.iter().filter(by_print).collect();
    if found.is_empty() {
        found = choices.iter().filter(by_name).collect();
    }
    match found.as_slice() {
        [one] => Ok(one),
        [] => Err(Stop::Usage(format!(
            "GnuPG has no secret key `{meant}`; `mundi id gnupg` lists those that it has"
        ))),
        several => {
            let prints: Vec<String> =
                several.iter().map(|c| c.cert.fingerprint().to_string()).collect();
            Err(Stop::Usage(format!("`{meant}` is more than one key: {}", prints.join(", "))))
        }
    }
}

fn of_gnupg(error: &GnuPgError) -> Stop {
    Stop::Environment(error.to_string())
}
