//! The versions of the schema, and how an older one becomes the newest.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::StoreError;

/// What makes each version out of the one before; the first out of an empty file. A version that
/// was released is never changed here: what it lacks is a new one.
pub(super) const MIGRATIONS: &[&str] = &[include_str!("schema/1.sql")];

/// The newest version.
pub const VERSION: u32 = 1;

/// What tells this program's files from others: "mndi".
const APPLICATION: i32 = 0x6d6e_6469;

/// The version of a file: 0 where it is empty.
fn version(db: &Connection) -> Result<u32, StoreError> {
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    u32::try_from(version).map_err(|_| StoreError::Damaged("its version is negative".into()))
}

/// Brings a file up to the newest version, in one transaction.
pub(super) fn migrate(db: &Connection, migrations: &[&str]) -> Result<(), StoreError> {
    let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    let found = version(db)?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    let application: i32 = db.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if found > 0 && application != APPLICATION {
        return Err(StoreError::Damaged("another program wrote it".into()));
    }
    if found == known {
        return Ok(());
    }
    let tx = Transaction::new_unchecked(db, TransactionBehavior::Immediate)?;
    for step in migrations.iter().skip(usize::try_from(found).unwrap_or(usize::MAX)) {
        tx.execute_batch(step)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION)?;
    tx.pragma_update(None, "user_version", known)?;
    tx.commit()?;
    Ok(())
}
