//! A parcel: an envelope with where it goes, until when it is worth keeping, and why it may come.

use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};

use super::{Kind, Mailbox, Wire, WireError, at_most};
use crate::limits;

/// What is put into a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Parcel {
    #[n(0)]
    kind: Kind,
    #[n(1)]
    name: ByteArray<16>,
    /// When it may be forgotten, in ms since 1970; 0: as late as anything.
    #[n(2)]
    pub expires: u64,
    #[n(3)]
    proof: ByteVec,
    #[n(4)]
    envelope: ByteVec,
}

impl Parcel {
    /// An envelope for a mailbox, without a proof.
    #[must_use]
    pub fn new(mailbox: Mailbox, envelope: Vec<u8>) -> Self {
        Self {
            kind: mailbox.kind,
            name: mailbox.name.into(),
            expires: 0,
            proof: Vec::new().into(),
            envelope: envelope.into(),
        }
    }

    /// The same with a stamp or a pass.
    #[must_use]
    pub fn with_proof(mut self, proof: Vec<u8>) -> Self {
        self.proof = proof.into();
        self
    }

    /// Where it goes.
    #[must_use]
    pub fn mailbox(&self) -> Mailbox {
        Mailbox { kind: self.kind, name: *self.name }
    }

    /// A stamp of 8 bytes, a pass of 16, or nothing.
    #[must_use]
    pub fn proof(&self) -> &[u8] {
        &self.proof
    }

    /// What is in it, sealed.
    #[must_use]
    pub fn envelope(&self) -> &[u8] {
        &self.envelope
    }

    /// The envelope itself.
    #[must_use]
    pub fn into_envelope(self) -> Vec<u8> {
        self.envelope.into()
    }

    /// SHA-256 of the envelope: its name everywhere.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.envelope()).into()
    }
}

impl Wire for Parcel {
    fn within(&self) -> Result<(), WireError> {
        at_most("bytes in a proof", self.proof.len(), limits::PROOF_BYTES)?;
        at_most("bytes in an envelope", self.envelope.len(), limits::ENVELOPE_BYTES)?;
        if self.envelope.is_empty() { Err(WireError::Form) } else { Ok(()) }
    }
}
