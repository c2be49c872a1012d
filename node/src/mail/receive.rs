//! Taking a private message in: opened, judged, kept; or kept sealed until its writer is known.

use mundi_identity::Fingerprint;
use mundi_identity::pgp::{self, Authorship, PgpCert};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{Author, Letter, MailError};
use crate::home::{Home, HomeError};
use crate::limits::{MAIL_SEALED_BYTES, MAIL_WAITING};
use crate::store::{Direction, Mail, MailNo, NewMail, StoreError};

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// It is here, to be read.
    New(MailNo),
    /// It is signed by a key that is not known here. It says that it is this person's, and waits
    /// for them to become a contact.
    Waits(MailNo, Fingerprint),
    /// It was here already.
    Known,
}

/// What became of messages that waited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// To be read now.
    pub arrived: Vec<MailNo>,
    /// Forgeries, with the reason: they are deleted.
    pub refused: Vec<String>,
}

/// What tells a message from others: the hash of the message as it travelled.
pub(super) fn id_of(sealed: &[u8]) -> [u8; 32] {
    Sha256::digest(sealed).into()
}

/// Whether bytes may be a sealed message: a text with a block that says so, or an OpenPGP packet
/// of a kind that begins one. A log in which somebody has quoted such a block is no text.
#[must_use]
pub fn is_sealed(bytes: &[u8]) -> bool {
    // The tag of a session key packet, in the new form and in the old one.
    let packet = |first: &u8| matches!(first, 0xc1 | 0x84..=0x87);
    let block = |text: &str| text.contains("-----BEGIN PGP MESSAGE-----");
    bytes.first().is_some_and(packet) || std::str::from_utf8(bytes).is_ok_and(block)
}

/// The message in its binary form.
fn binary(bytes: &[u8]) -> Result<Vec<u8>, HomeError> {
    if bytes.len() > MAIL_SEALED_BYTES {
        return Err(MailError::SealedLong(bytes.len()).into());
    }
    // The first bit of a packet is set, that of a letter of a block never.
    let is_binary = bytes.first().is_some_and(|first| first & 0x80 != 0);
    Ok(if is_binary { bytes.to_vec() } else { pgp::dearmor(bytes)? })
}

impl Home {
    /// Takes a sealed message in, armored or binary. `now`: ms since 1970.
    ///
    /// # Errors
    /// It is none, is not for the owner, or is a forgery: then nothing of it is kept. The keys
    /// cannot be used; the disk fails.
    pub fn receive_mail(&mut self, bytes: &[u8], now: u64) -> Result<Arrived, HomeError> {
        let sealed = binary(bytes)?;
        let (letter, author) = self.open_letter(&sealed, now)?;
        let from = letter.from;
        let mut mail = received(&sealed, letter, author, now);
        mail.expires = self.mail_period()?.end(now);
        if author == Author::Waiting {
            let mut waiting = self.store().mail()?;
            waiting.retain(is_waiting);
            if waiting.len() >= MAIL_WAITING && waiting.iter().all(|one| one.mail.id != mail.id) {
                return Err(MailError::TooManyWait.into());
            }
        }
        match self.write(|tx| tx.add_mail(&mail)) {
            Ok(number) if author == Author::Waiting => Ok(Arrived::Waits(number, from)),
            Ok(number) => Ok(Arrived::New(number)),
            Err(StoreError::Exists(_)) => Ok(Arrived::Known),
            Err(e) => Err(e.into()),
        }
    }

