//! A bundle: what one home gives to the others of a conversation, as a file.

use mundi_engine::cbor::{self, CborError, Reader};

use super::{ExchangeError, form};
use crate::limits::{BUNDLE_BYTES, BUNDLE_INVITATIONS};

/// The first element of the array.
const KIND: &str = "mundi.bundle.1";
const WHAT: &str = "the bundle";

/// Invitations, each for one member and epoch, and envelopes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    /// OpenPGP messages.
    pub invitations: Vec<Vec<u8>>,
    /// Sealed entries and cards.
    pub envelopes: Vec<Vec<u8>>,
}

impl Bundle {
    /// Whether bytes begin as a bundle does.
    #[must_use]
    pub fn begins(bytes: &[u8]) -> bool {
        let mut start = Vec::new();
        cbor::write_array(&mut start, 3);
        cbor::write_text(&mut start, KIND);
        bytes.starts_with(&start)
    }

    /// The file's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        cbor::write_array(&mut out, 3);
        cbor::write_text(&mut out, KIND);
        for list in [&self.invitations, &self.envelopes] {
            cbor::write_array(&mut out, list.len());
            list.iter().for_each(|one| cbor::write_bytes(&mut out, one));
        }
        out
    }

    /// Reads a file's bytes.
    ///
    /// # Errors
    /// It is too large, or not in its one form.
    pub fn decode(bytes: &[u8]) -> Result<Self, ExchangeError> {
        if bytes.len() > BUNDLE_BYTES {
            let (found, most) = (bytes.len(), BUNDLE_BYTES);
            return Err(ExchangeError::TooLarge { what: WHAT, found, most });
        }
        read(bytes).map_err(form(WHAT))
    }
}

fn read(bytes: &[u8]) -> Result<Bundle, CborError> {
    let mut from = Reader::new(bytes);
    if from.array()? != 3 || from.text()? != KIND {
        return Err(CborError::Kind);
    }
    let count = from.array()?;
    if count > BUNDLE_INVITATIONS {
        return Err(CborError::Kind);
    }
    let invitations = list(&mut from, count)?;
    let count = from.array()?;
    let envelopes = list(&mut from, count)?;
    from.end()?;
    Ok(Bundle { invitations, envelopes })
}

/// Each element takes at least a byte, so their number is bounded by the file's size.
fn list(from: &mut Reader<'_>, count: u64) -> Result<Vec<Vec<u8>>, CborError> {
    (0..count).map(|_| from.bytes().map(<[u8]>::to_vec)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_reads_back_as_it_was_written_and_any_cut_is_refused() {
        let bundle = Bundle {
            invitations: vec![vec![1; 300], vec![]],
            envelopes: vec![vec![2; 700], vec![3]],
        };
        let bytes = bundle.encode();
        assert!(Bundle::begins(&bytes));
        assert_eq!(Bundle::decode(&bytes).unwrap(), bundle);
        for end in 0..bytes.len() {
            assert!(Bundle::decode(bytes.get(..end).unwrap()).is_err(), "{end}");
        }
        let mut longer = bytes;
        longer.push(0);
        assert!(Bundle::decode(&longer).is_err());
    }
}
