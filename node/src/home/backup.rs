//! A backup: all of a home that the seed phrase does not bring back, for its owner alone.
//!
//! The file is one or more OpenPGP messages in armor, one after the other, each encrypted to the
//! owner's own key with a hidden recipient, and signed by it. In each is a part of the content
//! (`["mundi.backup.1", person, at, backup, number, count, bytes]`); the parts together are one
//! value in deterministic CBOR (`content`). Large homes need several parts, because an OpenPGP
//! message is held in memory as a whole.
//!
//! Invariant: what is not signed by the owner's key, or not whole, is not restored at all.

mod content;
mod restore;

use mundi_engine::cbor::{self, CborError, Reader};
use mundi_identity::Fingerprint;
use mundi_identity::pgp::{self, Authorship, Keyholder, PgpError};
use zeroize::Zeroizing;

pub use restore::Restored;

use super::{Home, HomeError};
use crate::exchange::ExchangeError;
use crate::limits::{BACKUP_BYTES, BACKUP_PART};
use content::Content;

const KIND: &str = "mundi.backup.1";
const END: &str = "-----END PGP MESSAGE-----";

/// A backup, as it was made.
pub struct BackUp {
    /// The file's content.
    pub text: String,
    /// How many contacts are in it.
    pub contacts: usize,
    /// How many conversations are in it.
    pub conversations: usize,
    /// How many private messages are in it.
    pub mail: usize,
}

impl Home {
    /// A copy of the whole home for its owner: contacts, revocations, conversations with their
    /// secrets, private messages, settings. Not the secret keys: those come from the phrase.
    ///
    /// # Errors
    /// The home is larger than a backup may be; the key cannot be used; the disk fails.
    pub fn back_up(&self, now: u64) -> Result<BackUp, HomeError> {
        let content = Content::of(self)?;
        let bytes = content.encode();
        if bytes.len() > BACKUP_BYTES {
            return Err(too_large(bytes.len()));
        }
        let mut id = [0; 16];
        getrandom::fill(&mut id)?;
        let count = bytes.len().div_ceil(BACKUP_PART);
        let mut text = String::new();
        for (number, piece) in bytes.chunks(BACKUP_PART).enumerate() {
            let part = Part { person: self.me(), at: now, id, number, count, bytes: piece };
            text.push_str(&part.seal(self.holder(), now)?);
        }
        let conversations = content.conversations.len();
        Ok(BackUp {
            text,
            contacts: content.contacts.len(),
            conversations,
            mail: content.mail.len(),
        })
    }

    /// Opens a backup of this home's owner.
    fn opened(&self, text: &str, now: u64) -> Result<Content, HomeError> {
        let mut joined = Zeroizing::new(Vec::new());
        let mut head = None;
        let mut parts = 0;
        for block in text.split_inclusive(END).filter(|block| !block.trim().is_empty()) {
            let plain = self.unsealed(block, now)?;
            let part = Part::decode(&plain).map_err(form)?;
            if part.person != self.me() {
                return Err(HomeError::Useless(format!(
                    "this backup is of {}, and this home is {}'s",
                    part.person,
                    self.me()
                )));
            }
            let this = (part.id, part.count, part.at);
            if *head.get_or_insert(this) != this || part.number != parts {
                return Err(damaged("its parts are not in their order, or of several backups"));
            }
            if joined.len().saturating_add(part.bytes.len()) > BACKUP_BYTES {
                return Err(too_large(joined.len() + part.bytes.len()));
            }
            joined.extend_from_slice(part.bytes);
            parts += 1;
        }
        match head {
            None => Err(damaged("it is empty")),
            Some((_, count, _)) if count != parts => Err(damaged("its end is missing")),
            Some(_) => Content::decode(&joined).map_err(form),
        }
    }

    /// One block, decrypted; signed by the owner.
    fn unsealed(&self, block: &str, now: u64) -> Result<Zeroizing<Vec<u8>>, HomeError> {
        let sealed = pgp::dearmor(block.as_bytes()).map_err(|e| damaged(&e.to_string()))?;
        let inner = self.holder().decrypt(&sealed).map_err(|e| match e {
            PgpError::NotForUs => HomeError::Useless(
                "this backup does not open with this home's key: it is somebody else's".into(),
            ),
            PgpError::Damaged(_) | PgpError::Form { .. } => damaged(&e.to_string()),
            other => other.into(),
        })?;
        let opened = pgp::read(&inner, &[self.cert()], now)?;
        if opened.author != Authorship::By(self.me()) {
            return Err(HomeError::Useless(
                "this backup is not signed by your key: somebody else made it; nothing is restored"
                    .into(),
            ));
        }
        Ok(opened.plaintext)
    }
}

/// A part of a backup's content, and where it belongs.
struct Part<'a> {
    person: Fingerprint,
    at: u64,
    /// Tells parts of several backups apart.
    id: [u8; 16],
    /// From 0.
    number: usize,
    count: usize,
    bytes: &'a [u8],
}

impl<'a> Part<'a> {
    fn seal(&self, holder: &dyn Keyholder, now: u64) -> Result<String, HomeError> {
        let mut plain = Zeroizing::new(Vec::with_capacity(self.bytes.len() + 128));
        cbor::write_array(&mut plain, 7);
        cbor::write_text(&mut plain, KIND);
        cbor::write_bytes(&mut plain, self.person.as_bytes());
        cbor::write_uint(&mut plain, self.at);
        cbor::write_bytes(&mut plain, &self.id);
        cbor::write_uint(&mut plain, self.number as u64);
        cbor::write_uint(&mut plain, self.count as u64);
        cbor::write_bytes(&mut plain, self.bytes);
        let inner = Zeroizing::new(holder.sign_message(&plain, now)?);
        Ok(pgp::armor(&pgp::encrypt(&[holder.cert()], &inner, now)?))
    }

    fn decode(bytes: &'a [u8]) -> Result<Self, CborError> {
        let mut from = Reader::new(bytes);
        if from.array()? != 7 || from.text()? != KIND {
            return Err(CborError::Kind);
        }
        let part = Self {
            person: Fingerprint::new(from.bytes()?).ok_or(CborError::Kind)?,
            at: from.uint()?,
            id: from.bytes()?.try_into().map_err(|_| CborError::Kind)?,
            number: usize::try_from(from.uint()?).map_err(|_| CborError::Kind)?,
            count: usize::try_from(from.uint()?).map_err(|_| CborError::Kind)?,
            bytes: from.bytes()?,
        };
        from.end()?;
        Ok(part)
    }
}

fn form(why: CborError) -> HomeError {
    ExchangeError::Form { what: "the backup", why }.into()
}

fn damaged(why: &str) -> HomeError {
    HomeError::Useless(format!("this is no backup, or it is damaged: {why}; nothing is restored"))
}

fn too_large(found: usize) -> HomeError {
    ExchangeError::TooLarge { what: "the backup", found, most: BACKUP_BYTES }.into()
}
