//! Conversations: what a list of them shows, without their entries.

use mundi_engine::EntryId;
use mundi_identity::DevicePublic;
use rusqlite::{OptionalExtension, Row, params};

use super::row::{Id, Key, exists, met, number, short, signed};
use super::{Reader, StoreError, Tx};
use crate::limits;

/// A conversation's number in this store, from 1; it means nothing elsewhere, and is never given
/// again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConversationNo(pub(super) i64);

impl ConversationNo {
    /// The rows of its entries (or of another kind): from, up to and without.
    pub(super) fn rows(self) -> (i64, i64) {
        (self.0 << 32, self.0.saturating_add(1) << 32)
    }
}

impl std::fmt::Display for ConversationNo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A conversation as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Its number here.
    pub number: ConversationNo,
    /// The id of its `open` entry.
    pub id: EntryId,
    /// The title of its rules.
    pub title: String,
    /// What it is about.
    pub topic: Option<String>,
    /// When it was opened, in ms since 1970.
    pub opened_at: u64,
    /// When somebody last said something, in ms since 1970.
    pub last_at: u64,
    /// How many entries are stored, `open` included.
    pub entries: u64,
    /// How it stands, in words.
    pub standing: String,
    /// The host's marks for the list.
    pub flags: u32,
    /// The device with which the owner of the home writes in it, if they may.
    pub device: Option<DevicePublic>,
    /// Whether it is left out of the list.
    pub archived: bool,
    /// Whether it is exempt from purging.
    pub keep: bool,
}

/// A conversation to add.
#[derive(Clone, Copy, Debug)]
pub struct NewConversation<'a> {
    /// The id of its `open` entry.
    pub id: EntryId,
    /// The signed bytes of its `open` entry.
    pub open: &'a [u8],
    /// The title of its rules.
    pub title: &'a str,
    /// What it is about.
    pub topic: Option<&'a str>,
    /// When it was opened, in ms since 1970.
    pub opened_at: u64,
    /// The device with which the owner of the home writes in it.
    pub device: Option<DevicePublic>,
}

/// What the list says of a conversation after a change.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// When somebody last said something, in ms since 1970.
    pub last_at: u64,
    /// How it stands, in words.
    pub text: &'a str,
    /// The host's marks.
    pub flags: u32,
}

const COLUMNS: &str = "number, id, title, topic, opened_at, last_at, entries, standing, flags, \
                       device, archived, keep";

fn of_row(row: &Row<'_>) -> rusqlite::Result<Conversation> {
    Ok(Conversation {
        number: ConversationNo(row.get("number")?),
        id: row.get::<_, Id>("id")?.0,
        title: row.get("title")?,
        topic: row.get("topic")?,
        opened_at: number(row, "opened_at")?,
        last_at: number(row, "last_at")?,
        entries: number(row, "entries")?,
        standing: row.get("standing")?,
        flags: row.get("flags")?,
        device: row.get::<_, Option<Key>>("device")?.map(|key| key.0),
        archived: row.get("archived")?,
        keep: row.get("keep")?,
    })
}

impl Reader {
    /// All of them, the one that moved last first.
    ///
    /// # Errors
    /// Where the disk or the file fails, as all reading.
    pub fn conversations(&self) -> Result<Vec<Conversation>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM conversation ORDER BY last_at DESC, number");
        let mut read = self.db.prepare_cached(&sql)?;
        let rows = read.query_map([], of_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One, by its number.
    ///
    /// # Errors
    /// As [`Reader::conversations`].
    pub fn conversation(&self, number: ConversationNo) -> Result<Option<Conversation>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM conversation WHERE number = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([number.0], of_row).optional()?)
    }

    /// One, by the id of its `open` entry.
    ///
    /// # Errors
    /// As [`Reader::conversations`].
    pub fn conversation_of(&self, id: &EntryId) -> Result<Option<Conversation>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM conversation WHERE id = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([id.0], of_row).optional()?)
    }
}

impl Tx<'_> {
    /// Adds one. Its `open` becomes its first entry.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where it, or an entry of its id, is here already.
    pub fn add_conversation(
        &self,
        new: &NewConversation<'_>,
    ) -> Result<ConversationNo, StoreError> {
        short("title", new.title)?;
        short("topic", new.topic.unwrap_or_default())?;
        let number = self.add_row(new)?;
        self.whole(|| {
            if number.0 > limits::CONVERSATIONS {
                let (found, most) = (number.0.unsigned_abs(), limits::CONVERSATIONS.unsigned_abs());
                return Err(StoreError::TooLong { what: "list of conversations", found, most });
            }
            match self.append(number, &[(new.id, new.open)])? {
                0 => Err(StoreError::Exists("entry")),
                _ => Ok(number),
            }
        })
    }

    fn add_row(&self, new: &NewConversation<'_>) -> Result<ConversationNo, StoreError> {
        let sql = "INSERT INTO conversation (id, title, topic, opened_at, last_at, entries,
                       standing, flags, device, archived, keep)
                   VALUES (?1, ?2, ?3, ?4, ?4, 0, '', 0, ?5, 0, 0)";
        let (at, device) = (signed(new.opened_at), new.device.map(Key));
        self.db
            .prepare_cached(sql)?
            .execute(params![new.id.0, new.title, new.topic, at, device])
            .map_err(exists("conversation"))?;
        Ok(ConversationNo(self.db.last_insert_rowid()))
    }

    /// Writes down how one stands.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_standing(
        &self,
        number: ConversationNo,
        standing: &Standing<'_>,
    ) -> Result<(), StoreError> {
        short("standing", standing.text)?;
        let rows = self
            .db
            .prepare_cached(
                "UPDATE conversation SET last_at = ?2, standing = ?3, flags = ?4 WHERE number = ?1",
            )?
            .execute(params![number.0, signed(standing.last_at), standing.text, standing.flags])?;
        met(rows, "conversation")
    }

    /// Sets the device with which the owner of the home writes in one.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_conversation_device(
        &self,
        number: ConversationNo,
        device: Option<DevicePublic>,
    ) -> Result<(), StoreError> {
        let rows = self.db.execute(
            "UPDATE conversation SET device = ?2 WHERE number = ?1",
            params![number.0, device.map(Key)],
        )?;
        met(rows, "conversation")
    }

    /// Puts one away, or back.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_archived(&self, number: ConversationNo, archived: bool) -> Result<(), StoreError> {
        let sql = "UPDATE conversation SET archived = ?2 WHERE number = ?1";
        met(self.db.execute(sql, params![number.0, archived])?, "conversation")
    }

    /// Exempts one from purging, or no longer.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_keep(&self, number: ConversationNo, keep: bool) -> Result<(), StoreError> {
        let sql = "UPDATE conversation SET keep = ?2 WHERE number = ?1";
        met(self.db.execute(sql, params![number.0, keep])?, "conversation")
    }
}
