//! The `join` entry: a newcomer's role and device certificate.

use mundi_identity::Certificate;

use crate::cbor::{self, Reader};
use crate::entry::Entry;

/// What a `join` says.
pub struct Joining<'a> {
    /// The role's name.
    pub role: &'a str,
    /// Who joins, with which device.
    pub certificate: Certificate,
}

/// Reads a `join`: `{"role": text, "certificate": bytes}`, written by the device that the
/// certificate names.
///
/// # Errors
/// What is wrong with it, for people.
pub fn read(entry: &Entry) -> Result<Joining<'_>, String> {
    if entry.message() != "join" {
        return Err("it is no `join`".into());
    }
    let (role, bytes) =
        parts(entry.body()).map_err(|e| format!("`join` is not in its one form: {e}"))?;
    let certificate = Certificate::decode(bytes).map_err(|e| format!("the certificate: {e}"))?;
    if certificate.device() != entry.author() {
        return Err("the certificate is another device's".into());
    }
    if !certificate.covers(entry.at()) {
        return Err("the certificate does not cover this time".into());
    }
    Ok(Joining { role, certificate })
}

/// The role that a `join`'s body names.
pub(crate) fn role(body: &[u8]) -> Option<&str> {
    parts(body).ok().map(|(role, _)| role)
}

fn parts(body: &[u8]) -> Result<(&str, &[u8]), cbor::CborError> {
    let mut from = Reader::new(body);
    let key = |from: &mut Reader<'_>, name: &str| {
        if from.text()? == name { Ok(()) } else { Err(cbor::CborError::Kind) }
    };
    if from.map()? != 2 {
        return Err(cbor::CborError::Kind);
    }
    key(&mut from, "role")?;
    let role = from.text()?;
    key(&mut from, "certificate")?;
    let certificate = from.bytes()?;
    from.end()?;
    Ok((role, certificate))
}

/// The body of a `join`.
#[must_use]
pub fn body(role: &str, certificate: &Certificate) -> Vec<u8> {
    let mut out = Vec::new();
    cbor::write_map(&mut out, 2);
    cbor::write_text(&mut out, "role");
    cbor::write_text(&mut out, role);
    cbor::write_text(&mut out, "certificate");
    cbor::write_bytes(&mut out, certificate.bytes());
    out
}
