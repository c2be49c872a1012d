//! How values of Rust lie in rows.

use mundi_engine::EntryId;
use mundi_identity::{DevicePublic, Fingerprint};
use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use super::StoreError;
use crate::limits;

/// A number without sign, as SQLite's numbers with one; times above the year 292,277,026 are cut.
pub(super) fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Back; a negative one, which is never written, is 0.
pub(super) fn unsigned(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

/// A number without sign in a column.
pub(super) fn number(row: &Row<'_>, column: &str) -> rusqlite::Result<u64> {
    row.get(column).map(unsigned)
}

/// An entry's id as a column.
pub(super) struct Id(pub EntryId);

impl FromSql for Id {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        <[u8; 32]>::column_result(value).map(|bytes| Self(EntryId(bytes)))
    }
}

/// A device's key as a column.
pub(super) struct Key(pub DevicePublic);

impl FromSql for Key {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        <[u8; 32]>::column_result(value).map(|bytes| Self(DevicePublic(bytes)))
    }
}

impl ToSql for Key {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.0.as_slice().into())
    }
}

/// A fingerprint as a column.
pub(super) struct Print(pub Fingerprint);

impl FromSql for Print {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let bytes = value.as_blob()?;
        Fingerprint::new(bytes).map(Self).ok_or(FromSqlError::InvalidType)
    }
}

/// Whether an error says that something is there already.
pub(super) fn exists(what: &'static str) -> impl Fn(rusqlite::Error) -> StoreError {
    move |error| match error.sqlite_error().map(|failure| failure.extended_code) {
        Some(
            rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
        ) => StoreError::Exists(what),
        _ => error.into(),
    }
}

/// That a change met a row.
pub(super) fn met(rows: usize, what: &'static str) -> Result<(), StoreError> {
    if rows == 0 { Err(StoreError::NotFound(what)) } else { Ok(()) }
}

/// That a text is not longer than a store takes.
pub(super) fn short(what: &'static str, text: &str) -> Result<(), StoreError> {
    if text.len() <= limits::TEXT_BYTES {
        return Ok(());
    }
    let (found, most) = (text.len() as u64, limits::TEXT_BYTES as u64);
    Err(StoreError::TooLong { what, found, most })
}
