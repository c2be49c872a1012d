//! Writing a private message: signed, sealed for one person, a copy kept.

use mundi_identity::Fingerprint;
use mundi_identity::pgp;
use zeroize::Zeroizing;

use super::receive::id_of;
use super::{Author, Letter};
use crate::home::{Home, HomeError};
use crate::store::{Direction, MailNo, NewMail};

/// Whether the owner says with their key that a message is theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    /// The reader can be sure who wrote it, and prove it to others.
    Signed,
    /// It shows nothing but what it says.
    Unsigned,
}

/// What is to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewLetter<'a> {
    /// To whom.
    pub to: Fingerprint,
    /// One line, or nothing.
    pub subject: &'a str,
    /// The text.
    pub body: &'a str,
    /// Whether it is signed.
    pub signing: Signing,
}

/// A message that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The copy that is kept here.
    pub number: MailNo,
    /// The sealed message, as a block of text, to be handed to the reader.
    pub message: String,
}

impl Home {
    /// Writes a message that only its reader can open; nothing outside of the seal says who that
    /// is. A copy of the text is kept here.
    ///
    /// # Errors
    /// The reader's key is not known or cannot be used; the message is empty or too long; the
    /// owner's key cannot sign; the disk fails.
    pub fn write_mail(&mut self, new: &NewLetter<'_>, now: u64) -> Result<Sent, HomeError> {
        let letter = Letter::new(self.me(), new.to, now, new.subject, new.body)?;
        let cert = self.cert_of(&new.to)?.ok_or_else(|| HomeError::NoSuchPerson {
            name: new.to.to_string(),
            hint: "; add their card: `mundi contacts add NAME FILE`".into(),
        })?;
        cert.usable(now)?;
        let text = Zeroizing::new(letter.text());
        let (inner, author) = match new.signing {
            Signing::Signed => (self.holder().sign_message(text.as_bytes(), now)?, Author::Signed),
            Signing::Unsigned => (pgp::literal(text.as_bytes())?, Author::Unsigned),
        };
        let sealed = pgp::encrypt(&[&cert], &Zeroizing::new(inner), now)?;
        let kept = NewMail {
            id: id_of(&sealed),
            direction: Direction::Out,
            peer: new.to,
            at: letter.date,
            subject: letter.subject,
            body: letter.body,
            authorship: author.name().into(),
            expires: self.mail_period()?.end(now),
        };
        let number = self.write(|tx| tx.add_mail(&kept))?;
        Ok(Sent { number, message: pgp::armor(&sealed) })
    }
}
