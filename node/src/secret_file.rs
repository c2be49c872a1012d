//! The file `secret`: the key of the database, encrypted to the person's OpenPGP key. The message
//! does not say whose key that is (`gpg --list-packets secret` shows key id 0), and `gpg -d secret`
//! opens it with that key only.
//!
//! In it: one byte that says the form, 1, and the 32 bytes of the key.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use mundi_identity::pgp::{self, Keyholder, PgpCert, PgpError};
use zeroize::Zeroizing;

use crate::limits::SECRET_BYTES;
use crate::private;
use crate::store::DbKey;

/// The form that is written.
const FORM: u8 = 1;

/// Why the database's key was not read or written.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// It is not there.
    #[error("{0} is not there: without it the database cannot be opened; put back a copy of it")]
    Missing(PathBuf),
    /// It was written for another key.
    #[error("{0} is not for this key: it belongs to another home, or to another person")]
    NotForThisKey(PathBuf),
    /// It is no such file, or bytes of it were changed.
    #[error("{path} is damaged ({why}): put back a copy of it")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A later version of the program wrote it.
    #[error("{path} has form {found}, and this version reads form {FORM}: use a newer mundi")]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its form.
        found: u8,
    },
    /// What holds the key refuses: GnuPG, or the agent.
    #[error("{0}")]
    Holder(String),
    /// The disk refuses.
    #[error("{path}: {why}", path = .0.display(), why = private::plain(.1))]
    Disk(PathBuf, #[source] io::Error),
    /// It cannot be encrypted to this key.
    #[error(transparent)]
    Pgp(PgpError),
}

/// Writes the database's key for a person's, whole or not at all. `at`: ms since 1970.
///
/// # Errors
/// The key cannot be encrypted to, or the disk refuses.
pub fn write(path: &Path, key: &DbKey, to: &PgpCert, at: u64) -> Result<(), SecretFileError> {
    let mut plain = Zeroizing::new([FORM; 33]);
    for (into, byte) in plain.iter_mut().skip(1).zip(key.as_bytes()) {
        *into = *byte;
    }
    let sealed = (|| {
        let inner = Zeroizing::new(pgp::literal(plain.as_slice())?);
        pgp::encrypt(&[to], &inner, at)
    })();
    let sealed = sealed.map_err(SecretFileError::Pgp)?;
    private::write(path, &sealed).map_err(|e| SecretFileError::Disk(path.to_path_buf(), e))
}

/// The file's bytes, still encrypted.
///
/// # Errors
/// It is not there, too large, or the disk refuses.
pub fn bytes(path: &Path) -> Result<Zeroizing<Vec<u8>>, SecretFileError> {
    private::read(path, SECRET_BYTES).map_err(|e| match e.kind() {
        ErrorKind::NotFound => SecretFileError::Missing(path.to_path_buf()),
        ErrorKind::FileTooLarge => damaged(path, "it is too large"),
        _ => SecretFileError::Disk(path.to_path_buf(), e),
    })
}

/// Reads the database's key with what holds the person's.
///
/// # Errors
/// It is not there, damaged, for another key, or from a newer version.
pub fn read(path: &Path, holder: &dyn Keyholder) -> Result<DbKey, SecretFileError> {
    let inner = holder.decrypt(&bytes(path)?).map_err(|e| match e {
        PgpError::NotForUs => SecretFileError::NotForThisKey(path.to_path_buf()),
        PgpError::Holder(why) => SecretFileError::Holder(why),
        other => damaged(path, &other.to_string()),
    })?;
    let opened = pgp::read(&inner, &[], 0).map_err(|e| damaged(path, &e.to_string()))?;
    parse(path, &opened.plaintext)
}

fn parse(path: &Path, plain: &[u8]) -> Result<DbKey, SecretFileError> {
    match plain.split_first() {
        Some((&FORM, key)) => match <&[u8; 32]>::try_from(key) {
            Ok(key) => Ok(DbKey::new(key)),
            Err(_) => Err(damaged(path, "it holds no key of 32 bytes")),
        },
        Some((&found, _)) if found > FORM => {
            Err(SecretFileError::Newer { path: path.to_path_buf(), found })
        }
        _ => Err(damaged(path, "it holds no key")),
    }
}

fn damaged(path: &Path, why: &str) -> SecretFileError {
    let why = why.lines().next().unwrap_or("").to_owned();
    SecretFileError::Damaged { path: path.to_path_buf(), why }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_file::tests::person;

    const AT: u64 = 1_700_000_000_000;

    fn written(n: u8) -> (tempfile::TempDir, PathBuf) {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("secret");
        write(&path, &DbKey::new(&[0x5a; 32]), &person(n).cert(), AT).unwrap();
        (temp, path)
    }

    #[test]
    fn it_opens_with_its_owners_key_only() {
        let (_temp, path) = written(1);
        assert_eq!(read(&path, &person(1)).unwrap().as_bytes(), &[0x5a; 32]);
        assert!(matches!(read(&path, &person(2)), Err(SecretFileError::NotForThisKey(_))));
    }

    #[test]
    fn it_names_nobody() {
        let (_temp, path) = written(1);
        let bytes = std::fs::read(&path).unwrap();
        let print = *b"Marker";
        assert!(!bytes.windows(print.len()).any(|w| w == print));
        // A public-key encrypted session key packet begins: tag, length, version 3, key id.
        assert_eq!(bytes.get(2..11), Some(&[3, 0, 0, 0, 0, 0, 0, 0, 0][..]), "{bytes:02x?}");
    }

    #[test]
    fn missing_damaged_and_newer_are_told_apart() {
        let (_temp, path) = written(1);
        let whole = std::fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        *flipped.last_mut().unwrap() ^= 1;
        let long = vec![0; SECRET_BYTES + 1];
        for damaged in [&flipped, &whole[..whole.len() - 1], b"", &long] {
            std::fs::write(&path, damaged).unwrap();
            let told = read(&path, &person(1)).map(|_| ());
            assert!(matches!(told, Err(SecretFileError::Damaged { .. })), "{told:?}");
        }
        for (plain, newer) in [(vec![2; 40], true), (vec![1; 32], false), (vec![], false)] {
            let inner = pgp::literal(&plain).unwrap();
            std::fs::write(&path, pgp::encrypt(&[&person(1).cert()], &inner, AT).unwrap()).unwrap();
            let told = read(&path, &person(1)).map(|_| ());
            assert_eq!(matches!(told, Err(SecretFileError::Newer { found: 2, .. })), newer);
            assert!(told.is_err());
        }
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(read(&path, &person(1)), Err(SecretFileError::Missing(_))));
    }
}
