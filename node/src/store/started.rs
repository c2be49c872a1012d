//! Whether SQLCipher has started.
//!
//! SQLite says that it has started before SQLCipher has (`sqlite3_initialize` sets `isInit`, then
//! runs `SQLITE_EXTRA_INIT`). Where two threads open their first databases at once, the later one
//! would be told that its key does not fit.

use std::sync::OnceLock;
use std::time::Duration;

use rusqlite::Connection;

use super::StoreError;

/// Tries, with a millisecond between them. Starting takes about ten.
const TRIES: usize = 5_000;

/// Starts SQLCipher, or waits until another thread has.
pub(super) fn started() -> Result<(), StoreError> {
    static STARTED: OnceLock<bool> = OnceLock::new();
    let ready = *STARTED.get_or_init(|| (0..TRIES).any(|_| takes_a_key()));
    if ready { Ok(()) } else { Err(StoreError::Io("SQLCipher does not start".into())) }
}

/// Whether a database in memory takes a key, which needs all of SQLCipher.
fn takes_a_key() -> bool {
    let tried = || {
        let db = Connection::open_in_memory()?;
        db.execute_batch("PRAGMA cipher_log_level = NONE;")?;
        db.execute_batch(&format!("PRAGMA key = \"x'{}'\";", "00".repeat(32)))
    };
    let ready: rusqlite::Result<()> = tried();
    if ready.is_err() {
        std::thread::sleep(Duration::from_millis(1));
    }
    ready.is_ok()
}
