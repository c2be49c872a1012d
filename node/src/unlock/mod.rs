//! A home, unlocked: the person's key and the database's.
//!
//! The agent is asked first; where none runs, the person is asked for the passphrase, or the
//! keyring for its key.

mod gnupg;
mod holder;

use std::path::Path;

use mundi_identity::pgp::{Keyholder, PgpError};

pub use gnupg::GnuPgKeyring;
pub use holder::{Holder, Keyring, NoKeyring};

use crate::agent::{self, AgentError};
use crate::key_file::{self, KeyFileError};
use crate::limits::PASSPHRASE_TRIES;
use crate::passphrase::{Passphrase, PassphraseError, Question, Source, Wishes};
use crate::place::Place;
use crate::secret_file::{self, SecretFileError};
use crate::store::DbKey;

/// What opens everything in a home. Never printed; wiped when dropped.
pub struct Unlocked {
    /// What holds the person's secret key.
    pub keyholder: Holder,
    /// The key of the database.
    pub db_key: DbKey,
}

/// Why a home stays locked.
#[derive(Debug, thiserror::Error)]
pub enum UnlockError {
    /// There is none.
    #[error("there is no home at {0}: name another with `--home DIR`, or make one: `mundi id new`")]
    NoHome(std::path::PathBuf),
    /// The passphrase was not given.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    /// The file `key`.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The file `secret`.
    #[error(transparent)]
    Secret(#[from] SecretFileError),
    /// The keyring.
    #[error(transparent)]
    Keyring(PgpError),
    /// The agent runs, and does not do its work.
    #[error(transparent)]
    Agent(#[from] AgentError),
}

/// Unlocks a home: by its agent, where one runs, else by asking.
///
/// # Errors
/// The person gives no passphrase or a wrong one; a file is missing or damaged.
pub fn unlock(
    place: &Place,
    wishes: Wishes,
    keyring: &dyn Keyring,
) -> Result<Unlocked, UnlockError> {
    if !place.is_home() {
        return Err(UnlockError::NoHome(place.folder().to_path_buf()));
    }
    match agent::unlocked(place, keyring)? {
        Some(unlocked) => Ok(unlocked),
        None => by_asking(place, wishes, keyring),
    }
}

/// Unlocks a home by asking the person, also where an agent runs: for what only the key itself can
/// do, and for what its owner must want now.
///
/// # Errors
/// As [`unlock`].
pub fn by_asking(
    place: &Place,
    wishes: Wishes,
    keyring: &dyn Keyring,
) -> Result<Unlocked, UnlockError> {
    if !place.is_home() {
        return Err(UnlockError::NoHome(place.folder().to_path_buf()));
    }
    // Looked at before anybody is asked: a passphrase would be of no use without it.
    let secret = secret_file::bytes(&place.secret())?;
    let keyholder = if place.key().exists() {
        Holder::Key(Box::new(asked(place, &Source::choose(wishes)?)?))
    } else {
        Holder::Outside(keyring.for_message(&secret).map_err(|e| match e {
            PgpError::NotForUs => SecretFileError::NotForThisKey(place.secret()).into(),
            other => UnlockError::Keyring(other),
        })?)
    };
    with(place, keyholder)
}

/// Unlocks a home with a passphrase that is known already.
///
/// # Errors
/// It is wrong; a file is missing or damaged.
pub fn by_passphrase(place: &Place, passphrase: &Passphrase) -> Result<Unlocked, UnlockError> {
    with(place, Holder::Key(Box::new(key_file::read(&place.key(), passphrase)?)))
}

fn with(place: &Place, keyholder: Holder) -> Result<Unlocked, UnlockError> {
    let db_key = secret_file::read(&place.secret(), &keyholder as &dyn Keyholder)?;
    Ok(Unlocked { keyholder, db_key })
}

/// Asks for the passphrase until it is right: a person a few times, a descriptor once.
fn asked(place: &Place, source: &Source) -> Result<mundi_identity::pgp::PgpKey, UnlockError> {
    let why = format!("To open the home at {}", shown(place.folder()));
    let mut wrong = None;
    for last in tries(source) {
        let question = Question { why: &why, prompt: "Passphrase", wrong };
        match key_file::read(&place.key(), &source.ask(&question)?) {
            Err(KeyFileError::Passphrase) if !last => wrong = Some("that was wrong; once more"),
            other => return Ok(other?),
        }
    }
    Err(KeyFileError::Passphrase.into())
}

/// For each try, whether it is the last.
fn tries(source: &Source) -> impl Iterator<Item = bool> {
    let most = if source.is_person() { PASSPHRASE_TRIES } else { 1 };
    (1..=most).map(move |n| n == most)
}

/// A path on one line, whatever is in its name.
fn shown(path: &Path) -> String {
    path.display().to_string().replace(char::is_control, "?")
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::fd::AsRawFd;

    use super::*;
    use crate::key_file::tests::{passphrase, person};
    use crate::place::Surroundings;

    fn home(temp: &Path) -> Place {
        let place = Place::make(Some(temp), &Surroundings::default()).unwrap();
        let key = person(1);
        key_file::write(&place.key(), &key, &passphrase("sesame open")).unwrap();
        let db_key = DbKey::new(&[9; 32]);
        secret_file::write(&place.secret(), &db_key, &key.cert(), 1_700_000_000_000).unwrap();
        place
    }

    fn by(place: &Place, line: &[u8]) -> Result<Unlocked, UnlockError> {
        let (reader, mut writer) = std::io::pipe().unwrap();
        writer.write_all(line).unwrap();
        let wishes = Wishes { descriptor: Some(reader.as_raw_fd()), pinentry: false };
        unlock(place, wishes, &NoKeyring)
    }

    #[test]
    fn the_passphrase_opens_both_keys_and_a_wrong_one_nothing() {
        let temp = tempfile::tempdir().unwrap();
        let place = home(temp.path());
        let open = by(&place, b"sesame open\n").unwrap();
        assert_eq!(open.db_key.as_bytes(), &[9; 32]);
        assert!(matches!(open.keyholder, Holder::Key(_)));
        assert_eq!(open.keyholder.cert().fingerprint(), person(1).cert().fingerprint());
        let wrong = by(&place, b"sesame\nsesame open\n").map(|_| ());
        assert!(matches!(wrong, Err(UnlockError::Key(KeyFileError::Passphrase))), "{wrong:?}");
    }

    #[test]
    fn nobody_is_asked_where_the_answer_would_be_of_no_use() {
        let temp = tempfile::tempdir().unwrap();
        let place = home(temp.path());
        std::fs::write(place.database(), "").unwrap();
        std::fs::remove_file(place.secret()).unwrap();
        let told = by(&place, b"");
        assert!(matches!(told, Err(UnlockError::Secret(SecretFileError::Missing(_)))));
        std::fs::remove_file(place.database()).unwrap();
        assert!(matches!(by(&place, b""), Err(UnlockError::NoHome(_))));
    }

    #[test]
    fn a_home_without_a_key_asks_the_keyring() {
        let temp = tempfile::tempdir().unwrap();
        let place = home(temp.path());
        std::fs::remove_file(place.key()).unwrap();
        assert!(matches!(by(&place, b""), Err(UnlockError::Keyring(PgpError::Holder(_)))));
        let open = unlock(&place, Wishes::default(), &Ring).unwrap();
        assert!(matches!(open.keyholder, Holder::Outside(_)));
        assert_eq!(open.db_key.as_bytes(), &[9; 32]);
    }

    struct Ring;

    impl Keyring for Ring {
        fn for_message(&self, _: &[u8]) -> Result<Box<dyn Keyholder>, PgpError> {
            Ok(Box::new(person(1)))
        }

        fn of(&self, _: &mundi_identity::Fingerprint) -> Result<Box<dyn Keyholder>, PgpError> {
            Ok(Box::new(person(1)))
        }
    }
}
