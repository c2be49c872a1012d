//! What clients and brokers say to each other, byte by byte (`spec/transport.md`).
//!
//! Bytes in, values out, and back. Invariant: what was decoded encodes to the same bytes, and is
//! within [`crate::limits`].

mod answer;
mod mailbox;
mod parcel;
mod request;

use minicbor::{Decode, Encode};

pub use answer::{
    Got, Had, Info, Letter, Listed, ListedRow, Notice, PutAnswer, Status, Taken, Trouble,
};
pub use mailbox::{Kind, Mailbox};
pub use parcel::Parcel;
pub use request::{Get, Have, List, Put, Take, Want};

/// Why bytes are no message of this protocol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Not CBOR of the expected form.
    #[error("the message is not in its one form")]
    Form,
    /// More than may be.
    #[error("the message has too many or too large {0}")]
    Limit(&'static str),
}

/// What can be sent.
pub trait Wire: Encode<()> + for<'a> Decode<'a, ()> {
    /// Whether it is within the limits.
    ///
    /// # Errors
    /// [`WireError::Limit`]
    fn within(&self) -> Result<(), WireError> {
        Ok(())
    }

    /// Its bytes.
    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        // Writing into memory does not fail.
        let _written = minicbor::encode(self, &mut out);
        out
    }

    /// Reads bytes that came from outside.
    ///
    /// # Errors
    /// They are not in the one form, or beyond the limits.
    fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        let value: Self = minicbor::decode(bytes).map_err(|_| WireError::Form)?;
        value.within()?;
        if value.to_bytes() != bytes {
            return Err(WireError::Form);
        }
        Ok(value)
    }
}

/// A limit, held.
pub(crate) fn at_most(what: &'static str, found: usize, most: usize) -> Result<(), WireError> {
    if found > most { Err(WireError::Limit(what)) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
