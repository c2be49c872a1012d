//! Contacts: who is known here, under which name, and how sure that is.

use mundi_identity::{DevicePublic, Fingerprint};
use rusqlite::{OptionalExtension, Row, params};

use super::row::{Key, Print, exists, met, number, short, signed};
use super::{Reader, StoreError, Tx};

/// How the owner of the home made sure of a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// In which way: the host's word.
    pub how: String,
    /// When, in ms since 1970.
    pub at: u64,
}

/// Somebody who is known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Whose key.
    pub fingerprint: Fingerprint,
    /// Their OpenPGP certificate, binary.
    pub cert: Vec<u8>,
    /// The name that the owner of the home gave; nobody else has the same one.
    pub petname: Option<String>,
    /// The name that they publish themselves.
    pub published: Option<String>,
    /// How and when they were made sure of; `None` while they were not.
    pub verified: Option<Verified>,
    /// Since when they are known, in ms since 1970.
    pub added_at: u64,
    /// What the owner of the home wrote down about them.
    pub note: String,
}

/// A certified device of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactDevice {
    /// Its key.
    pub device: DevicePublic,
    /// Whose it is; not always a contact.
    pub fingerprint: Fingerprint,
    /// The certificate.
    pub certificate: Vec<u8>,
    /// Since when it is known, in ms since 1970.
    pub added_at: u64,
}

const COLUMNS: &str =
    "fingerprint, cert, petname, published, verified_how, verified_at, added_at, note";

fn of_row(row: &Row<'_>) -> rusqlite::Result<Contact> {
    let how: Option<String> = row.get("verified_how")?;
    let verified = match how {
        Some(how) => Some(Verified { how, at: number(row, "verified_at")? }),
        None => None,
    };
    Ok(Contact {
        fingerprint: row.get::<_, Print>("fingerprint")?.0,
        cert: row.get("cert")?,
        petname: row.get("petname")?,
        published: row.get("published")?,
        verified,
        added_at: number(row, "added_at")?,
        note: row.get("note")?,
    })
}

fn device_of_row(row: &Row<'_>) -> rusqlite::Result<ContactDevice> {
    Ok(ContactDevice {
        device: row.get::<_, Key>("device")?.0,
        fingerprint: row.get::<_, Print>("fingerprint")?.0,
        certificate: row.get("certificate")?,
        added_at: number(row, "added_at")?,
    })
}

impl Reader {
    /// All contacts: by petname, then those without one by their own name.
    ///
    /// # Errors
    /// As all reading.
    pub fn contacts(&self) -> Result<Vec<Contact>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM contact ORDER BY petname IS NULL, petname, published, fingerprint"
        );
        let mut read = self.db.prepare_cached(&sql)?;
        let rows = read.query_map([], of_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One, by fingerprint.
    ///
    /// # Errors
    /// As all reading.
    pub fn contact(&self, fingerprint: &Fingerprint) -> Result<Option<Contact>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM contact WHERE fingerprint = ?1");
        let mut read = self.db.prepare_cached(&sql)?;
        Ok(read.query_row([fingerprint.as_bytes()], of_row).optional()?)
    }

    /// One, by petname.
    ///
    /// # Errors
    /// As all reading.
    pub fn contact_named(&self, petname: &str) -> Result<Option<Contact>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM contact WHERE petname = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([petname], of_row).optional()?)
    }

    /// The known devices of somebody.
    ///
    /// # Errors
    /// As all reading.
    pub fn contact_devices(
        &self,
        fingerprint: &Fingerprint,
    ) -> Result<Vec<ContactDevice>, StoreError> {
        let mut read = self.db.prepare_cached(
            "SELECT device, fingerprint, certificate, added_at FROM contact_device
             WHERE fingerprint = ?1 ORDER BY added_at, device",
        )?;
        let rows = read.query_map([fingerprint.as_bytes()], device_of_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The known devices of everybody.
    ///
    /// # Errors
    /// As all reading.
    pub fn all_contact_devices(&self) -> Result<Vec<ContactDevice>, StoreError> {
        let mut read = self.db.prepare_cached(
            "SELECT device, fingerprint, certificate, added_at FROM contact_device
             ORDER BY fingerprint, added_at, device",
        )?;
        let rows = read.query_map([], device_of_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A device by its key, whoever's it is.
    ///
    /// # Errors
    /// As all reading.
    pub fn contact_device(
        &self,
        device: &DevicePublic,
    ) -> Result<Option<ContactDevice>, StoreError> {
        let mut read = self.db.prepare_cached(
            "SELECT device, fingerprint, certificate, added_at FROM contact_device
             WHERE device = ?1",
        )?;
        Ok(read.query_row([device.0], device_of_row).optional()?)
    }
}

impl Tx<'_> {
    /// Adds a contact, or puts it in the place of the one with the same fingerprint.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where another contact has the petname.
    pub fn set_contact(&self, contact: &Contact) -> Result<(), StoreError> {
        let Contact { cert, petname, published, note, .. } = contact;
        short("petname", petname.as_deref().unwrap_or_default())?;
        short("name", published.as_deref().unwrap_or_default())?;
        short("note", note)?;
        let verified = contact.verified.as_ref();
        self.db
            .prepare_cached(
                "INSERT INTO contact (fingerprint, cert, petname, published, verified_how,
                     verified_at, added_at, note)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT (fingerprint) DO UPDATE SET cert = excluded.cert,
                     petname = excluded.petname, published = excluded.published,
                     verified_how = excluded.verified_how, verified_at = excluded.verified_at,
                     added_at = excluded.added_at, note = excluded.note",
            )?
            .execute(params![
                contact.fingerprint.as_bytes(),
                cert,
                petname,
                published,
                verified.map(|verified| &verified.how),
                verified.map(|verified| signed(verified.at)),
                signed(contact.added_at),
                note
            ])
            .map_err(exists("petname"))?;
        Ok(())
    }

    /// Forgets a contact and their devices; revocations stay.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn remove_contact(&self, fingerprint: &Fingerprint) -> Result<(), StoreError> {
        let bytes = fingerprint.as_bytes();
        met(self.db.execute("DELETE FROM contact WHERE fingerprint = ?1", [bytes])?, "contact")?;
        self.whole(|| {
            self.db.execute("DELETE FROM contact_device WHERE fingerprint = ?1", [bytes])?;
            Ok(())
        })
    }

    /// Adds a device of somebody, or a newer certificate of it.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where the device is somebody else's: a key has one owner.
    pub fn set_contact_device(&self, device: &ContactDevice) -> Result<(), StoreError> {
        let rows = self
            .db
            .prepare_cached(
                "INSERT INTO contact_device (device, fingerprint, certificate, added_at)
                 VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (device) DO UPDATE SET certificate = excluded.certificate
                     WHERE fingerprint = excluded.fingerprint",
            )?
            .execute(params![
                device.device.0,
                device.fingerprint.as_bytes(),
                device.certificate,
                signed(device.added_at)
            ])?;
        if rows == 0 { Err(StoreError::Exists("device")) } else { Ok(()) }
    }
}
