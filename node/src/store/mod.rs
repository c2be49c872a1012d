//! The store: one encrypted database, which holds all that a home knows.
//!
//! Bytes in, bytes out: the store knows ids, fingerprints and device keys, and nothing of verdicts.
//! What is asked is a method of [`Reader`], what is changed a method of [`Tx`], each noun in the
//! file of its name. A [`Store`] reads as a `Reader`; it changes only within [`Store::write`],
//! which is one transaction: durable when it returns, and all or nothing. `spec/store.md` says
//! what lies where.
//!
//! Invariant: one process has a store open at a time, and holds a lock on the file for as long.
//! So nobody else in that process may open the file itself (`db`), not even to read it: closing
//! any descriptor of a file drops the process's locks on it (POSIX). And a process that forks opens
//! it afterwards, as a child has none of its parent's locks.

mod attachments;
mod checkpoints;
mod connection;
mod contacts;
mod conversations;
mod cursors;
mod deliveries;
mod devices;
mod drafts;
mod entries;
mod epochs;
mod error;
mod filter;
mod ground;
mod hidden;
mod holder;
mod invited;
mod key;
mod leaf;
mod mail;
mod pending;
mod places;
mod queue;
mod retention;
mod revocations;
mod row;
mod schema;
mod sent;
mod settings;
mod shown;
mod started;
mod tail;
mod transaction;
#[cfg(feature = "vfs")]
mod vfs;

use std::cell::RefCell;
use std::path::Path;

use rusqlite::Connection;

pub use attachments::{Attachment, NewAttachment};
pub use checkpoints::Checkpoint;
pub use contacts::{Contact, ContactDevice, Verified};
pub use conversations::{Conversation, ConversationNo, NewConversation, Standing};
pub use deliveries::{Delivered, Delivery};
pub use devices::{Device, DeviceState};
pub use drafts::Draft;
pub use entries::{Entries, Kept};
pub use epochs::Epoch;
pub use error::StoreError;
pub use hidden::Hidden;
pub use invited::Awaited;
pub use key::DbKey;
pub use mail::{Direction, Mail, MailNo, NewMail};
pub use pending::Pending;
pub use queue::{NewQueued, Queued, QueuedNo};
pub use revocations::KnownRevocation;
pub use schema::VERSION;
pub use shown::Shown;
pub use transaction::Tx;

use ground::{Folder, Ground};
use places::Places;

/// What can be asked of a store. Also part of a transaction, which sees what it has written.
pub struct Reader {
    db: Connection,
    /// Where entries are.
    places: RefCell<Places>,
}

/// An open store.
pub struct Store {
    reader: Reader,
}

impl std::ops::Deref for Store {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl Store {
    /// Makes a new one, with the mode 0600.
    ///
    /// # Errors
    /// [`StoreError::Present`] where there is a file; it is left as it is. Where it cannot be
    /// made, nothing is left behind.
    pub fn create(path: &Path, key: &DbKey) -> Result<Self, StoreError> {
        Self::create_as(&Folder, path, Some(key))
    }

    /// Opens one, and brings an older version up to this one.
    ///
    /// # Errors
    /// [`StoreError`] says why not; the files are left as they are.
    pub fn open(path: &Path, key: &DbKey) -> Result<Self, StoreError> {
        Self::open_as(&Folder, path, Some(key))
    }

    /// A store without encryption: for measuring what encryption costs, and for tests that look
    /// for deleted bytes. Not part of the program.
    ///
    /// # Errors
    /// As [`Self::create`].
    #[cfg(any(test, feature = "plain-store"))]
    pub fn create_plain(path: &Path) -> Result<Self, StoreError> {
        Self::create_as(&Folder, path, None)
    }

    /// Opens a store without encryption.
    ///
    /// # Errors
    /// As [`Self::open`].
    #[cfg(any(test, feature = "plain-store"))]
    pub fn open_plain(path: &Path) -> Result<Self, StoreError> {
        Self::open_as(&Folder, path, None)
    }

    fn create_as(
        ground: &dyn Ground,
        path: &Path,
        key: Option<&DbKey>,
    ) -> Result<Self, StoreError> {
        ground.make_file(path)?;
        let made = connection::connect(ground, path, key, connection::State::New).and_then(|db| {
            schema::migrate(&db, schema::MIGRATIONS)?;
            ground.sync_folder(path, &db)?;
            Self::with(db)
        });
        if made.is_err() {
            ground.remove_files(path);
        }
        made
    }

    fn open_as(ground: &dyn Ground, path: &Path, key: Option<&DbKey>) -> Result<Self, StoreError> {
        let db = connection::connect(ground, path, key, connection::State::Old)?;
        schema::migrate(&db, schema::MIGRATIONS)?;
        connection::settle(&db, ground, path)?;
        Self::with(db)
    }

    fn with(db: Connection) -> Result<Self, StoreError> {
        let places = RefCell::new(Places::open(&db)?);
        Ok(Self { reader: Reader { db, places } })
    }

    /// Makes changes, all or none of them. When this returns `Ok`, they are on the disk.
    ///
    /// # Errors
    /// Those of the work, after which nothing is changed, and those of writing.
    pub fn write<T>(
        &mut self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.try_write(work)
    }

    /// As [`Self::write`], where the work has errors of its own.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn try_write<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let tx = Tx::begin(&self.reader)?;
        let done = work(&tx)?;
        tx.commit()?;
        Ok(done)
    }

    /// Reads every page and every row, and says whether all is sound. Slow: for a doctor.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with the first thing that is wrong.
    pub fn check(&mut self) -> Result<(), StoreError> {
        // SQLCipher looks at the file itself, and not at what is still in the log.
        self.cut_log()?;
        let mut pages = self.reader.db.prepare("PRAGMA cipher_integrity_check")?;
        if let Some(row) = pages.query([])?.next()? {
            return Err(StoreError::Damaged(row.get(0)?));
        }
        let sql = "PRAGMA integrity_check(1)";
        let said: String = self.reader.db.query_row(sql, [], |row| row.get(0))?;
        if said != "ok" {
            return Err(StoreError::Damaged(said));
        }
        let sql = "SELECT count(*) FROM entry";
        let entries: i64 = self.reader.db.query_row(sql, [], |row| row.get(0))?;
        if self.count_places()? != row::unsigned(entries) {
            return Err(StoreError::Damaged("the index of entries is not whole".into()));
        }
        Ok(())
    }

    /// Closes it: what is still in the write-ahead log is moved into the database, and the lock is
    /// given back. Dropping does the same, and does not say what went wrong.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn close(self) -> Result<(), StoreError> {
        self.reader.db.close().map_err(|(_, error)| error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::Store;

    #[test]
    fn a_store_can_be_handed_to_another_thread() {
        fn sent<T: Send>() {}
        sent::<Store>();
    }
}
