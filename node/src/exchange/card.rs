//! A card: a person's OpenPGP certificate and devices, as they are handed to others.
//!
//! As text it is an OpenPGP public key block, which every OpenPGP program reads, and below it a
//! block with the device certificates, which these programs pass over. Inside a bundle, members'
//! keys travel as `["mundi.card.1", certificate]` under the conversation's secret.

use mundi_engine::cbor::{self, CborError, Reader};
use mundi_identity::pgp::{PgpCert, PgpError};
use mundi_identity::{Certificate, CertificateError, Fingerprint};

use super::{ExchangeError, form};
use crate::limits::{CARD_BYTES, CARD_DEVICES};

const KIND: &str = "mundi.card.1";
const DEVICES: &str = "mundi.devices.1";
const BEGIN: &str = "-----BEGIN MUNDI DEVICES-----";
const END: &str = "-----END MUNDI DEVICES-----";

/// A person as others get to know them.
#[derive(Clone, Debug)]
pub struct Card {
    /// The public key.
    pub cert: PgpCert,
    /// The devices that speak for the person: certified, in the order of their beginning.
    pub devices: Vec<Certificate>,
}

/// Why a text is no card.
#[derive(Debug, thiserror::Error)]
pub enum CardError {
    /// Longer than any card.
    #[error("this has {0} bytes; a card or key block has at most {CARD_BYTES}")]
    TooLarge(usize),
    /// The key block.
    #[error(transparent)]
    Key(#[from] PgpError),
    /// The block of devices is damaged.
    #[error("the block of devices below the key is damaged: {0}; copy the card again, whole")]
    Devices(String),
    /// A device's certificate does not verify.
    #[error("a device on the card is not certified: {0}")]
    Certificate(#[from] CertificateError),
    /// A device of somebody else.
    #[error("a device on the card is certified by {0}, not by the key above it")]
    OtherPerson(Fingerprint),
}

impl Card {
    /// Reads a card, or a bare OpenPGP key block, armored or binary.
    ///
    /// # Errors
    /// It is neither, or what it says does not verify.
    pub fn parse(bytes: &[u8]) -> Result<Self, CardError> {
        if bytes.len() > CARD_BYTES {
            return Err(CardError::TooLarge(bytes.len()));
        }
        let (key, block) = split(bytes);
        let cert = PgpCert::parse(key)?;
        let devices = match block {
            None => Vec::new(),
            Some(block) => devices_of(block, cert.fingerprint())?,
        };
        Ok(Self { cert, devices })
    }

    /// The card as text.
    #[must_use]
    pub fn text(&self) -> String {
        let key = self.cert.armored();
        if self.devices.is_empty() {
            return key;
        }
        let mut block = Vec::new();
        cbor::write_array(&mut block, 2);
        cbor::write_text(&mut block, DEVICES);
        cbor::write_array(&mut block, self.devices.len());
        self.devices.iter().for_each(|one| cbor::write_bytes(&mut block, one.bytes()));
        let encoded = openssl::base64::encode_block(&block);
        let mut lines = String::new();
        for line in encoded.as_bytes().chunks(64) {
            lines.push_str(&String::from_utf8_lossy(line));
            lines.push('\n');
        }
        let key = key.trim_end();
        format!("{key}\n{BEGIN}\n\n{lines}{END}\n")
    }

    /// The key alone, as it travels inside a conversation.
    #[must_use]
    pub fn sealed_form(cert: &PgpCert) -> Vec<u8> {
        let mut out = Vec::new();
        cbor::write_array(&mut out, 2);
        cbor::write_text(&mut out, KIND);
        cbor::write_bytes(&mut out, &cert.binary());
        out
    }

    /// Reads [`Self::sealed_form`]; `None` where the content is something else.
    ///
    /// # Errors
    /// It is a card, and damaged.
    pub fn from_sealed(content: &[u8]) -> Option<Result<PgpCert, ExchangeError>> {
        let mut from = Reader::new(content);
        let is_card = from.array() == Ok(2) && from.text() == Ok(KIND);
        is_card.then(|| {
            let bytes =
                from.bytes().and_then(|b| from.end().map(|()| b)).map_err(form("a card"))?;
            Ok(PgpCert::parse(bytes)?)
        })
    }
}

/// The key block, and what stands between the lines of the block of devices.
fn split(bytes: &[u8]) -> (&[u8], Option<&str>) {
    let Ok(text) = std::str::from_utf8(bytes) else { return (bytes, None) };
    let Some((key, rest)) = text.split_once(BEGIN) else { return (bytes, None) };
    (key.as_bytes(), Some(rest.split_once(END).map_or(rest, |(block, _)| block)))
}

fn devices_of(block: &str, person: Fingerprint) -> Result<Vec<Certificate>, CardError> {
    let damaged = |why: &dyn std::fmt::Display| CardError::Devices(why.to_string());
    let letters: String = block.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = openssl::base64::decode_block(&letters).map_err(|_| damaged(&"it is no base64"))?;
    let devices = read_devices(&bytes).map_err(|e| damaged(&e))?;
    let mut certificates = Vec::new();
    for bytes in devices {
        let certificate = Certificate::decode(bytes)?;
        if certificate.person() != person {
            return Err(CardError::OtherPerson(certificate.person()));
        }
        certificates.push(certificate);
    }
    Ok(certificates)
}

fn read_devices(bytes: &[u8]) -> Result<Vec<&[u8]>, CborError> {
    let mut from = Reader::new(bytes);
    if from.array()? != 2 || from.text()? != DEVICES {
        return Err(CborError::Kind);
    }
    let count = from.array()?;
    if count > CARD_DEVICES {
        return Err(CborError::Kind);
    }
    let devices = (0..count).map(|_| from.bytes()).collect::<Result<_, _>>()?;
    from.end()?;
    Ok(devices)
}
