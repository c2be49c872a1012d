//! `mundi id import`: a key that GnuPG has made becomes an identity.

use std::io::Read;
use std::path::{Path, PathBuf};

use mundi_identity::limits::PGP_KEY_BYTES;
use mundi_identity::pgp::{PgpError, PgpKey};
use mundi_node::clock;
use mundi_node::home::Keeping;
use mundi_node::limits::PASSPHRASE_TRIES;
use mundi_node::passphrase::{Passphrase, Question};
use zeroize::Zeroizing;

use super::super::home::HomeArguments;
use super::making::{self, Ground};
use crate::files;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Make a home for an OpenPGP key that you have: `gpg --export-secret-keys --armor ID | mundi id import -`.
///
/// The passphrase of the key becomes that of the home; a key without one gets a new one. The home
/// holds a copy of the key. To leave it in GnuPG, use `mundi id gnupg`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    home: HomeArguments,
    /// The secret key, armored or binary; `-` is standard input.
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
    /// The name under which others are shown you; else the one in the key.
    #[arg(long, value_name = "NAME", value_parser = making::name)]
    name: Option<String>,
    /// Write the answer as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let mut ground = Ground::take(&arguments.home, screen)?;
    let bytes = read(&arguments.file)?;
    let (key, passphrase) = unlocked(&bytes, arguments, &ground, screen)?;
    key.cert().usable(clock::now()).map_err(|e| refused(&e, screen))?;
    let name = arguments.name.clone().unwrap_or_else(|| making::name_in(&key.cert()));
    let home = ground.make(Keeping::Here(Box::new(key), &passphrase), &name, None, screen)?;
    making::said(&home, &ground, arguments.json, screen)
}

/// The key's bytes: of a file, or of standard input.
fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Stop> {
    let most = PGP_KEY_BYTES as u64;
    if path != Path::new("-") {
        return Ok(Zeroizing::new(files::read_bytes(path, most)?));
    }
    let mut bytes = Zeroizing::new(Vec::new());
    let read = std::io::stdin().lock().take(most.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|e| Stop::Environment(format!("standard input cannot be read: {e}")))?;
    Ok(bytes)
}

/// The key, and the passphrase that the home will have.
fn unlocked(
    bytes: &[u8],
    arguments: &Arguments,
    ground: &Ground,
    screen: &Screen,
) -> Result<(PgpKey, Passphrase), Stop> {
    match PgpKey::import(bytes, None) {
        Ok(key) => Ok((key, making::new_passphrase(&arguments.home, ground, screen)?)),
        Err(PgpError::PassphraseNeeded) => by_passphrase(bytes, &arguments.home, screen),
        Err(other) => Err(refused(&other, screen)),
    }
}

/// Asks for the key's passphrase: a person a few times, a descriptor once.
fn by_passphrase(
    bytes: &[u8],
    home: &HomeArguments,
    screen: &Screen,
) -> Result<(PgpKey, Passphrase), Stop> {
    let why = "The key that is imported has a passphrase; the home will have the same one";
    let most = if home.passphrase_fd.is_some() { 1 } else { PASSPHRASE_TRIES };
    let mut wrong = None;
    for last in (1..=most).map(|n| n == most) {
        let question = Question { why, prompt: "Passphrase of the key", wrong };
        let passphrase = home.passphrase(&question, screen)?;
        match PgpKey::import(bytes, Some(passphrase.bytes())) {
            Ok(key) => return Ok((key, passphrase)),
            Err(PgpError::Passphrase | PgpError::PassphraseNeeded) if !last => {
                wrong = Some("that was wrong; once more");
            }
            Err(PgpError::PassphraseNeeded) => return Err(refused(&PgpError::Passphrase, screen)),
            Err(other) => return Err(refused(&other, screen)),
        }
    }
    Err(refused(&PgpError::Passphrase, screen))
}

fn refused(error: &PgpError, screen: &Screen) -> Stop {
    screen.note(&format!("mundi: {error}\n"));
    Stop::No
}