    /// Opens the messages that waited for people who are contacts now.
    ///
    /// # Errors
    /// The keys cannot be used; the disk fails.
    pub fn open_waiting(&mut self, now: u64) -> Result<Opened, HomeError> {
        let mut waiting = self.store().mail()?;
        waiting.retain(is_waiting);
        let mut opened = Opened::default();
        for one in waiting {
            if self.store().contact(&one.mail.peer)?.is_none() {
                continue;
            }
            let sealed = pgp::dearmor(one.mail.body.as_bytes())?;
            match self.open_letter(&sealed, now) {
                // What holds the key refuses for now: it waits on.
                Ok((_, Author::Waiting)) | Err(HomeError::Pgp(_)) => {}
                Ok((letter, author)) => {
                    let mut mail = received(&sealed, letter, author, now);
                    mail.expires = one.mail.expires;
                    let number = self.write(|tx| {
                        tx.remove_mail(one.number)?;
                        tx.add_mail(&mail)
                    })?;
                    opened.arrived.push(number);
                }
                Err(HomeError::Mail(forged)) => {
                    self.store().delete_mail(one.number)?;
                    opened.refused.push(forged.to_string());
                }
                Err(e) => return Err(e),
            }
        }
        Ok(opened)
    }

    /// Opens a message, and says who wrote it.
    fn open_letter(&self, sealed: &[u8], now: u64) -> Result<(Letter, Author), HomeError> {
        let inner = self.holder().decrypt(sealed)?;
        let plain = pgp::read(&inner, &[], now)?.plaintext;
        let letter = Letter::parse(&plain)?;
        if letter.to != self.me() {
            return Err(forged(format!(
                "it was written to {}, not to you; whoever sent it to you has passed it on",
                letter.to
            )));
        }
        let author = self.judge(&letter, &inner, now)?;
        Ok((letter, author))
    }

    /// Whose signature it is, against whose it says it is.
    fn judge(&self, letter: &Letter, inner: &[u8], now: u64) -> Result<Author, HomeError> {
        let from = self.cert_of(&letter.from)?;
        let known: Vec<&PgpCert> = from.iter().collect();
        match pgp::read(inner, &known, now)?.author {
            Authorship::By(_) => return Ok(Author::Signed),
            Authorship::Unsigned => return Ok(Author::Unsigned),
            Authorship::Bad => {
                return Err(forged(format!(
                    "the signature of {} on it does not verify",
                    self.name_of(&letter.from)
                )));
            }
            Authorship::UnknownKey => {}
        }
        let says = format!("it says that it is from {}", self.described(&letter.from));
        match self.signer(inner, now)? {
            Some(other) => Err(forged(format!("{says}, but {} signed it", self.described(&other)))),
            None if from.is_some() => Err(forged(format!(
                "{says}, but no key of theirs that is known here signed it; if they have a new \
                 key, ask for their card and add it first"
            ))),
            None => Ok(Author::Waiting),
        }
    }

    /// Which of all known people a message's signature names.
    fn signer(&self, inner: &[u8], now: u64) -> Result<Option<Fingerprint>, HomeError> {
        let contacts = self.store().contacts()?;
        let certs = contacts.iter().map(|contact| PgpCert::parse(&contact.cert));
        let certs: Vec<PgpCert> = certs.collect::<Result<_, _>>()?;
        for cert in certs.iter().chain([self.cert()]) {
            if matches!(pgp::read(inner, &[cert], now)?.author, Authorship::By(_) | Authorship::Bad)
            {
                return Ok(Some(cert.fingerprint()));
            }
        }
        Ok(None)
    }

    /// `ben? (0123…)`
    fn described(&self, person: &Fingerprint) -> String {
        format!("{} ({person})", self.name_of(person))
    }
}

fn is_waiting(one: &Mail) -> bool {
    one.mail.direction == Direction::In && Author::named(&one.mail.authorship) == Author::Waiting
}

fn forged(why: String) -> HomeError {
    MailError::Forged(why).into()
}

/// The row of a message. One that waits keeps its seal, and shows neither subject nor text.
fn received(sealed: &[u8], letter: Letter, author: Author, now: u64) -> NewMail {
    let waits = author == Author::Waiting;
    let text = Zeroizing::new(letter.body);
    NewMail {
        id: id_of(sealed),
        direction: Direction::In,
        peer: letter.from,
        // Nothing was written later than now: else it would stay for as long as it likes.
        at: letter.date.min(now),
        subject: if waits { String::new() } else { letter.subject },
        body: if waits { pgp::armor(sealed) } else { text.as_str().to_owned() },
        authorship: author.name().into(),
        expires: None,
    }
}
