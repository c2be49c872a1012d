//! Whose passes the own inbox takes: those of all contacts.

use mundi_identity::inbox::{Policy, hashed, inbox_of, pass};
use mundi_identity::limits::POLICY_PASSES;
use mundi_transport::wire::{Mailbox, Parcel};

use crate::home::{Home, HomeError};

/// The setting that holds the policy as brokers were told it last.
const POLICY: &str = "net policy";
/// Bits of work that this home asks of strangers: a tenth of a second of a core.
const BITS: u8 = 16;

impl Home {
    /// The policy of this device's inbox, for a broker. It has a new time only where something in it has
    /// changed, so that a broker that has it already says so.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn inbox_policy(&mut self, now: u64) -> Result<Parcel, HomeError> {
        let device = self.device()?;
        let mailbox = Mailbox::policy(inbox_of(&device.public()));
        let passes = self.passes()?;
        let known = self.store().setting(POLICY)?;
        if let Some(bytes) = known
            && let Ok(policy) = Policy::verify(&bytes)
            && policy.device == device.public()
            && policy.passes == passes
            && policy.bits == BITS
        {
            return Ok(Parcel::new(mailbox, bytes));
        }
        let policy = Policy { device: device.public(), at: now, bits: BITS, passes };
        let bytes = policy.sign(&device.key);
        self.write(|tx| tx.set_setting(POLICY, &bytes))?;
        Ok(Parcel::new(mailbox, bytes))
    }

    /// The hashes of the passes of all devices of all contacts, sorted.
    fn passes(&self) -> Result<Vec<[u8; 16]>, HomeError> {
        let device = self.device()?;
        let contacts = self.store().contacts()?;
        let mut passes = Vec::new();
        for contact in contacts {
            for other in self.store().contact_devices(&contact.fingerprint)? {
                let pass = pass(&device.key, &other.device, &device.public());
                passes.extend(pass.map(|pass| hashed(&pass)));
            }
        }
        passes.sort_unstable();
        passes.truncate(usize::try_from(POLICY_PASSES).unwrap_or(usize::MAX));
        Ok(passes)
    }
}
