//! Messages as blocks of text ("-----BEGIN PGP MESSAGE-----").

use std::io::{Read, Write};

use openpgp::armor::{Kind, Reader, ReaderMode, Writer};
use sequoia_openpgp as openpgp;

use super::PgpError;
use crate::limits;

/// Writes an OpenPGP message as a block of text.
#[must_use]
pub fn armor(message: &[u8]) -> String {
    let written = (|| {
        let mut to = Writer::new(Vec::new(), Kind::Message)?;
        to.write_all(message)?;
        to.finalize()
    })();
    // Writing to a vector cannot fail.
    let bytes = written.unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads a block of text with an OpenPGP message; text before and after it does not matter.
///
/// # Errors
/// There is none, it is another kind of block, or it is too large.
pub fn dearmor(bytes: &[u8]) -> Result<Vec<u8>, PgpError> {
    let most = limits::PGP_MESSAGE_BYTES;
    if bytes.len() > most * 2 {
        return Err(PgpError::TooLarge { what: "a message", most });
    }
    let mode = ReaderMode::Tolerant(Some(Kind::Message));
    let mut from = Reader::from_bytes(bytes, mode);
    let mut out = Vec::new();
    from.read_to_end(&mut out).map_err(|e| PgpError::form("block of text", e))?;
    if out.is_empty() {
        return Err(PgpError::form("block of text", "it holds nothing"));
    }
    Ok(out)
}
