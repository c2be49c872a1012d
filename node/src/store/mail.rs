//! Private messages between two people.

use mundi_identity::Fingerprint;
use rusqlite::{OptionalExtension, Row, params};

use super::row::{Print, exists, met, number, short, signed, unsigned};
use super::{Reader, StoreError, Tx};

/// A message's number in this store; never given again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailNo(pub i64);

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the owner of the home.
    In,
    /// From the owner of the home.
    Out,
}

/// A private message to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMail {
    /// What tells it from others: the hash of the message as it travelled.
    pub id: [u8; 32],
    /// Which way it went.
    pub direction: Direction,
    /// The other person.
    pub peer: Fingerprint,
    /// When it was written, in ms since 1970.
    pub at: u64,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub body: String,
    /// Whether it is signed, in the host's words.
    pub authorship: String,
    /// When it goes, in ms since 1970, unless it is kept.
    pub expires: Option<u64>,
}

/// A private message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its number here.
    pub number: MailNo,
    /// What it is.
    pub mail: NewMail,
    /// Whether it was read.
    pub read: bool,
    /// Whether it is exempt from purging.
    pub keep: bool,
}

const COLUMNS: &str =
    "number, id, outgoing, peer, at, subject, body, authorship, expires, read, keep";

fn of_row(row: &Row<'_>) -> rusqlite::Result<Mail> {
    let direction = if row.get("outgoing")? { Direction::Out } else { Direction::In };
    Ok(Mail {
        number: MailNo(row.get("number")?),
        mail: NewMail {
            id: row.get("id")?,
            direction,
            peer: row.get::<_, Print>("peer")?.0,
            at: number(row, "at")?,
            subject: row.get("subject")?,
            body: row.get("body")?,
            authorship: row.get("authorship")?,
            expires: row.get::<_, Option<i64>>("expires")?.map(unsigned),
        },
        read: row.get("read")?,
        keep: row.get("keep")?,
    })
}

impl Reader {
    /// All messages, the oldest first.
    ///
    /// # Errors
    /// As all reading.
    pub fn mail(&self) -> Result<Vec<Mail>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM mail ORDER BY at, number");
        let mut read = self.db.prepare_cached(&sql)?;
        let rows = read.query_map([], of_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Those with one person, the oldest first.
    ///
    /// # Errors
    /// As all reading.
    pub fn mail_with(&self, peer: &Fingerprint) -> Result<Vec<Mail>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM mail WHERE peer = ?1 ORDER BY at, number");
        let mut read = self.db.prepare_cached(&sql)?;
        let rows = read.query_map([peer.as_bytes()], of_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One.
    ///
    /// # Errors
    /// As all reading.
    pub fn one_mail(&self, number: MailNo) -> Result<Option<Mail>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM mail WHERE number = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([number.0], of_row).optional()?)
    }
}

impl Tx<'_> {
    /// Keeps a message, unread and not exempt from purging.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where it is here already.
    pub fn add_mail(&self, mail: &NewMail) -> Result<MailNo, StoreError> {
        short("subject", &mail.subject)?;
        self.db
            .prepare_cached(
                "INSERT INTO mail (id, outgoing, peer, at, subject, body, authorship, expires,
                     read, keep)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0)",
            )?
            .execute(params![
                mail.id,
                mail.direction == Direction::Out,
                mail.peer.as_bytes(),
                signed(mail.at),
                mail.subject,
                mail.body,
                mail.authorship,
                mail.expires.map(signed)
            ])
            .map_err(exists("message"))?;
        Ok(MailNo(self.db.last_insert_rowid()))
    }

    /// Marks one as read, or not.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_mail_read(&self, number: MailNo, read: bool) -> Result<(), StoreError> {
        let sql = "UPDATE mail SET read = ?2 WHERE number = ?1";
        met(self.db.execute(sql, params![number.0, read])?, "message")
    }

    /// Exempts one from purging, or no longer.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_mail_keep(&self, number: MailNo, keep: bool) -> Result<(), StoreError> {
        let sql = "UPDATE mail SET keep = ?2 WHERE number = ?1";
        met(self.db.execute(sql, params![number.0, keep])?, "message")
    }

    /// Sets anew when all messages go: so many ms after they were written; `None`: never.
    ///
    /// # Errors
    /// Where the disk or the file fails.
    pub fn set_mail_period(&self, period: Option<u64>) -> Result<(), StoreError> {
        let period = period.map(|period| signed(period.min(1 << 50)));
        self.db.execute("UPDATE mail SET expires = min(at, 1 << 60) + ?1", [period])?;
        Ok(())
    }

    /// Deletes those that expire at or before a time and are not kept; how many.
    pub(super) fn remove_expired_mail(&self, before: u64) -> Result<usize, StoreError> {
        let sql = "DELETE FROM mail WHERE expires <= ?1 AND keep = 0";
        Ok(self.db.execute(sql, [signed(before)])?)
    }

    /// Deletes one.
    pub(crate) fn remove_mail(&self, number: MailNo) -> Result<(), StoreError> {
        met(self.db.execute("DELETE FROM mail WHERE number = ?1", [number.0])?, "message")
    }
}
