//! Heads and asks: what members tell each other about their logs (`spec/envelope.md`).

use mundi_engine::EntryId;
use mundi_engine::cbor::{self, CborError, Reader};

use crate::limits::ASK_IDS;

const HEADS: &str = "mundi.heads.1";
const ASK: &str = "mundi.ask.1";
const READ: &str = "mundi.read.1";
/// Heads in a note: as many as an entry may have parents.
const MOST_HEADS: usize = 64;

/// What stands in an envelope and is neither an entry nor a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The heads of its author's log, at a time (ms since 1970): the same heads told again are another
    /// envelope.
    Heads(u64, Vec<EntryId>),
    /// When it is asked, entries that its author lacks, and its heads.
    Ask(u64, Vec<EntryId>, Vec<EntryId>),
    /// When its author was shown the log last, and the heads that it had then.
    Read(u64, Vec<EntryId>),
}

impl Note {
    /// Its bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let (kind, at, lists) = match self {
            Self::Heads(at, heads) => (HEADS, at, vec![heads]),
            Self::Read(at, heads) => (READ, at, vec![heads]),
            Self::Ask(at, ids, heads) => (ASK, at, vec![ids, heads]),
        };
        cbor::write_array(&mut out, lists.len() + 2);
        cbor::write_text(&mut out, kind);
        cbor::write_uint(&mut out, *at);
        for list in lists {
            cbor::write_array(&mut out, list.len());
            list.iter().for_each(|id| cbor::write_bytes(&mut out, &id.0));
        }
        out
    }

    /// Reads one; `None` where the content is something else.
    ///
    /// # Errors
    /// It is a note, and damaged.
    pub fn decode(content: &[u8]) -> Option<Result<Self, CborError>> {
        let mut from = Reader::new(content);
        let count = from.array().ok()?;
        match (from.text().ok()?, count) {
            (HEADS, 3) => Some(heads(&mut from).map(|(at, heads)| Note::Heads(at, heads))),
            (READ, 3) => Some(heads(&mut from).map(|(at, heads)| Note::Read(at, heads))),
            (ASK, 4) => Some(ask(&mut from)),
            _ => None,
        }
    }
}

fn heads(from: &mut Reader<'_>) -> Result<(u64, Vec<EntryId>), CborError> {
    let heads = (from.uint()?, ids(from, MOST_HEADS)?);
    from.end()?;
    Ok(heads)
}

fn ask(from: &mut Reader<'_>) -> Result<Note, CborError> {
    let note = Note::Ask(from.uint()?, ids(from, ASK_IDS)?, ids(from, MOST_HEADS)?);
    from.end()?;
    Ok(note)
}

fn ids(from: &mut Reader<'_>, most: usize) -> Result<Vec<EntryId>, CborError> {
    let count = from.array()?;
    if count > most as u64 {
        return Err(CborError::Kind);
    }
    (0..count).map(|_| from.hash().map(EntryId)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_read_back_and_what_is_cut_or_too_much_is_refused() {
        let id = |n: u8| EntryId([n; 32]);
        for note in [
            Note::Heads(5, vec![id(1)]),
            Note::Ask(6, vec![id(1), id(2)], vec![id(3)]),
            Note::Read(7, vec![id(4)]),
        ] {
            let bytes = note.encode();
            assert_eq!(Note::decode(&bytes), Some(Ok(note)));
            let cut = Note::decode(&bytes[..bytes.len() - 1]);
            assert!(matches!(cut, Some(Err(_))), "{cut:?}");
        }
        let many = Note::Ask(0, vec![id(1); ASK_IDS + 1], vec![]);
        assert!(matches!(Note::decode(&many.encode()), Some(Err(_))));
        assert_eq!(Note::decode(b""), None);
        assert_eq!(Note::decode(&[0x81, 0x61, 0x61]), None);
    }
}
