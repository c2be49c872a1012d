//! An entry that is to be signed.

use mundi_identity::{DeviceKey, cose};

use crate::cbor;
use crate::entry::{CONTENT_TYPE, Entry, EntryError, EntryId};

/// An entry to be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The id of the `open` entry; `None` in that one.
    pub conversation: Option<EntryId>,
    /// Its place in its device's chain.
    pub seq: u32,
    /// The entry before it in the chain; `None` exactly at 0.
    pub prev: Option<EntryId>,
    /// The heads that its author has seen, in any order; `prev` among them is left out.
    pub parents: Vec<EntryId>,
    /// The author's time, in ms since 1970.
    pub at: u64,
    /// The message's name.
    pub message: String,
    /// The body: a map in deterministic CBOR ([`crate::body::encode_body`]).
    pub body: Vec<u8>,
}

impl Draft {
    /// Encodes and signs it.
    ///
    /// # Errors
    /// What [`Entry::decode`] would refuse.
    pub fn sign(&self, key: &DeviceKey) -> Result<Entry, EntryError> {
        Entry::decode(&cose::sign(CONTENT_TYPE, &self.payload(), key))
    }

    /// The payload, whatever the fields hold.
    pub(crate) fn payload(&self) -> Vec<u8> {
        let mut parents = self.parents.clone();
        parents.retain(|id| Some(*id) != self.prev);
        parents.sort_unstable();
        parents.dedup();
        let mut out = Vec::with_capacity(self.body.len() + self.message.len() + 128);
        cbor::write_map(&mut out, if self.prev.is_some() { 7 } else { 6 });
        out.push(1);
        cbor::write_bytes(&mut out, self.conversation.as_ref().map_or(&[], |id| &id.0));
        out.push(2);
        cbor::write_uint(&mut out, u64::from(self.seq));
        if let Some(prev) = self.prev {
            out.push(3);
            cbor::write_bytes(&mut out, &prev.0);
        }
        out.push(4);
        cbor::write_array(&mut out, parents.len());
        parents.iter().for_each(|id| cbor::write_bytes(&mut out, &id.0));
        out.push(5);
        cbor::write_uint(&mut out, self.at);
        out.push(6);
        cbor::write_text(&mut out, &self.message);
        out.push(7);
        out.extend(&self.body);
        out
    }
}
