//! One transaction.

use std::cell::Cell;

use rusqlite::{Transaction, TransactionBehavior};

use super::{Reader, StoreError};

/// What can be changed in a store, within [`super::Store::write`]. Dropped without a commit, all of
/// it is undone.
pub struct Tx<'a> {
    pub(super) reader: &'a Reader,
    /// Taken by the commit.
    inner: Option<Transaction<'a>>,
    /// Whether a change of several steps failed on its way.
    half_done: Cell<bool>,
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
        Ok(Self { reader, inner: Some(inner), half_done: Cell::new(false) })
    }

    /// Makes a change of several steps. Where one of them fails, the transaction can no longer be
    /// committed, even if who called hides the error.
    pub(super) fn whole<T>(
        &self,
        steps: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let done = steps();
        if done.is_err() {
            self.half_done.set(true);
        }
        done
    }

    pub(super) fn commit(mut self) -> Result<(), StoreError> {
        if self.half_done.get() {
            return Err(StoreError::HalfDone);
        }
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
