//! Settings: what has a name and a value, and is no row of anything else.

use rusqlite::{OptionalExtension, params};

use super::{Reader, StoreError, Tx};

impl Reader {
    /// The value of a setting. Names that begin with `store.` are the store's own.
    ///
    /// # Errors
    /// As all reading.
    pub fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let mut read = self.db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
        Ok(read.query_row([name], |row| row.get(0)).optional()?)
    }

    /// All settings by name, the store's own among them.
    ///
    /// # Errors
    /// As all reading.
    pub fn settings(&self) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let mut read = self.db.prepare_cached("SELECT name, value FROM setting ORDER BY name")?;
        let rows = read.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Sets one.
    ///
    /// # Errors
    /// Where the disk or the file fails.
    pub fn set_setting(&self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO setting (name, value) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            )?
            .execute(params![name, value])?;
        Ok(())
    }

    /// Takes one away.
    ///
    /// # Errors
    /// Where the disk or the file fails.
    pub fn remove_setting(&self, name: &str) -> Result<(), StoreError> {
        self.db.execute("DELETE FROM setting WHERE name = ?1", [name])?;
        Ok(())
    }
}
