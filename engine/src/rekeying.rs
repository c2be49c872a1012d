//! The `rekey` entry: a new epoch of a conversation's encryption, and with it devices of its author
//! that begin or end (`spec/entry.md`, "`open`, `join`, `leave`, `rekey`").

use mundi_identity::{Certificate, DevicePublic, Fingerprint, Revocation};
use sha2::{Digest, Sha256};

use crate::cbor::{self, CborError, Reader};
use crate::entry::Entry;
use crate::limits::REKEY_DEVICES;

/// The message's name.
pub const REKEY: &str = "rekey";

/// What a `rekey` says.
#[derive(Clone, Debug)]
pub struct Rekeying {
    /// [`commitment`] of the new epoch's secret.
    pub commit: [u8; 32],
    /// Devices that begin.
    pub devices: Vec<Certificate>,
    /// Devices that end.
    pub revoked: Vec<Revocation>,
}

/// What a `rekey` says of the secret that travels apart: SHA-256("mundi.epoch.1" ‖ secret).
#[must_use]
pub fn commitment(secret: &[u8; 32]) -> [u8; 32] {
    Sha256::new_with_prefix(b"mundi.epoch.1").chain_update(secret).finalize().into()
}

/// Reads a `rekey`, of whatever author.
///
/// # Errors
/// What is wrong with it, for people.
pub fn read(entry: &Entry) -> Result<Rekeying, String> {
    if entry.message() != REKEY {
        return Err("it is no `rekey`".into());
    }
    let raw = raw(entry.body()).map_err(|e| format!("`rekey` is not in its one form: {e}"))?;
    let devices = raw.devices.iter().map(|bytes| Certificate::decode(bytes));
    let devices: Vec<Certificate> =
        devices.collect::<Result<_, _>>().map_err(|e| format!("a certificate: {e}"))?;
    let revoked = raw.revoked.iter().map(|bytes| Revocation::decode(bytes));
    let revoked: Vec<Revocation> =
        revoked.collect::<Result<_, _>>().map_err(|e| format!("a revocation: {e}"))?;
    let rekeying = Rekeying { commit: raw.commit, devices, revoked };
    let first = rekeying.persons().next();
    if rekeying.persons().any(|person| Some(person) != first) {
        return Err("it speaks of the devices of more than one person".into());
    }
    Ok(rekeying)
}

impl Rekeying {
    fn persons(&self) -> impl Iterator<Item = Fingerprint> + '_ {
        self.devices
            .iter()
            .map(Certificate::person)
            .chain(self.revoked.iter().map(Revocation::person))
    }

    /// The certificate of a device among those that begin, where it covers a time.
    #[must_use]
    pub fn certificate(&self, device: &DevicePublic, at: u64) -> Option<&Certificate> {
        self.devices.iter().find(|one| one.device() == *device && one.covers(at))
    }

    /// The body of a `rekey`.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let mut out = Vec::new();
        cbor::write_map(&mut out, 3);
        cbor::write_text(&mut out, "commit");
        cbor::write_bytes(&mut out, &self.commit);
        cbor::write_text(&mut out, "devices");
        cbor::write_array(&mut out, self.devices.len());
        self.devices.iter().for_each(|one| cbor::write_bytes(&mut out, one.bytes()));
        cbor::write_text(&mut out, "revoked");
        cbor::write_array(&mut out, self.revoked.len());
        self.revoked.iter().for_each(|one| cbor::write_bytes(&mut out, one.bytes()));
        out
    }
}

/// The certificate by which the first entry of a device says whose it is.
pub(crate) fn own_certificate(entry: &Entry) -> Option<Certificate> {
    let rekeying = read(entry).ok()?;
    rekeying.certificate(&entry.author(), entry.at()).cloned()
}

struct Raw<'a> {
    commit: [u8; 32],
    devices: Vec<&'a [u8]>,
    revoked: Vec<&'a [u8]>,
}

fn raw(body: &[u8]) -> Result<Raw<'_>, CborError> {
    let mut from = Reader::new(body);
    if from.map()? != 3 {
        return Err(CborError::Kind);
    }
    key(&mut from, "commit")?;
    let commit = from.hash()?;
    key(&mut from, "devices")?;
    let devices = list(&mut from)?;
    key(&mut from, "revoked")?;
    let revoked = list(&mut from)?;
    from.end()?;
    Ok(Raw { commit, devices, revoked })
}

fn key(from: &mut Reader<'_>, name: &str) -> Result<(), CborError> {
    if from.text()? == name { Ok(()) } else { Err(CborError::Kind) }
}

fn list<'a>(from: &mut Reader<'a>) -> Result<Vec<&'a [u8]>, CborError> {
    let count = from.array()?;
    if count > REKEY_DEVICES {
        return Err(CborError::Kind);
    }
    (0..count).map(|_| from.bytes()).collect()
}
