//! Attachments: files that travel apart from entries and are named by their hash, in pieces.

use std::io::{Read, Write};

use rusqlite::{OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use super::row::{number, short, signed, unsigned};
use super::{ConversationNo, Reader, StoreError, Tx};
use crate::limits;

/// A stored file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    number: i64,
    /// SHA-256 over its bytes.
    pub hash: [u8; 32],
    /// The conversation with which it goes, if it is of one.
    pub conversation: Option<ConversationNo>,
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// Since when it is here, in ms since 1970.
    pub added_at: u64,
}

/// A file to store.
#[derive(Clone, Copy, Debug)]
pub struct NewAttachment<'a> {
    /// What its bytes must hash to; `None` where it is one's own file.
    pub hash: Option<[u8; 32]>,
    /// The conversation with which it goes.
    pub conversation: Option<ConversationNo>,
    /// Its name.
    pub name: &'a str,
    /// Now, in ms since 1970.
    pub at: u64,
}

const COLUMNS: &str = "number, hash, conversation, name, size, added_at";

fn of_row(row: &Row<'_>) -> rusqlite::Result<Attachment> {
    Ok(Attachment {
        number: row.get("number")?,
        hash: row.get("hash")?,
        conversation: row.get::<_, Option<i64>>("conversation")?.map(ConversationNo),
        name: row.get("name")?,
        size: number(row, "size")?,
        added_at: number(row, "added_at")?,
    })
}

impl Reader {
    /// All stored files.
    ///
    /// # Errors
    /// As all reading.
    pub fn attachments(&self) -> Result<Vec<Attachment>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM attachment ORDER BY number");
        let mut read = self.db.prepare_cached(&sql)?;
        let rows = read.query_map([], of_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One, by its hash.
    ///
    /// # Errors
    /// As all reading.
    pub fn attachment(&self, hash: &[u8; 32]) -> Result<Option<Attachment>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM attachment WHERE hash = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([hash], of_row).optional()?)
    }

    /// The bytes of all files together.
    ///
    /// # Errors
    /// As all reading.
    pub fn attachment_bytes(&self) -> Result<u64, StoreError> {
        let sql = "SELECT coalesce(sum(size), 0) FROM attachment";
        Ok(self.db.query_row(sql, [], |row| row.get(0)).map(unsigned)?)
    }

    /// Writes the bytes of one, piece by piece. Its hash is known at the end only: where that
    /// fails, what was written is not the file.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::WrongHash`], and what the writer says.
    pub fn read_attachment(&self, hash: &[u8; 32], to: &mut dyn Write) -> Result<(), StoreError> {
        let found = self.attachment(hash)?.ok_or(StoreError::NotFound("attachment"))?;
        let mut read = self.db.prepare_cached(
            "SELECT bytes FROM attachment_chunk WHERE row >= ?1 AND row < ?2 ORDER BY row",
        )?;
        let (first, end) = rows(found.number);
        let mut chunks = read.query([first, end])?;
        let mut digest = Sha256::new();
        while let Some(row) = chunks.next()? {
            let chunk = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
            digest.update(chunk);
            to.write_all(chunk)?;
        }
        if digest.finalize() == *hash { Ok(()) } else { Err(StoreError::WrongHash) }
    }
}

/// The rows of its pieces: from, up to and without.
fn rows(number: i64) -> (i64, i64) {
    (number << 32, number.saturating_add(1) << 32)
}

impl Tx<'_> {
    /// Stores a file, piece by piece, and says what it is; one that is here already is left as it
    /// is.
    ///
    /// # Errors
    /// [`StoreError::WrongHash`] where it is not what was expected, [`StoreError::TooLong`],
    /// [`StoreError::NotFound`] where there is no such conversation, and
    /// what the reader says. Nothing of the transaction is kept then.
    pub fn add_attachment(
        &self,
        new: &NewAttachment<'_>,
        from: &mut dyn Read,
    ) -> Result<Attachment, StoreError> {
        short("attachment's name", new.name)?;
        self.whole(|| self.add_file(new, from))
    }

    fn add_file(
        &self,
        new: &NewAttachment<'_>,
        from: &mut dyn Read,
    ) -> Result<Attachment, StoreError> {
        // Its hash and size are known at the end: until then, a hash that no file has.
        self.db
            .prepare_cached(
                "INSERT INTO attachment (hash, conversation, name, size, added_at)
                 VALUES (x'', ?1, ?2, 0, ?3)",
            )?
            .execute(params![new.conversation.map(|c| c.0), new.name, signed(new.at)])?;
        let number = self.db.last_insert_rowid();
        let (hash, size) = self.add_chunks(rows(number).0, from)?;
        if new.hash.is_some_and(|expected| expected != hash) {
            return Err(StoreError::WrongHash);
        }
        if let Some(known) = self.attachment(&hash)? {
            self.remove_chunks(number)?;
            return Ok(known);
        }
        self.db
            .prepare_cached("UPDATE attachment SET hash = ?2, size = ?3 WHERE number = ?1")?
            .execute(params![number, hash, signed(size)])?;
        self.attachment(&hash)?.ok_or(StoreError::NotFound("attachment"))
    }

    fn add_chunks(&self, first: i64, from: &mut dyn Read) -> Result<([u8; 32], u64), StoreError> {
        let mut add =
            self.db.prepare_cached("INSERT INTO attachment_chunk (row, bytes) VALUES (?1, ?2)")?;
        let (mut row, mut size, mut digest) = (first, 0u64, Sha256::new());
        let mut chunk = Vec::with_capacity(limits::ATTACHMENT_CHUNK);
        loop {
            chunk.clear();
            let mut piece = (&mut *from).take(limits::ATTACHMENT_CHUNK as u64);
            let found = piece.read_to_end(&mut chunk)?;
            if found == 0 {
                return Ok((digest.finalize().into(), size));
            }
            size = size.saturating_add(found as u64);
            if size > limits::ATTACHMENT_BYTES {
                let most = limits::ATTACHMENT_BYTES;
                return Err(StoreError::TooLong { what: "attachment", found: size, most });
            }
            digest.update(&chunk);
            add.execute(params![row, chunk])?;
            row = row.saturating_add(1);
        }
    }

    /// Removes a file's row and pieces.
    fn remove_chunks(&self, number: i64) -> Result<(), StoreError> {
        let (first, end) = rows(number);
        self.db
            .execute("DELETE FROM attachment_chunk WHERE row >= ?1 AND row < ?2", [first, end])?;
        self.db.execute("DELETE FROM attachment WHERE number = ?1", [number])?;
        Ok(())
    }

    /// Removes a file.
    pub(super) fn remove_attachment(&self, hash: &[u8; 32]) -> Result<(), StoreError> {
        let found = self.attachment(hash)?.ok_or(StoreError::NotFound("attachment"))?;
        self.remove_chunks(found.number)
    }

    /// Removes the files that go with a conversation.
    pub(super) fn remove_attachments(
        &self,
        conversation: ConversationNo,
    ) -> Result<(), StoreError> {
        let gone: Vec<i64> = {
            let mut read =
                self.db.prepare_cached("SELECT number FROM attachment WHERE conversation = ?1")?;
            let rows = read.query_map([conversation.0], |row| row.get(0))?;
            rows.collect::<Result<_, _>>()?
        };
        gone.into_iter().try_for_each(|number| self.remove_chunks(number))
    }
}
