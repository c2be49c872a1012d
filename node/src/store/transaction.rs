//! One transaction.

use rusqlite::{Transaction, TransactionBehavior};

use super::{Reader, StoreError};

/// What can be changed in a store, within [`super::Store::write`]. Dropped without a commit, all of
/// it is undone.
pub struct Tx<'a> {
    pub(super) reader: &'a Reader,
    /// Taken by the commit.
    inner: Option<Transaction<'a>>,
}

impl std::ops::Deref for Tx<'_> {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        self.reader
    }
}

impl<'a> Tx<'a> {
    pub(super) fn begin(reader: &'a Reader) -> Result<Self, StoreError> {
        let inner = Transaction::new_unchecked(&reader.db, TransactionBehavior::Immediate)?;
        Ok(Self { reader, inner: Some(inner) })
    }

    pub(super) fn commit(mut self) -> Result<(), StoreError> {
        self.merge_places_if_due()?;
        if let Some(inner) = self.inner.take()
            && let Err(error) = inner.commit()
        {
            // rusqlite has rolled it back when it dropped it.
            self.reader.forget_places();
            return Err(error.into());
        }
        Ok(())
    }
}

impl Drop for Tx<'_> {
    fn drop(&mut self) {
        if self.inner.take().is_some() {
            self.reader.forget_places();
        }
    }
}
