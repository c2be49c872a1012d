//! What holds the person's secret key while a home is unlocked.

use std::fmt;

use mundi_identity::Fingerprint;
use mundi_identity::pgp::{Keyholder, PgpCert, PgpError, PgpKey};
use zeroize::Zeroizing;

use crate::agent::AgentKey;

/// The secret key, wherever it is. It is a [`Keyholder`], so that most need not look.
pub enum Holder {
    /// In this process, after the passphrase was given.
    Key(Box<PgpKey>),
    /// In the agent, which signs and opens for us and hands the key to nobody.
    Agent(Box<AgentKey>),
    /// In a keyring outside the home: GnuPG.
    Outside(Box<dyn Keyholder>),
}

impl Holder {
    fn inner(&self) -> &dyn Keyholder {
        match self {
            Holder::Key(key) => key.as_ref(),
            Holder::Agent(key) => key.as_ref(),
            Holder::Outside(key) => key.as_ref(),
        }
    }
}

impl Keyholder for Holder {
    fn cert(&self) -> &PgpCert {
        self.inner().cert()
    }

    fn sign_detached(&self, data: &[u8], at: u64) -> Result<Vec<u8>, PgpError> {
        self.inner().sign_detached(data, at)
    }

    fn sign_message(&self, plaintext: &[u8], at: u64) -> Result<Vec<u8>, PgpError> {
        self.inner().sign_message(plaintext, at)
    }

    fn decrypt(&self, message: &[u8]) -> Result<Zeroizing<Vec<u8>>, PgpError> {
        self.inner().decrypt(message)
    }
}

impl fmt::Debug for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match self {
            Holder::Key(_) => "in memory",
            Holder::Agent(_) => "in the agent",
            Holder::Outside(_) => "in a keyring",
        };
        write!(f, "Holder({place})")
    }
}

/// A keyring outside the home, for homes that have no file `key`.
pub trait Keyring {
    /// What holds the key that opens a message.
    ///
    /// # Errors
    /// There is no keyring, it has no such key, or its person refuses.
    fn for_message(&self, message: &[u8]) -> Result<Box<dyn Keyholder>, PgpError>;

    /// What holds a key that is known.
    ///
    /// # Errors
    /// As above.
    fn of(&self, fingerprint: &Fingerprint) -> Result<Box<dyn Keyholder>, PgpError>;
}

/// Where there is no keyring.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoKeyring;

impl NoKeyring {
    fn answer() -> PgpError {
        PgpError::Holder("this home's key is in GnuPG, which cannot be asked here".into())
    }
}

impl Keyring for NoKeyring {
    fn for_message(&self, _: &[u8]) -> Result<Box<dyn Keyholder>, PgpError> {
        Err(Self::answer())
    }

    fn of(&self, _: &Fingerprint) -> Result<Box<dyn Keyholder>, PgpError> {
        Err(Self::answer())
    }
}
