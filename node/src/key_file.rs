//! The file `key`: the secret OpenPGP key, encrypted to a passphrase. It is an OpenPGP message, so
//! that `gpg -d key | gpg --import` takes the key out without this program.
//!
//! It holds nothing readable: no user id, no fingerprint. Absent where the key stays in GnuPG.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use mundi_identity::pgp::{self, PgpError, PgpKey};

use crate::limits::KEY_BYTES;
use crate::passphrase::Passphrase;
use crate::private;

/// Why the key was not read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It is not there.
    #[error("{0} is not there: the home has no key of its own")]
    Missing(PathBuf),
    /// The passphrase opens nothing.
    #[error("the passphrase is wrong")]
    Passphrase,
    /// It is no key file, or bytes of it were changed.
    #[error("{path} is damaged ({why}): put back a copy of it, or recover with the seed phrase")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The disk refuses.
    #[error("{path}: {why}", path = .0.display(), why = private::plain(.1))]
    Disk(PathBuf, #[source] io::Error),
    /// The key cannot be put into a message.
    #[error(transparent)]
    Pgp(PgpError),
}

/// Writes the key under a passphrase, whole or not at all.
///
/// # Errors
/// The disk refuses.
pub fn write(path: &Path, key: &PgpKey, passphrase: &Passphrase) -> Result<(), KeyFileError> {
    let secret = key.secret_bytes().map_err(KeyFileError::Pgp)?;
    let sealed = pgp::protect(passphrase.bytes(), &secret).map_err(KeyFileError::Pgp)?;
    private::write(path, &sealed).map_err(|e| KeyFileError::Disk(path.to_path_buf(), e))
}

/// Reads the key.
///
/// # Errors
/// It is not there, damaged, or under another passphrase.
pub fn read(path: &Path, passphrase: &Passphrase) -> Result<PgpKey, KeyFileError> {
    let damaged =
        |why: String| KeyFileError::Damaged { path: path.to_path_buf(), why: short(&why) };
    let bytes = private::read(path, KEY_BYTES).map_err(|e| match e.kind() {
        ErrorKind::NotFound => KeyFileError::Missing(path.to_path_buf()),
        ErrorKind::FileTooLarge => damaged("it is too large".into()),
        _ => KeyFileError::Disk(path.to_path_buf(), e),
    })?;
    let secret = pgp::unprotect(passphrase.bytes(), &bytes).map_err(|e| match e {
        PgpError::Passphrase | PgpError::EmptyPassphrase => KeyFileError::Passphrase,
        other => damaged(other.to_string()),
    })?;
    PgpKey::import(&secret, None).map_err(|e| damaged(e.to_string()))
}

/// The library's words, on one line.
fn short(why: &str) -> String {
    why.lines().next().unwrap_or("").to_owned()
}

#[cfg(test)]
pub(crate) mod tests {
    use mundi_identity::pgp::{Keyholder, PgpSeeds};
    use zeroize::Zeroizing;

    use super::*;

    pub(crate) fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(Zeroizing::new(text.as_bytes().to_vec()))
    }

    /// A person's key, told apart by a number.
    pub(crate) fn person(n: u8) -> PgpKey {
        let seed = |m: u8| Zeroizing::new([n.wrapping_mul(7).wrapping_add(m); 32]);
        let seeds = PgpSeeds { certify: seed(1), sign: seed(2), encrypt: seed(3) };
        PgpKey::from_seeds(&seeds, "Marker Person <marker@example.org>").unwrap()
    }

    #[test]
    fn what_is_written_is_read_with_the_passphrase_only() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("key");
        let key = person(1);
        write(&path, &key, &passphrase("sesame open")).unwrap();
        let read_back = read(&path, &passphrase("sesame open")).unwrap();
        assert_eq!(read_back.cert().fingerprint(), key.cert().fingerprint());
        assert!(read_back.sign_detached(b"x", 1_700_000_000_000).is_ok());
        for wrong in ["sesame oben", "", "sesame open "] {
            let told = read(&path, &passphrase(wrong));
            assert!(matches!(told, Err(KeyFileError::Passphrase)), "{wrong}: {told:?}");
        }
    }

    #[test]
    fn it_holds_nothing_readable() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("key");
        let key = person(1);
        write(&path, &key, &passphrase("sesame open")).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let holds = |what: &[u8]| bytes.windows(what.len()).any(|w| w == what);
        assert!(!holds(b"Marker") && !holds(b"example") && !holds(b"sesame"));
        assert!(!holds(key.cert().fingerprint().as_bytes()));
    }

    #[test]
    fn a_missing_and_a_damaged_file_are_told_from_a_wrong_passphrase() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("key");
        let right = passphrase("sesame open");
        assert!(matches!(read(&path, &right), Err(KeyFileError::Missing(_))));
        write(&path, &person(1), &right).unwrap();
        let whole = std::fs::read(&path).unwrap();
        let middle = whole.len() / 2;
        let mut flipped = whole.clone();
        flipped[middle] ^= 1;
        let long = vec![0; KEY_BYTES + 1];
        for damaged in [&whole[..whole.len() - 1], &whole[..middle], &flipped, b"", b"text", &long]
        {
            std::fs::write(&path, damaged).unwrap();
            let told = read(&path, &right);
            assert!(matches!(told, Err(KeyFileError::Damaged { .. })), "{told:?}");
        }
    }
}
