//! How a passphrase is asked: from a descriptor, at the terminal, or by pinentry. Never an
//! argument of a process and never its environment, where others can read it.
//!
//! Invariant: what was typed lies in memory that is wiped, and is printed by nothing.

mod descriptor;
mod pinentry;
mod source;
mod terminal;

use std::fmt;
use std::io;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::limits::{PASSPHRASE_BYTES, PASSPHRASE_LEAST};

pub use source::{Question, Source, Wishes};

/// A passphrase, as it was given.
pub struct Passphrase(Zeroizing<Vec<u8>>);

impl Passphrase {
    /// Takes what is in a buffer.
    #[must_use]
    pub fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether it may protect something new.
    ///
    /// # Errors
    /// It is empty or too short.
    pub fn fit(self) -> Result<Self, PassphraseError> {
        match String::from_utf8_lossy(&self.0).chars().count() {
            0 => Err(PassphraseError::Empty),
            n if n < PASSPHRASE_LEAST => Err(PassphraseError::Short),
            _ => Ok(self),
        }
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// Why there is no passphrase.
#[derive(Debug, thiserror::Error)]
pub enum PassphraseError {
    /// Nobody can be asked.
    #[error(
        "the passphrase cannot be asked here: there is no terminal; give it on a descriptor \
         (`--passphrase-fd 3 3<FILE`), or use `--pinentry`"
    )]
    Nobody,
    /// The person does not want to.
    #[error("no passphrase was given; nothing is changed")]
    Cancelled,
    /// A new one must not be empty.
    #[error(
        "an empty passphrase protects nothing; choose one of at least {PASSPHRASE_LEAST} characters"
    )]
    Empty,
    /// A new one must not be guessed.
    #[error("this passphrase is too short: it needs at least {PASSPHRASE_LEAST} characters")]
    Short,
    /// The two are not the same.
    #[error("the two passphrases differ; nothing is changed")]
    Differ,
    /// More than [`PASSPHRASE_BYTES`] bytes.
    #[error("a passphrase has at most {PASSPHRASE_BYTES} bytes")]
    Long,
    /// `--passphrase-fd` names what cannot be read.
    #[error(
        "descriptor {number} cannot be read: {why}; open it for mundi: `--passphrase-fd {number} {number}<FILE`"
    )]
    Descriptor {
        /// Its number.
        number: i32,
        /// Why not.
        why: String,
    },
    /// The descriptor holds nothing.
    #[error("descriptor {0} holds no passphrase: its first line is the passphrase")]
    Nothing(i32),
    /// The terminal fails.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] io::Error),
    /// There is no pinentry.
    #[error("no pinentry was found: install one, name it in MUNDI_PINENTRY, or use a terminal")]
    NoPinentry,
    /// Pinentry fails.
    #[error("{program} cannot be used: {why}", program = .program.display())]
    Pinentry {
        /// The program.
        program: PathBuf,
        /// Why not.
        why: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Passphrase {
        Passphrase::new(Zeroizing::new(text.as_bytes().to_vec()))
    }

    #[test]
    fn a_new_one_has_eight_characters() {
        assert!(matches!(of("").fit(), Err(PassphraseError::Empty)));
        assert!(matches!(of("1234567").fit(), Err(PassphraseError::Short)));
        assert!(matches!(of("äöüäöüä").fit(), Err(PassphraseError::Short)), "seven, not fourteen");
        assert_eq!(of("12345678").fit().unwrap().bytes(), b"12345678");
    }

    #[test]
    fn it_is_not_printed() {
        assert_eq!(format!("{:?}", of("sesame open")), "Passphrase(…)");
    }
}
