//! Why a private message was not written or not taken in.

use crate::limits::{MAIL_BYTES, MAIL_SEALED_BYTES, MAIL_SUBJECT_BYTES, MAIL_WAITING};

/// Why. Nothing is changed by what failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Too long to be written.
    #[error("this message has {0} bytes; one has at most {MAIL_BYTES}: send it in parts")]
    Long(usize),
    /// Too long to be read.
    #[error("this has {0} bytes; a sealed message has at most {MAIL_SEALED_BYTES}")]
    SealedLong(usize),
    /// A subject that fits into no line.
    #[error(
        "a subject is one line of at most {MAIL_SUBJECT_BYTES} bytes, without control characters"
    )]
    Subject,
    /// Nothing to send.
    #[error("there is nothing in this message: give a text, or a subject")]
    Empty,
    /// What is in the seal is no message.
    #[error(
        "this opens, but is no message for mundi: {0}. It begins with the lines `From: \
         FINGERPRINT`, `To: FINGERPRINT`, `Date: 2026-01-31T18:00:00Z` and perhaps `Subject: …`, \
         then an empty line, then the text"
    )]
    Form(&'static str),
    /// Not written by whom it says, or not for whom it was sent to.
    #[error("this message is refused as a forgery: {0}. Nothing of it was kept")]
    Forged(String),
    /// Strangers' messages fill the waiting room.
    #[error(
        "{MAIL_WAITING} messages wait already for people whose keys are not known here; add those \
         people, or delete messages: `mundi mail list`"
    )]
    TooManyWait,
}
