//! Deleting for good.
//!
//! What is deleted is overwritten in the database (`secure_delete`), and the write-ahead log, which
//! still holds it, is moved into the database and cut to nothing before these return. Where that
//! last step fails, the deletion stands, and [`Store::cut_log`] is to be tried again. The system
//! may keep blocks that a file gave back, and a disk its worn ones: all of them are encrypted.

use super::{ConversationNo, MailNo, Store, StoreError, Tx};

impl Store {
    /// Deletes the private messages that expire at or before a time and are not kept; says how
    /// many.
    ///
    /// # Errors
    /// Where the disk or the file fails.
    pub fn purge_mail(&mut self, before: u64) -> Result<usize, StoreError> {
        let count = self.write(|tx| tx.remove_expired_mail(before))?;
        self.cut_log()?;
        Ok(count)
    }

    /// Deletes one private message.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn delete_mail(&mut self, number: MailNo) -> Result<(), StoreError> {
        self.write(|tx| tx.remove_mail(number))?;
        self.cut_log()
    }

    /// Deletes a file.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn delete_attachment(&mut self, hash: &[u8; 32]) -> Result<(), StoreError> {
        self.write(|tx| tx.remove_attachment(hash))?;
        self.cut_log()
    }

    /// Deletes a conversation and all that belongs to it: entries, secrets, drafts, attachments.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn delete_conversation(&mut self, number: ConversationNo) -> Result<(), StoreError> {
        self.write(|tx| tx.remove_conversation(number))?;
        self.cut_log()
    }

    /// Deletes everything that was said: all conversations, private messages, drafts, attachments
    /// and what waits to be sent, kept or not. One's own devices, settings and contacts stay.
    ///
    /// # Errors
    /// Where the disk or the file fails.
    pub fn purge_all(&mut self) -> Result<(), StoreError> {
        self.write(|tx| {
            for conversation in tx.conversations()? {
                tx.remove_conversation(conversation.number)?;
            }
            Ok(tx.db.execute_batch(
                "DELETE FROM mail; DELETE FROM draft; DELETE FROM queue; DELETE FROM sent;
                 DELETE FROM attachment_chunk; DELETE FROM attachment;",
            )?)
        })?;
        self.cut_log()?;
        // Gives the room back to the disk.
        self.reader.db.execute_batch("VACUUM")?;
        self.cut_log()
    }

    /// Moves the write-ahead log into the database, and cuts it to nothing.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn cut_log(&mut self) -> Result<(), StoreError> {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy: i64 = self.reader.db.query_row(sql, [], |row| row.get(0))?;
        if busy == 0 { Ok(()) } else { Err(StoreError::InUse { pid: None }) }
    }
}

impl Tx<'_> {
    fn remove_conversation(&self, number: ConversationNo) -> Result<(), StoreError> {
        self.whole(|| {
            self.remove_entries(number)?;
            self.remove_checkpoint(number)?;
            self.remove_attachments(number)?;
            // The rest goes with it, by the schema.
            let sql = "DELETE FROM conversation WHERE number = ?1";
            super::row::met(self.db.execute(sql, [number.0])?, "conversation")
        })
    }
}

#[cfg(test)]
mod tests {
    //! In a store without encryption, with the same schema and settings: only there can deleted
    //! bytes be looked for.

    use std::path::Path;

    use mundi_engine::EntryId;
    use mundi_identity::Fingerprint;
    use zeroize::Zeroizing;

    use crate::store::{
        ConversationNo, Direction, Draft, Epoch, Hidden, NewAttachment, NewConversation, NewMail,
        NewQueued, Pending, Store,
    };

    /// How often a text is in the files of a folder.
    fn count(folder: &Path, text: &str) -> usize {
        let in_file = |path: std::path::PathBuf| {
            let bytes = std::fs::read(path).unwrap();
            bytes.windows(text.len()).filter(|window| *window == text.as_bytes()).count()
        };
        std::fs::read_dir(folder).unwrap().map(|entry| in_file(entry.unwrap().path())).sum()
    }

    fn mail(store: &mut Store, n: u8, body: &str) {
        let mail = NewMail {
            id: [n; 32],
            direction: Direction::In,
            peer: Fingerprint::new(&[1; 20]).unwrap(),
            at: 1,
            subject: format!("subject-{body}"),
            // Long: most of it lies in pages of its own.
            body: format!("{body} ").repeat(2_000),
            authorship: "signed".into(),
            expires: Some(u64::from(n)),
        };
        store.write(|tx| tx.add_mail(&mail)).unwrap();
    }

