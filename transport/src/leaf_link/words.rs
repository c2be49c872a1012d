//! What a home, its leaf and the leaf's pump lay down for each other: subjects and payloads
//! (`spec/transport.md`, The leaf).

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use crate::limits;
use crate::wire::{Kind, Mailbox, Parcel, Status, Wire, WireError, at_most};

/// The stream of parcels that are to be put; a payload is a parcel.
pub const OUT: &str = "OUT";
/// The stream of letters that have come; a payload is an envelope.
pub const BOX: &str = "BOX";
/// The stream of what became of parcels; a payload is an [`Outcome`].
pub const DONE: &str = "DONE";
/// The stream of letters that the home has taken in; payloads are empty.
pub const GONE: &str = "GONE";
/// The stream of the one message that says what to watch: a [`Follow`].
pub const FOLLOW: &str = "FOLLOW";
/// Where the name of BOX is: among the stream's metadata, in 16 hexadecimal digits.
pub const STORE: &str = "mundi-store";

/// `out.<mailbox>.<hash>`, and so for the other streams.
#[must_use]
pub fn subject(stream: &str, mailbox: &Mailbox, hash: &[u8; 32]) -> String {
    let hash: String = hash.iter().map(|b| format!("{b:02x}")).collect();
    format!("{}.{mailbox}.{hash}", stream.to_ascii_lowercase())
}

/// All letters of a mailbox.
#[must_use]
pub fn all_of(mailbox: &Mailbox) -> String {
    format!("box.{mailbox}.*")
}

/// A tag that a leaf is to watch.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Followed {
    #[n(0)]
    name: ByteArray<16>,
    /// From when on, in ms since 1970.
    #[n(1)]
    pub from: u64,
    /// Until when.
    #[n(2)]
    pub until: u64,
    /// What the home has of it, in the store of [`Follow::store`].
    #[n(3)]
    pub after: u64,
}

impl Followed {
    /// A tag, for a time.
    #[must_use]
    pub fn new(name: [u8; 16], from: u64, until: u64, after: u64) -> Self {
        Self { name: name.into(), from, until, after }
    }

    /// The mailbox.
    #[must_use]
    pub fn mailbox(&self) -> Mailbox {
        Mailbox::tag(*self.name)
    }
}

/// What a leaf is to watch from now on, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Follow {
    /// The broker's store that positions are of; zeros where the home knows none.
    #[n(0)]
    pub store: ByteArray<8>,
    /// The tags.
    #[n(1)]
    pub tags: Vec<Followed>,
}

impl Wire for Follow {
    fn within(&self) -> Result<(), WireError> {
        at_most("tags", self.tags.len(), limits::FOLLOWED_TAGS)
    }
}

/// What became of a parcel that a leaf has kept.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Outcome {
    #[n(0)]
    kind: Kind,
    #[n(1)]
    name: ByteArray<16>,
    /// The envelope's hash.
    #[n(2)]
    pub hash: ByteArray<32>,
    /// What the broker said: stored, there already, or a refusal that is final.
    #[n(3)]
    pub status: Status,
    /// Its key.
    #[n(4)]
    pub broker: ByteArray<32>,
}

impl Outcome {
    /// Of a parcel.
    #[must_use]
    pub fn new(parcel: &Parcel, status: Status, broker: [u8; 32]) -> Self {
        let Mailbox { kind, name } = parcel.mailbox();
        let (name, hash) = (name.into(), parcel.hash().into());
        Self { kind, name, hash, status, broker: broker.into() }
    }

    /// Whither it was to go.
    #[must_use]
    pub fn mailbox(&self) -> Mailbox {
        Mailbox { kind: self.kind, name: *self.name }
    }
}

impl Wire for Outcome {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_laid_down_reads_back() {
        let tag = Followed::new([3; 16], 1, 2, 3);
        let follow = Follow { store: [1; 8].into(), tags: vec![tag; 2] };
        assert_eq!(Follow::from_bytes(&follow.to_bytes()).unwrap(), follow);
        let many = Follow { tags: vec![Followed::new([0; 16], 0, 0, 0); 5_000], ..follow };
        assert!(Follow::from_bytes(&many.to_bytes()).is_err());
        let parcel = Parcel::new(Mailbox::inbox([2; 16]), vec![1]);
        let outcome = Outcome::new(&parcel, Status::Proof, [9; 32]);
        assert_eq!(Outcome::from_bytes(&outcome.to_bytes()).unwrap(), outcome);
        let subject = subject(OUT, &parcel.mailbox(), &[0xab; 32]);
        assert_eq!(subject, format!("out.i.{}.{}", "02".repeat(16), "ab".repeat(32)));
    }
}
