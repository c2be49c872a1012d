//! Encrypting a message to people, without saying to whom.

use std::io::Write;

use openpgp::KeyHandle;
use openpgp::packet::{Literal, Packet};
use openpgp::serialize::MarshalInto;
use openpgp::serialize::stream::{Encryptor, Message, Recipient};
use openpgp::types::{DataFormat, Features, SymmetricAlgorithm};
use sequoia_openpgp as openpgp;

use super::{PgpCert, PgpError, ready};
use crate::limits;

/// An unsigned message: the text in its envelope, to be encrypted. No name, no date.
///
/// # Errors
/// The text is too long.
pub fn literal(plaintext: &[u8]) -> Result<Vec<u8>, PgpError> {
    if plaintext.len() > limits::PGP_TEXT_BYTES {
        return Err(PgpError::TooLarge { what: "a message", most: limits::PGP_TEXT_BYTES });
    }
    let mut text = Literal::new(DataFormat::Binary);
    text.set_body(plaintext.to_vec());
    Packet::from(text).to_vec().map_err(PgpError::library)
}

/// Encrypts `inner`, an OpenPGP message ([`literal`], or signed), to keys that are usable at a
/// time (ms since 1970). The recipients are hidden: their key ids are 0. Binary; AES-256 with an
/// integrity check (SEIPD version 1), which every OpenPGP program reads.
///
/// # Errors
/// No recipients, too many, or one whose key cannot be encrypted to.
pub fn encrypt(to: &[&PgpCert], inner: &[u8], at: u64) -> Result<Vec<u8>, PgpError> {
    ready();
    if inner.len() > limits::PGP_MESSAGE_BYTES {
        return Err(PgpError::TooLarge { what: "a message", most: limits::PGP_MESSAGE_BYTES });
    }
    let mut keys = Vec::new();
    for cert in to {
        keys.extend(cert.encryption_keys(at)?);
    }
    if keys.is_empty() {
        return Err(PgpError::NoRecipients);
    }
    if keys.len() > limits::PGP_RECIPIENTS {
        let most = limits::PGP_RECIPIENTS;
        return Err(PgpError::Holder(format!("a message is encrypted to at most {most} keys")));
    }
    let recipients = keys
        .iter()
        .map(|key| Recipient::new(Features::empty().set_seipdv1(), None::<KeyHandle>, key));
    let mut out = Vec::with_capacity(inner.len() + 1024);
    let written = (|| {
        let message = Message::new(&mut out);
        let mut into = Encryptor::for_recipients(message, recipients)
            .symmetric_algo(SymmetricAlgorithm::AES256)
            .build()?;
        into.write_all(inner)?;
        into.finalize()
    })();
    written.map_err(PgpError::library)?;
    Ok(out)
}
