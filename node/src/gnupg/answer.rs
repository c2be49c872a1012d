//! What gpg answered, and what its status lines mean (GnuPG's doc/DETAILS).

use mundi_identity::Fingerprint;
use mundi_identity::pgp::PgpError;
use zeroize::Zeroizing;

/// Why GnuPG did not do something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GnuPgError {
    /// No program of that name.
    #[error("there is no `gpg` here; install GnuPG, or import the key: `gpg --export-secret-keys`")]
    Missing,
    /// It could not be started, or its pipes broke.
    #[error("gpg could not be run: {0}")]
    Start(String),
    /// No such secret key.
    #[error("GnuPG has no secret key {0}; `gpg --list-secret-keys` shows those that it has")]
    NoKey(Fingerprint),
    /// The secret key is not there (any more): removed, or on a card that is not inserted.
    #[error("GnuPG does not have the secret key, or its card is not inserted")]
    NoSecret,
    /// The passphrase was wrong too often.
    #[error("GnuPG says that the passphrase is wrong")]
    Passphrase,
    /// The user closed the window that asked.
    #[error("the question for the passphrase was cancelled")]
    Cancelled,
    /// Nothing can ask for the passphrase.
    #[error(
        "GnuPG cannot ask for the passphrase: install a pinentry, and on a terminal set \
         GPG_TTY=$(tty)"
    )]
    NoPinentry,
    /// The agent does not answer.
    #[error("GnuPG's agent does not answer; try `gpgconf --kill gpg-agent`")]
    NoAgent,
    /// The key has expired or was revoked.
    #[error("GnuPG says that the key cannot be used: it is expired or revoked")]
    Unusable,
    /// The message is not for this key.
    #[error("the message is not encrypted to a key that GnuPG has")]
    NotForUs,
    /// With several hidden recipients GnuPG does not say why.
    #[error(
        "GnuPG did not decrypt it: the passphrase was wrong, the question was cancelled, or the \
         message is for somebody else"
    )]
    NotDecrypted,
    /// More output than there may be.
    #[error("gpg's answer is too large")]
    TooLarge,
    /// What it gave is not what it should be.
    #[error(transparent)]
    Pgp(#[from] PgpError),
    /// Something else; the number is libgpg-error's.
    #[error("gpg failed ({0})")]
    Failed(String),
}

impl From<GnuPgError> for PgpError {
    fn from(error: GnuPgError) -> Self {
        match error {
            GnuPgError::Passphrase => Self::Passphrase,
            GnuPgError::NotForUs => Self::NotForUs,
            GnuPgError::Pgp(inner) => inner,
            other => Self::Holder(other.to_string()),
        }
    }
}

/// The output and the status lines of one run.
pub(super) struct Answer {
    pub(super) out: Zeroizing<Vec<u8>>,
    /// Without "[GNUPG:] ".
    pub(super) status: Vec<String>,
    pub(super) good: bool,
}

impl Answer {
    fn has(&self, keyword: &str) -> bool {
        self.status.iter().any(|line| line.split(' ').next() == Some(keyword))
    }

    /// Whether the run said that it has done its work.
    pub(super) fn require(&self, keyword: &str) -> Result<(), GnuPgError> {
        if self.has(keyword) { Ok(()) } else { Err(self.trouble()) }
    }

    /// Whose key (by its primary part) decrypted a message, where GnuPG says so.
    pub(super) fn decrypted_by(&self) -> Option<Fingerprint> {
        let line = self.status.iter().find_map(|line| line.strip_prefix("DECRYPTION_KEY "))?;
        super::fingerprint(line.split(' ').nth(1)?)
    }

    /// Why it has not.
    pub(super) fn trouble(&self) -> GnuPgError {
        // Numbers of errors stand last in FAILURE and ERROR, or second in INV_SGNR.
        let mut found = None;
        for line in &self.status {
            let mut words = line.split(' ');
            let number = match words.next() {
                Some("FAILURE" | "ERROR") => words.nth(1),
                Some("INV_SGNR") => words.next(),
                _ => None,
            };
            // The low 16 bits are the error, the others say who found it.
            let Some(number) = number.and_then(|n| n.parse::<u64>().ok()) else { continue };
            match known(number & 0xffff) {
                Some(error) => return error,
                None if found.is_none() => found = Some(line.clone()),
                None => {}
            }
        }
        if self.has("BAD_PASSPHRASE") {
            return GnuPgError::Passphrase;
        }
        if self.has("NO_SECKEY") && self.has("PINENTRY_LAUNCHED") {
            return GnuPgError::NotDecrypted;
        }
        if self.has("NO_SECKEY") || self.has("DECRYPTION_FAILED") {
            return GnuPgError::NotForUs;
        }
        if self.has("NODATA") || self.has("BADMDC") || self.has("UNEXPECTED") {
            return PgpError::Damaged("GnuPG cannot read it").into();
        }
        GnuPgError::Failed(found.unwrap_or_else(|| "it did not say why".to_owned()))
    }
}

/// The errors of libgpg-error that have a meaning of their own here.
fn known(number: u64) -> Option<GnuPgError> {
    Some(match number {
        11 | 31 | 87 => GnuPgError::Passphrase,
        99 | 198 => GnuPgError::Cancelled,
        85 | 86 => GnuPgError::NoPinentry,
        77..=79 => GnuPgError::NoAgent,
        17 | 9 | 108 | 110..=112 => GnuPgError::NoSecret,
        53 | 54 | 94 | 153 => GnuPgError::Unusable,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trouble(status: &[&str]) -> GnuPgError {
        let status = status.iter().map(|line| (*line).to_owned()).collect();
        Answer { out: Zeroizing::default(), status, good: false }.trouble()
    }

    #[test]
    fn status_lines_become_reasons() {
        for (status, expected) in [
            (&["KEY_CONSIDERED X 0", "FAILURE sign 67108875"][..], GnuPgError::Passphrase),
            (&["FAILURE sign 83886179"], GnuPgError::Cancelled),
            (&["ERROR pkdecrypt_failed 83886179", "DECRYPTION_FAILED"], GnuPgError::Cancelled),
            (&["ERROR pkdecrypt_failed 11", "DECRYPTION_FAILED"], GnuPgError::Passphrase),
            (&["INV_SGNR 9 ABCD", "FAILURE sign 17"], GnuPgError::NoSecret),
            (&["FAILURE sign 67108949"], GnuPgError::NoPinentry),
            (&["ENC_TO 0 18 0", "NO_SECKEY 0", "DECRYPTION_FAILED"], GnuPgError::NotForUs),
            (&["PINENTRY_LAUNCHED 3", "NO_SECKEY 0"], GnuPgError::NotDecrypted),
            (&["FAILURE sign 67108865"], GnuPgError::Failed("FAILURE sign 67108865".to_owned())),
            (&[], GnuPgError::Failed("it did not say why".to_owned())),
        ] {
            assert_eq!(trouble(status), expected, "{status:?}");
        }
        assert!(matches!(trouble(&["NODATA 3"]), GnuPgError::Pgp(PgpError::Damaged(_))));
    }
}
