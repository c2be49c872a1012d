//! An exported log as bytes: one entry after another.

use crate::cbor::Reader;

/// The first byte of an entry: the tag of a `COSE_Sign1`.
const TAG: u8 = 0xd2;

/// An exported log, a CBOR sequence (RFC 8742), cut into its entries' bytes.
///
/// # Errors
/// Which entry is none, for people.
pub fn split(log: &[u8]) -> Result<Vec<&[u8]>, String> {
    let mut entries = Vec::new();
    let mut rest = log;
    while let Some((tag, array)) = rest.split_first() {
        let mut reader = Reader::new(array);
        let number = entries.len().saturating_add(1);
        if *tag != TAG || reader.any().is_err() {
            return Err(format!("entry {number} is no entry (bad-encoding)"));
        }
        let length = reader.position().saturating_add(1);
        let (entry, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        entries.push(entry);
        rest = after;
    }
    Ok(entries)
}
