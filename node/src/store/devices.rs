//! One's own devices: the keys that write in this home's name.

use rusqlite::{OptionalExtension, Row, params};
use zeroize::Zeroizing;

use super::row::{exists, met};
use super::{Reader, StoreError, Tx};

/// Whether a device of one's own still writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceState {
    /// It writes.
    Current,
    /// It is no longer used.
    Retired,
    /// It is out of its owner's hands.
    Lost,
    /// Somebody else may have its key.
    Compromised,
    /// A restored backup wrote with it again.
    Forked,
}

impl DeviceState {
    fn number(self) -> i64 {
        match self {
            Self::Current => 0,
            Self::Retired => 1,
            Self::Lost => 2,
            Self::Compromised => 3,
            Self::Forked => 4,
        }
    }

    fn of(number: i64) -> rusqlite::Result<Self> {
        Ok(match number {
            0 => Self::Current,
            1 => Self::Retired,
            2 => Self::Lost,
            3 => Self::Compromised,
            4 => Self::Forked,
            other => return Err(rusqlite::Error::IntegralValueOutOfRange(3, other)),
        })
    }
}

/// A device of one's own.
#[derive(Clone, PartialEq, Eq)]
pub struct Device {
    /// Its number, which the seed phrase derives its key from.
    pub number: u32,
    /// The secret seed of its key.
    pub seed: Zeroizing<[u8; 32]>,
    /// The certificate of its owner, once there is one.
    pub certificate: Option<Vec<u8>>,
    /// Whether it still writes.
    pub state: DeviceState,
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<Device> {
    Ok(Device {
        number: row.get("number")?,
        seed: Zeroizing::new(row.get("seed")?),
        certificate: row.get("certificate")?,
        state: DeviceState::of(row.get("state")?)?,
    })
}

impl Reader {
    /// All devices of one's own, by number.
    ///
    /// # Errors
    /// As all reading.
    pub fn devices(&self) -> Result<Vec<Device>, StoreError> {
        let sql = "SELECT number, seed, certificate, state FROM device ORDER BY number";
        let mut read = self.db.prepare_cached(sql)?;
        let rows = read.query_map([], of_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The newest device that writes.
    ///
    /// # Errors
    /// As all reading.
    pub fn current_device(&self) -> Result<Option<Device>, StoreError> {
        let sql = "SELECT number, seed, certificate, state FROM device WHERE state = 0
                   ORDER BY number DESC LIMIT 1";
        Ok(self.db.prepare_cached(sql)?.query_row([], of_row).optional()?)
    }
}

impl Tx<'_> {
    /// Adds one.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where the number is taken.
    pub fn add_device(&self, device: &Device) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO device (number, seed, certificate, state) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![
                device.number,
                device.seed.as_slice(),
                device.certificate,
                device.state.number()
            ])
            .map_err(exists("device"))?;
        Ok(())
    }

    /// Sets the certificate of one.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_device_certificate(&self, number: u32, bytes: &[u8]) -> Result<(), StoreError> {
        let sql = "UPDATE device SET certificate = ?2 WHERE number = ?1";
        met(self.db.execute(sql, params![number, bytes])?, "device")
    }

    /// Says whether one still writes.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_device_state(&self, number: u32, state: DeviceState) -> Result<(), StoreError> {
        let sql = "UPDATE device SET state = ?2 WHERE number = ?1";
        met(self.db.execute(sql, params![number, state.number()])?, "device")
    }
}
