//! The log that is given beside a certificate: its entries, verified, and the revocations in it.

use mundi_engine::entry::Verified;
use mundi_engine::outcome::{Refusal, VerifyError};
use mundi_engine::rekeying::{self, REKEY};
use mundi_identity::Revocation;
use mundi_node::pool;

/// A log of which every entry verifies.
pub struct Beside {
    /// The entries, as they stand in it.
    pub entries: Vec<Verified>,
    /// Revocations in its `rekey` entries. Each is signed by its person, so the verdict on its entry
    /// does not matter.
    pub revocations: Vec<Revocation>,
}

impl Beside {
    /// Reads an exported log.
    ///
    /// # Errors
    /// `bad-log`: which entry does not verify.
    pub fn read(log: &[u8]) -> Result<Self, VerifyError> {
        let bad = |text: String| VerifyError::new(Refusal::BadLog, format!("the log: {text}"));
        let bytes = mundi_engine::log::split(log).map_err(bad)?;
        let mut entries = Vec::with_capacity(bytes.len());
        let mut wrong = None;
        // The batches' coefficients come from all that is in them; a known seed gives nothing away.
        pool::verified(&bytes, pool::cores(), &[0; 32], |n, answer| match answer {
            Ok(entry) => entries.push(entry),
            Err(e) => {
                let number = n.saturating_add(1);
                let text = format!("entry {number} does not verify ({}): {e}", e.code().as_str());
                wrong.get_or_insert(text);
            }
        });
        if let Some(wrong) = wrong {
            return Err(bad(wrong));
        }
        let revocations = entries
            .iter()
            .filter(|entry| entry.message() == REKEY)
            .filter_map(|entry| rekeying::read(entry).ok())
            .flat_map(|rekeying| rekeying.revoked)
            .collect();
        Ok(Self { entries, revocations })
    }
}
