//! What a broker answers.

use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};

use super::{Kind, Mailbox, Parcel, Wire, WireError, at_most};
use crate::limits;

/// What became of a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Status {
    /// On the disk.
    #[n(0)]
    Stored,
    /// On the disk since before.
    #[n(1)]
    Known,
    /// Too many at once: try again later.
    #[n(2)]
    Throttled,
    /// Larger than any envelope.
    #[n(3)]
    Size,
    /// Neither a pass nor work enough.
    #[n(4)]
    Proof,
    /// No such kind of mailbox, or not in the one form.
    #[n(5)]
    Form,
    /// The mailbox, or the broker, is full.
    #[n(6)]
    Full,
    /// On the disk of a leaf of this home, and not at a broker yet: what becomes of it is told later. No
    /// broker says this.
    #[n(7)]
    Kept,
}

/// To `put`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PutAnswer {
    /// For each parcel.
    #[n(0)]
    pub statuses: Vec<Status>,
    /// Milliseconds until another try is welcome; 0: at once.
    #[n(1)]
    pub wait: u64,
}

impl Wire for PutAnswer {
    fn within(&self) -> Result<(), WireError> {
        at_most("parcels", self.statuses.len(), limits::PUT_PARCELS)
    }
}

/// To `have`: 1 or 0 for each hash.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Had(#[n(0)] pub Vec<u8>);

impl Wire for Had {
    fn within(&self) -> Result<(), WireError> {
        at_most("answers", self.0.len(), limits::HAVE_HASHES)
    }
}

/// An envelope out of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Letter {
    /// Which of the mailboxes that were asked for.
    #[n(0)]
    pub index: u64,
    /// Its position at the broker.
    #[n(1)]
    pub number: u64,
    /// The sealed bytes.
    #[n(2)]
    pub envelope: ByteVec,
}

/// To `get`: one of several messages.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(flat)]
pub enum Got {
    /// What is there.
    #[n(0)]
    Some(#[n(0)] Vec<Letter>),
    /// Nothing more comes.
    #[n(1)]
    End {
        /// The store's name.
        #[n(0)]
        store: ByteArray<8>,
        /// The last position that was looked at: nothing up to it is missing.
        #[n(1)]
        last: u64,
    },
}

impl Wire for Got {}

/// What an operator tells all users, signed by the broker's key.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Notice {
    /// What.
    #[n(0)]
    pub text: String,
    /// When, in ms since 1970.
    #[n(1)]
    pub at: u64,
    /// The signature.
    #[n(2)]
    pub signature: ByteArray<64>,
}

/// To `info`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Info {
    /// What the operator calls it.
    #[n(0)]
    pub name: String,
    /// The broker's key.
    #[n(1)]
    pub key: ByteArray<32>,
    /// The store's name.
    #[n(2)]
    pub store: ByteArray<8>,
    /// The broker's clock, in ms since 1970.
    #[n(3)]
    pub now: u64,
    /// `open`, `invited` or `pgp`.
    #[n(4)]
    pub admission: String,
    /// How many users are connected.
    #[n(5)]
    pub users: u64,
    /// The work that an inbox without a policy asks of strangers.
    #[n(6)]
    pub bits: u8,
    /// How long it keeps anything, in ms.
    #[n(7)]
    pub keeps: u64,
    /// Addresses of its peers.
    #[n(8)]
    pub peers: Vec<String>,
    /// The operator's notices, the newest first.
    #[n(9)]
    pub notices: Vec<Notice>,
}

impl Wire for Info {}

/// One parcel, as a peer lists it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ListedRow {
    /// Its position.
    #[n(0)]
    pub number: u64,
    #[n(1)]
    kind: Kind,
    #[n(2)]
    name: ByteArray<16>,
    /// The envelope's hash.
    #[n(3)]
    pub hash: ByteArray<32>,
    /// The envelope's bytes.
    #[n(4)]
    pub size: u64,
    /// The key of the broker to which it was first given.
    #[n(5)]
    pub origin: ByteArray<32>,
}

impl ListedRow {
    /// A row.
    #[must_use]
    pub fn new(number: u64, mailbox: Mailbox, hash: [u8; 32], size: u64, origin: [u8; 32]) -> Self {
        let Mailbox { kind, name } = mailbox;
        Self { number, kind, name: name.into(), hash: hash.into(), size, origin: origin.into() }
    }

    /// Where it lies.
    #[must_use]
    pub fn mailbox(&self) -> Mailbox {
        Mailbox { kind: self.kind, name: *self.name }
    }
}

/// To `list`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Listed {
    /// The store's name.
    #[n(0)]
    pub store: ByteArray<8>,
    /// What it has.
    #[n(1)]
    pub rows: Vec<ListedRow>,
    /// The last position that was looked at.
    #[n(2)]
    pub last: u64,
}

impl Wire for Listed {
    fn within(&self) -> Result<(), WireError> {
        at_most("rows", self.rows.len(), limits::LIST_ROWS)
    }
}

/// To `take`: parcels with their origin and position.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Taken(#[n(0)] pub Vec<(Parcel, ByteArray<32>, u64)>);

impl Wire for Taken {
    fn within(&self) -> Result<(), WireError> {
        at_most("parcels", self.0.len(), limits::TAKE_NUMBERS)?;
        self.0.iter().try_for_each(|(parcel, ..)| parcel.within())
    }
}

/// Instead of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Trouble {
    #[n(0)]
    error: String,
    /// `bad-request`, `not-allowed`, `busy`, `ticket` or `failed`.
    #[n(1)]
    pub code: String,
    /// What is wrong, for a person.
    #[n(2)]
    pub text: String,
}

impl Trouble {
    /// A trouble.
    #[must_use]
    pub fn new(code: &str, text: &str) -> Self {
        Self { error: "error".into(), code: code.into(), text: text.into() }
    }
}

impl Wire for Trouble {
    fn within(&self) -> Result<(), WireError> {
        if self.error == "error" { Ok(()) } else { Err(WireError::Form) }
    }
}
