//! What all commands that make a home have in common.

use std::path::PathBuf;

use mundi_identity::pgp::{PgpCert, PgpKey};
use mundi_identity::{DevicePublic, Phrase, identicon};
use mundi_node::clock;
use mundi_node::home::{self, Founding, Home, Keeping, MakingError};
use mundi_node::key_file::KeyFileError;
use mundi_node::passphrase::Passphrase;
use mundi_node::place::{Place, Surroundings};
use mundi_node::secret_file::SecretFileError;
use serde_json::json;

use super::super::home::{HomeArguments, of_home};
use super::grouped;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// The folder of a home that is to be made. If it is not, a folder that was not there before goes
/// again.
pub(super) struct Ground {
    place: Place,
    fresh: Option<PathBuf>,
}

impl Ground {
    /// Looks at the folder, and makes it where there is none.
    ///
    /// # Errors
    /// A home is there already, or the folder cannot be made.
    pub(super) fn take(arguments: &HomeArguments, screen: &Screen) -> Result<Self, Stop> {
        let folder = Place::folder_of(arguments.home.as_deref(), &Surroundings::of_process());
        let fresh = folder.ok().filter(|folder| !folder.exists());
        let place = arguments.new_place(screen)?;
        Ok(Self { place, fresh })
    }

    /// Where the home will be.
    pub(super) fn shown(&self) -> String {
        self.place.folder().display().to_string()
    }

    /// Makes the home.
    ///
    /// # Errors
    /// The key or the name cannot be used; the disk refuses. Nothing is left.
    pub(super) fn make(
        &mut self,
        keeping: Keeping<'_>,
        name: &str,
        phrase: Option<&Phrase>,
        screen: &Screen,
    ) -> Result<Home, Stop> {
        let seeds = phrase.map(home::device_seeds).unwrap_or_default();
        let root = phrase.map(|phrase| DevicePublic(phrase.root().public()));
        let founding = Founding { name, seeds, now: clock::now() };
        let home = home::make(&self.place, keeping, root, &founding);
        let home = home.map_err(|e| of_making(e, screen))?;
        self.fresh = None;
        Ok(home)
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        if let Some(folder) = &self.fresh {
            // Only an empty one goes.
            let _not_empty = std::fs::remove_dir(folder);
        }
    }
}

/// A key from a phrase, for somebody with a name.
///
/// # Errors
/// The name cannot stand in a key.
pub(super) fn key_of(phrase: &Phrase, name: &str, email: Option<&str>) -> Result<PgpKey, Stop> {
    let user_id = match email {
        Some(mail) => format!("{name} <{mail}>"),
        None => name.to_owned(),
    };
    PgpKey::from_seeds(&phrase.pgp(), &user_id).map_err(|e| Stop::Usage(e.to_string()))
}

/// The passphrase of a home that is made.
pub(super) fn new_passphrase(
    arguments: &HomeArguments,
    ground: &Ground,
    screen: &Screen,
) -> Result<Passphrase, Stop> {
    let why = format!("It protects the key of the home at {}", ground.shown());
    arguments.new_passphrase(&why, screen)
}

/// The name in a key; else the beginning of its fingerprint.
pub(super) fn name_in(cert: &PgpCert) -> String {
    let print = cert.fingerprint().to_string();
    let short = print.get(..8).unwrap_or(&print).to_owned();
    let found = cert.name().and_then(|text| name(&text).ok());
    found.unwrap_or(short)
}

/// Says what was made.
pub(super) fn said(home: &Home, ground: &Ground, json: bool, screen: &Screen) -> Answer {
    let (me, folder) = (home.me(), ground.shown());
    let failed = |e| of_home(e, screen);
    let name = home.name().map_err(failed)?;
    if json {
        let device = home.device().map_err(failed)?.public().to_string();
        let print = me.to_string();
        let said = json!({ "fingerprint": print, "name": name, "device": device, "home": folder });
        return screen.line(&said.to_string());
    }
    screen.answer(&format!(
        "{name}\n{}\n\n{}\n\
         Your home is {folder}. It knows no contacts and no conversations yet:\n\
         \x20 mundi id restore FILE     brings them from a backup\n\
         \x20 mundi import FILE         takes a conversation from a member's export\n\
         \x20 mundi id card             what others need to know you by\n",
        grouped(&me),
        identicon::text(&me)
    ))
}

fn of_making(error: MakingError, screen: &Screen) -> Stop {
    let text = error.to_string();
    match error {
        MakingError::Home(error) => of_home(error, screen),
        MakingError::Present(_) => Stop::Usage(text),
        MakingError::Key(KeyFileError::Pgp(_)) | MakingError::Secret(SecretFileError::Pgp(_)) => {
            screen.note(&format!("mundi: {text}\n"));
            Stop::No
        }
        MakingError::Key(_) | MakingError::Secret(_) | MakingError::Disk(..) => {
            Stop::Environment(text)
        }
    }
}

/// A `--name`: what others are shown.
pub(super) fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.len() > 128 || text.chars().any(char::is_control) {
        return Err("a name has 1 to 128 bytes on one line".into());
    }
    if text.contains(['<', '>']) {
        return Err("a name has no `<` and `>`; an address goes into --email".into());
    }
    Ok(text.to_owned())
}

/// An `--email`.
pub(super) fn email(text: &str) -> Result<String, String> {
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && !"<>".contains(c);
    let parts = text.split_once('@').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
    if parts && text.len() <= 128 && text.chars().all(plain) {
        return Ok(text.to_owned());
    }
    Err("an address is written `ann@example.org`".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_that_would_break_a_user_id_are_refused() {
        assert_eq!(name(" Ann Lee "), Ok("Ann Lee".into()));
        for wrong in ["", " ", "a\nb", "Ann <a@b>", &"x".repeat(129)] {
            assert!(name(wrong).is_err(), "{wrong}");
        }
        assert!(email("ann@example.org").is_ok());
        for wrong in ["ann", "@b", "a@", "a b@c", "a@b>", "a@\u{7}b"] {
            assert!(email(wrong).is_err(), "{wrong}");
        }
    }
}
