//! An entry of the log: what one device signed at one point of its chain (`spec/entry.md`).
//!
//! Bytes in, an [`Entry`] out: well-formed, and of unknown truth. [`verify()`] and [`verify_all`]
//! make it [`Verified`]. Invariant: an entry is exactly its bytes. Whatever would not re-encode to
//! itself is refused, so an id, which is the bytes' hash, names one content and one signature.

use std::ops::Range;

use mundi_identity::cose::{CoseError, Sign1};
use mundi_identity::{Claim, DevicePublic};
use sha2::{Digest, Sha256};

use crate::cbor::{CborError, Reader};
use crate::code::Code;
use crate::limits;

/// The content type of an entry.
pub const CONTENT_TYPE: &str = "application/vnd.mundi.entry+cbor";

/// The message that begins every conversation.
pub const OPEN: &str = "open";

/// SHA-256 over an entry's whole signed bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub [u8; 32]);

impl std::fmt::Display for EntryId {
    /// Lower-case hexadecimal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl std::fmt::Debug for EntryId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EntryId({self})")
    }
}

/// Why bytes are no entry, or not the one that they say they are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Larger than an entry may be.
    #[error(
        "the entry has {0} bytes; an entry has at most {max}, `open` at most {open}",
        max = limits::ENTRY_BYTES,
        open = limits::OPEN_BYTES
    )]
    Oversize(usize),
    /// Not the one kind of `COSE_Sign1`.
    #[error(transparent)]
    Cose(#[from] CoseError),
    /// Its content is not in deterministic form.
    #[error("the entry's {0}: {1}")]
    Cbor(&'static str, CborError),
    /// Its content is in deterministic form, and is not an entry's.
    #[error("the entry's {0}")]
    Content(&'static str),
    /// The signature does not verify.
    #[error("the entry's signature does not verify")]
    Signature,
}

impl EntryError {
    /// The reason's code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Oversize(_) => Code::Oversize,
            Self::Cose(_) | Self::Cbor(..) | Self::Content(_) => Code::BadEncoding,
            Self::Signature => Code::BadSignature,
        }
    }
}

/// A well-formed entry, of which nothing is verified.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    bytes: Vec<u8>,
    id: EntryId,
    sign1: Sign1,
    conversation: Option<EntryId>,
    seq: u32,
    prev: Option<EntryId>,
    /// Where the parents stand, each with the two bytes of its length before it.
    parents: Range<usize>,
    at: u64,
    message: Range<usize>,
    body: Range<usize>,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Entry({} {} of {} at {})", self.message(), self.seq, self.author(), self.at)
    }
}

/// A parent in an entry's bytes: 0x58, 0x20 and the id.
const PARENT: usize = 34;

impl Entry {
    /// Finds the parts of an entry. No signature is verified, and nothing is looked up.
    ///
    /// # Errors
    /// The bytes are not exactly one entry in its one form.
    pub fn decode(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > limits::OPEN_BYTES {
            return Err(EntryError::Oversize(bytes.len()));
        }
        let sign1 = Sign1::decode(bytes, CONTENT_TYPE)?;
        let payload = bytes.get(sign1.payload.clone()).unwrap_or_default();
        let start = sign1.payload.start;
        let mut from = Payload { from: Reader::new(payload), start };
        let pairs = from.what("content", Reader::map)?;
        let conversation = from.conversation()?;
        from.key(2)?;
        let seq = from.what("seq", Reader::uint)?;
        let seq = u32::try_from(seq).map_err(|_| EntryError::Content("seq is too large"))?;
        let prev = from.prev(seq)?;
        if pairs != 6 + u64::from(prev.is_some()) {
            return Err(EntryError::Content("content has fields that entries do not have"));
        }
        let parents = from.parents(prev)?;
        from.key(5)?;
        let at = from.what("at", Reader::uint)?;
        if i64::try_from(at).is_err() {
            return Err(EntryError::Content("at is beyond all times"));
        }
        let message = from.message()?;
        let body = from.body()?;
        let id = EntryId(Sha256::digest(bytes).into());
        let bytes = bytes.to_vec();
        let entry = Self { bytes, id, sign1, conversation, seq, prev, parents, at, message, body };
        entry.check_open().map(|()| entry)
    }

    /// What holds for `open` and for nothing else.
    fn check_open(&self) -> Result<(), EntryError> {
        let open = self.message() == OPEN;
        if open != self.conversation.is_none() {
            return Err(EntryError::Content("conversation is empty in `open`, and only there"));
        }
        if open && (self.seq != 0 || !self.parents.is_empty()) {
            return Err(EntryError::Content("message is `open`, but something comes before it"));
        }
        if !open && self.bytes.len() > limits::ENTRY_BYTES {
            return Err(EntryError::Oversize(self.bytes.len()));
        }
        Ok(())
    }

    /// SHA-256 over its bytes.
    #[must_use]
    pub fn id(&self) -> EntryId {
        self.id
    }

    /// The key of the device that is said to have signed it.
    #[must_use]
    pub fn author(&self) -> DevicePublic {
        self.sign1.key
    }

    /// The conversation: the id of its `open` entry. `None` in that one.
    #[must_use]
    pub fn conversation(&self) -> Option<EntryId> {
        self.conversation
    }

    /// Its place in its device's chain in this conversation, from 0.
    #[must_use]
    pub fn seq(&self) -> u32 {
        self.seq
    }

    /// The entry before it in the chain; `None` exactly at 0.
    #[must_use]
    pub fn prev(&self) -> Option<EntryId> {
        self.prev
    }

