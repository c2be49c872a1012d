//! GnuPG as the keyring of homes that have no key of their own.

use std::path::PathBuf;
use std::time::SystemTime;

use mundi_identity::Fingerprint;
use mundi_identity::pgp::{Keyholder, PgpError};

use super::Keyring;
use crate::gnupg::GnuPg;

/// The keys that GnuPG holds.
#[derive(Clone, Debug, Default)]
pub struct GnuPgKeyring {
    /// GnuPG's folder; `None`: where it looks by itself.
    pub home: Option<PathBuf>,
}

impl Keyring for GnuPgKeyring {
    /// A home does not say whose it is: GnuPG's keys are tried one after another, those first that
    /// can be an identity today. Of several that cannot, the first that says why is believed.
    fn for_message(&self, message: &[u8]) -> Result<Box<dyn Keyholder>, PgpError> {
        let mut why = PgpError::NotForUs;
        for choice in GnuPg::choices(self.home.as_deref(), now())? {
            let key = GnuPg::open(self.home.as_deref(), &choice.cert.fingerprint())?;
            match key.decrypt(message) {
                Ok(_) => return Ok(Box::new(key)),
                Err(e) if why == PgpError::NotForUs => why = e,
                Err(_) => {}
            }
        }
        Err(why)
    }

    fn of(&self, fingerprint: &Fingerprint) -> Result<Box<dyn Keyholder>, PgpError> {
        Ok(Box::new(GnuPg::open(self.home.as_deref(), fingerprint)?))
    }
}

/// In ms since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
