//! The policy of an inbox: how much work it asks of strangers, and whose passes it takes.

use minicbor::Decoder;
use minicbor::decode::Error;

use super::{exactly, inbox_of, written};
use crate::device::{DeviceKey, DevicePublic};
use crate::limits::POLICY_PASSES;
use crate::verify::verify;

/// Why bytes are no policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Not the bytes of a policy.
    #[error("the policy is not in its one form")]
    Form,
    /// Not signed by the device that it names.
    #[error("the policy is not signed by the device of the inbox")]
    Signature,
}

/// A policy; one that was read was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Whose inbox.
    pub device: DevicePublic,
    /// When it was made, in ms since 1970; the latest counts.
    pub at: u64,
    /// Zero bits of a stranger's stamp.
    pub bits: u8,
    /// The hashes of the passes that it takes.
    pub passes: Vec<[u8; 16]>,
}

impl Policy {
    /// The inbox that it is for.
    #[must_use]
    pub fn inbox(&self) -> [u8; 16] {
        inbox_of(&self.device)
    }

    /// Signs it, by the key of its device.
    #[must_use]
    pub fn sign(&self, key: &DeviceKey) -> Vec<u8> {
        let signature = key.sign(&self.signed());
        let mut out = self.fields(5);
        out.extend(written(|to| {
            let _ = to.bytes(&signature);
        }));
        out
    }

    /// Reads and verifies one.
    ///
    /// # Errors
    /// Each says why.
    pub fn verify(bytes: &[u8]) -> Result<Self, PolicyError> {
        let (policy, signature) = read(bytes).map_err(|_| PolicyError::Form)?;
        let message = policy.signed();
        verify(&policy.device, &message, &signature).map_err(|_| PolicyError::Signature)?;
        Ok(policy)
    }

    fn signed(&self) -> Vec<u8> {
        [b"mundi.policy.1".as_slice(), &self.fields(4)].concat()
    }

    fn fields(&self, of: u64) -> Vec<u8> {
        written(|to| {
            let _ = to.array(of).and_then(|to| {
                to.bytes(&self.device.0)?.u64(self.at)?.u8(self.bits)?;
                to.array(self.passes.len() as u64)?;
                self.passes.iter().try_for_each(|pass| to.bytes(pass).map(|_| ()))
            });
        })
    }
}

fn read(bytes: &[u8]) -> Result<(Policy, [u8; 64]), Error> {
    let mut from = Decoder::new(bytes);
    if from.array()? != Some(5) {
        return Err(Error::message("five elements"));
    }
    let (device, at, bits) = (DevicePublic(exactly(&mut from)?), from.u64()?, from.u8()?);
    let count = from.array()?.ok_or(Error::message("a definite length"))?;
    if count > POLICY_PASSES {
        return Err(Error::message("too many passes"));
    }
    let passes = (0..count).map(|_| exactly(&mut from)).collect::<Result<_, _>>()?;
    let signature = exactly(&mut from)?;
    if from.position() != bytes.len() {
        return Err(Error::message("trailing"));
    }
    Ok((Policy { device, at, bits, passes }, signature))
}
