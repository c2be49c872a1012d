//! What is asked of a broker.

use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};

use super::{Kind, Mailbox, Parcel, Wire, WireError, at_most};
use crate::limits;

/// `put`: keep these.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Put(#[n(0)] pub Vec<Parcel>);

impl Put {
    /// Parcels in requests that are short enough.
    #[must_use]
    pub fn parts(parcels: Vec<Parcel>) -> Vec<Self> {
        let mut parts: Vec<Self> = Vec::new();
        let mut bytes = usize::MAX;
        for parcel in parcels {
            let size = parcel.envelope().len() + limits::PARCEL_OVERHEAD;
            let full = parts.last().is_none_or(|part| part.0.len() >= limits::PUT_PARCELS);
            if full || bytes.saturating_add(size) > limits::MESSAGE_BYTES {
                parts.push(Self(Vec::new()));
                bytes = limits::PARCEL_OVERHEAD;
            }
            bytes += size;
            if let Some(part) = parts.last_mut() {
                part.0.push(parcel);
            }
        }
        parts
    }
}

impl Wire for Put {
    fn within(&self) -> Result<(), WireError> {
        at_most("parcels", self.0.len(), limits::PUT_PARCELS)?;
        self.0.iter().try_for_each(Wire::within)
    }
}

/// A mailbox, and what was had of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Want {
    #[n(0)]
    kind: Kind,
    #[n(1)]
    name: ByteArray<16>,
    /// The last position that is known.
    #[n(2)]
    pub after: u64,
}

impl Want {
    /// What came into a mailbox after a position.
    #[must_use]
    pub fn new(mailbox: Mailbox, after: u64) -> Self {
        Self { kind: mailbox.kind, name: mailbox.name.into(), after }
    }

    /// Which mailbox.
    #[must_use]
    pub fn mailbox(&self) -> Mailbox {
        Mailbox { kind: self.kind, name: *self.name }
    }
}

/// `get`: what is in these mailboxes?
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Get {
    /// The mailboxes.
    #[n(0)]
    pub wants: Vec<Want>,
    /// The proof that an inbox is one's own; empty where none is asked for.
    #[n(1)]
    pub ticket: ByteVec,
    /// How long to go on sending what comes.
    #[n(2)]
    pub seconds: u64,
}

impl Wire for Get {
    fn within(&self) -> Result<(), WireError> {
        at_most("mailboxes", self.wants.len(), limits::GET_MAILBOXES)?;
        at_most("bytes in a ticket", self.ticket.len(), 256)?;
        if self.seconds > limits::GET_SECONDS { Err(WireError::Limit("seconds")) } else { Ok(()) }
    }
}

/// `have`: are these on the disk?
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Have(#[n(0)] pub Vec<ByteArray<32>>);

impl Wire for Have {
    fn within(&self) -> Result<(), WireError> {
        at_most("hashes", self.0.len(), limits::HAVE_HASHES)
    }
}

/// `list`: what has come after a position?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct List {
    /// The last position that is known.
    #[n(0)]
    pub after: u64,
}

impl Wire for List {}

/// `take`: give these.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Take(#[n(0)] pub Vec<u64>);

impl Wire for Take {
    fn within(&self) -> Result<(), WireError> {
        at_most("numbers", self.0.len(), limits::TAKE_NUMBERS)
    }
}