    /// The heads that its author had seen, without `prev`, in the order of their ids.
    pub fn parents(&self) -> impl ExactSizeIterator<Item = EntryId> + '_ {
        let bytes = self.bytes.get(self.parents.clone()).unwrap_or_default();
        bytes.chunks_exact(PARENT).map(|one| {
            let id = one.last_chunk::<32>().copied();
            EntryId(id.unwrap_or_default())
        })
    }

    /// The author's time, in ms since 1970; at most `i64::MAX`.
    #[must_use]
    pub fn at(&self) -> u64 {
        self.at
    }

    /// The message's name.
    #[must_use]
    pub fn message(&self) -> &str {
        let bytes = self.bytes.get(self.message.clone()).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// The body: a map in deterministic CBOR.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.bytes.get(self.body.clone()).unwrap_or_default()
    }

    /// Where the message's name stands in the bytes.
    #[must_use]
    pub fn message_range(&self) -> Range<usize> {
        self.message.clone()
    }

    /// Where the body stands in the bytes.
    #[must_use]
    pub fn body_range(&self) -> Range<usize> {
        self.body.clone()
    }

    /// The whole signed bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes that the signature is over (RFC 9052, section 4.4).
    fn signed_bytes(&self) -> Vec<u8> {
        self.sign1.signed_bytes(&self.bytes)
    }
}

/// Reads a payload's fields in order.
struct Payload<'a> {
    from: Reader<'a>,
    /// Where the payload begins in the entry's bytes.
    start: usize,
}

impl<'a> Payload<'a> {
    fn what<T>(
        &mut self,
        what: &'static str,
        read: impl FnOnce(&mut Reader<'a>) -> Result<T, CborError>,
    ) -> Result<T, EntryError> {
        read(&mut self.from).map_err(|error| EntryError::Cbor(what, error))
    }

    fn key(&mut self, key: u64) -> Result<(), EntryError> {
        if self.what("content", Reader::uint)? == key {
            return Ok(());
        }
        Err(EntryError::Content("content lacks a field, or has its fields in another order"))
    }

    fn place(&self) -> usize {
        self.start + self.from.position()
    }

    fn conversation(&mut self) -> Result<Option<EntryId>, EntryError> {
        self.key(1)?;
        match self.what("conversation", Reader::bytes)? {
            [] => Ok(None),
            bytes => {
                let id = bytes.try_into().map_err(|_| {
                    EntryError::Content("conversation has 32 bytes, or none in `open`")
                })?;
                Ok(Some(EntryId(id)))
            }
        }
    }

    fn prev(&mut self, seq: u32) -> Result<Option<EntryId>, EntryError> {
        if seq == 0 {
            return Ok(None);
        }
        self.key(3)?;
        self.what("prev", Reader::hash).map(|id| Some(EntryId(id)))
    }

    fn parents(&mut self, prev: Option<EntryId>) -> Result<Range<usize>, EntryError> {
        self.key(4)?;
        let count = self.what("parents", Reader::array)?;
        if count > limits::PARENTS as u64 {
            return Err(EntryError::Content("parents are more than 64"));
        }
        let start = self.place();
        let mut last = None;
        for _ in 0..count {
            let id = EntryId(self.what("parents", Reader::hash)?);
            if last.is_some_and(|last| id <= last) || Some(id) == prev {
                return Err(EntryError::Content(
                    "parents are not sorted, not distinct, or name its prev",
                ));
            }
            last = Some(id);
        }
        Ok(start..self.place())
    }

    fn message(&mut self) -> Result<Range<usize>, EntryError> {
        self.key(6)?;
        let name = self.what("message", Reader::text)?;
        if name.is_empty() || name.len() > limits::MESSAGE_NAME_BYTES {
            return Err(EntryError::Content("message has a name of 1 to 255 bytes"));
        }
        Ok(self.place() - name.len()..self.place())
    }

    fn body(&mut self) -> Result<Range<usize>, EntryError> {
        self.key(7)?;
        let start = self.place();
        self.what("body", |from| from.clone().map())?;
        self.what("body", Reader::any)?;
        self.what("content", |from| from.end())?;
        Ok(start..self.place())
    }
}

/// An entry that its author's device has signed: there is no other way to have one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified(Entry);

impl Verified {
    /// The entry.
    #[must_use]
    pub fn into_entry(self) -> Entry {
        self.0
    }
}

impl std::ops::Deref for Verified {
    type Target = Entry;

    fn deref(&self) -> &Entry {
        &self.0
    }
}

impl Entry {
    /// An entry that comes from a log, where only verified ones are.
    pub(crate) fn of_a_log(self) -> Verified {
        Verified(self)
    }
}

/// Verifies an entry's signature.
///
/// # Errors
/// It does not verify.
pub fn verify(entry: Entry) -> Result<Verified, EntryError> {
    mundi_identity::verify(&entry.author(), &entry.signed_bytes(), &entry.sign1.signature)
        .map_err(|_| EntryError::Signature)?;
    Ok(Verified(entry))
}

/// Verifies many entries, for a third of the time a signature; the answers are those of
/// [`verify()`], in order. `seed` should be random (see [`mundi_identity::verify_batch`]).
#[must_use]
pub fn verify_all(entries: Vec<Entry>, seed: &[u8; 32]) -> Vec<Result<Verified, EntryError>> {
    let signed: Vec<Vec<u8>> = entries.iter().map(Entry::signed_bytes).collect();
    let claims: Vec<Claim<'_>> = entries
        .iter()
        .zip(&signed)
        .map(|(entry, message)| Claim {
            public: entry.author(),
            message,
            signature: &entry.sign1.signature,
        })
        .collect();
    let answers = mundi_identity::verify_batch(&claims, seed);
    entries
        .into_iter()
        .zip(answers)
        .map(|(entry, good)| if good { Ok(Verified(entry)) } else { Err(EntryError::Signature) })
        .collect()
}

#[cfg(test)]
#[path = "entry_tests.rs"]
mod tests;
