//! Revocations of devices, one's own and others'.

use mundi_identity::{DevicePublic, Fingerprint};
use rusqlite::{Row, params};

use super::row::{Key, Print, number, signed};
use super::{Reader, StoreError, Tx};

/// A revocation as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownRevocation {
    /// Who revokes.
    pub fingerprint: Fingerprint,
    /// Which device.
    pub device: DevicePublic,
    /// When, by its own word, in ms since 1970.
    pub at: u64,
    /// The signed bytes.
    pub bytes: Vec<u8>,
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<KnownRevocation> {
    Ok(KnownRevocation {
        fingerprint: row.get::<_, Print>("fingerprint")?.0,
        device: row.get::<_, Key>("device")?.0,
        at: number(row, "at")?,
        bytes: row.get("bytes")?,
    })
}

impl Reader {
    /// All of them, in the order in which they came.
    ///
    /// # Errors
    /// As all reading.
    pub fn revocations(&self) -> Result<Vec<KnownRevocation>, StoreError> {
        let sql = "SELECT fingerprint, device, at, bytes FROM revocation ORDER BY number";
        let mut read = self.db.prepare_cached(sql)?;
        let rows = read.query_map([], of_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Those of one device.
    ///
    /// # Errors
    /// As all reading.
    pub fn revocations_of(
        &self,
        device: &DevicePublic,
    ) -> Result<Vec<KnownRevocation>, StoreError> {
        let mut read = self.db.prepare_cached(
            "SELECT fingerprint, device, at, bytes FROM revocation WHERE device = ?1
             ORDER BY number",
        )?;
        let rows = read.query_map([device.0], of_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Keeps one; the same bytes again change nothing.
    ///
    /// # Errors
    /// Where the disk or the file fails.
    pub fn add_revocation(&self, revocation: &KnownRevocation) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO revocation (fingerprint, device, at, bytes) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (bytes) DO NOTHING",
            )?
            .execute(params![
                revocation.fingerprint.as_bytes(),
                revocation.device.0,
                signed(revocation.at),
                revocation.bytes
            ])?;
        Ok(())
    }
}