    fn conversation(store: &mut Store, n: u8, text: &str) -> ConversationNo {
        let marked = text.repeat(50);
        let id = |k: u8| EntryId([n.wrapping_add(k); 32]);
        let new = NewConversation {
            id: id(0),
            open: marked.as_bytes(),
            title: text,
            topic: Some(text),
            opened_at: 0,
            device: None,
        };
        let secret = || Zeroizing::new(text.as_bytes().to_vec());
        let bytes = || marked.as_bytes().to_vec();
        store
            .write(|tx| {
                let number = tx.add_conversation(&new)?;
                let conversation = Some(number);
                for k in 1..40 {
                    tx.append(number, &[(id(k), marked.as_bytes())])?;
                }
                tx.set_checkpoint(number, 1, marked.repeat(500).as_bytes())?;
                tx.add_epoch(number, &Epoch { tag: vec![1], secret: secret(), since: 0 })?;
                let hidden =
                    Hidden { entry: id(1), field: "f".into(), salt: secret(), value: secret() };
                tx.set_hidden(number, &hidden)?;
                tx.add_pending(number, &Pending { id: id(99), arrived: 1, bytes: bytes() })?;
                tx.set_draft(&Draft { conversation, name: text.into(), at: 1, bytes: bytes() })?;
                let file = NewAttachment { hash: None, conversation, name: text, at: 0 };
                tx.add_attachment(&file, &mut marked.repeat(300).as_bytes())?;
                Ok(number)
            })
            .unwrap()
    }

    #[test]
    fn expired_mail_is_nowhere_in_the_files_and_other_mail_is() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::create_plain(&folder.path().join("db")).unwrap();
        for n in 0..20 {
            mail(&mut store, n, if n % 2 == 0 { "marker-even" } else { "marker-odd" });
        }
        assert!(count(folder.path(), "marker-even") >= 20_000, "the search finds what is there");
        store.write(|tx| Ok(tx.db.execute("UPDATE mail SET keep = number % 2 = 0", [])?)).unwrap();
        // The odd numbers are the even ids.
        assert_eq!(store.purge_mail(100).unwrap(), 10);
        assert_eq!(count(folder.path(), "marker-even"), 0);
        // Nearly all: some lie across the border of two pages.
        assert!(count(folder.path(), "marker-odd") > 19_000);
    }

    #[test]
    fn a_deleted_conversation_is_nowhere_in_the_files_and_another_is() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::create_plain(&folder.path().join("db")).unwrap();
        let gone = conversation(&mut store, 0, "marker-gone");
        conversation(&mut store, 120, "marker-stays");
        assert!(count(folder.path(), "marker-gone") > 40_000);
        store.delete_conversation(gone).unwrap();
        assert_eq!(count(folder.path(), "marker-gone"), 0);
        assert!(count(folder.path(), "marker-stays") > 40_000);
        store.close().unwrap();
        assert_eq!(count(folder.path(), "marker-gone"), 0);
    }

    #[test]
    fn after_purging_everything_nothing_that_was_said_is_in_the_files() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::create_plain(&folder.path().join("db")).unwrap();
        conversation(&mut store, 0, "marker-said");
        conversation(&mut store, 120, "marker-said");
        mail(&mut store, 1, "marker-said");
        let queued = NewQueued {
            id: [1; 32],
            destination: b"marker-said".to_vec(),
            bytes: b"marker-said".to_vec(),
            created: 0,
            next: 0,
        };
        store.write(|tx| tx.enqueue(&queued)).unwrap();
        store.write(|tx| tx.set_setting("stays", b"marker-stays")).unwrap();
        store.purge_all().unwrap();
        assert_eq!(count(folder.path(), "marker-said"), 0);
        assert_eq!(count(folder.path(), "marker-stays"), 1);
        let size = std::fs::metadata(folder.path().join("db")).unwrap().len();
        assert!(size < 300_000, "{size} bytes are left");
    }

    /// The tests above can fail: without the settings, the bytes stay.
    #[test]
    fn without_secure_delete_or_without_cutting_the_log_deleted_bytes_stay() {
        for (setting, cut) in [("OFF", true), ("ON", false)] {
            let folder = tempfile::tempdir().unwrap();
            let mut store = Store::create_plain(&folder.path().join("db")).unwrap();
            store.reader.db.execute_batch(&format!("PRAGMA secure_delete = {setting}")).unwrap();
            mail(&mut store, 1, "marker-gone");
            store.write(|tx| tx.remove_expired_mail(9)).unwrap();
            if cut {
                store.cut_log().unwrap();
            }
            assert!(count(folder.path(), "marker-gone") > 0, "{setting} {cut}");
        }
    }
}
