//! What can go wrong with OpenPGP.

use crate::limits;

/// Why something with OpenPGP did not work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PgpError {
    /// More bytes than are read.
    #[error("{what} has at most {most} bytes")]
    TooLarge {
        /// Which thing.
        what: &'static str,
        /// How many bytes it may have.
        most: usize,
    },
    /// No OpenPGP data, or damaged.
    #[error("this is no OpenPGP {expected}, or it is damaged: {detail}")]
    Form {
        /// What should have stood there.
        expected: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// A secret key where a public one is wanted.
    #[error("this block holds a SECRET key; export the public one (gpg --export --armor)")]
    Secret,
    /// A public key where a secret one is wanted.
    #[error("this block holds no secret key; export it with gpg --export-secret-keys")]
    NoSecret,
    /// More than one key.
    #[error("this block holds {0} keys or parts of them; give exactly one key")]
    Several(usize),
    /// A passphrase is wanted.
    #[error("the secret key is protected by a passphrase, and none was given")]
    PassphraseNeeded,
    /// The passphrase is another one.
    #[error("the passphrase is wrong")]
    Passphrase,
    /// An empty passphrase protects nothing.
    #[error("a passphrase is not empty")]
    EmptyPassphrase,
    /// A kind of key that is not used here.
    #[error("keys of kind {0} are not supported; use Ed25519 with Cv25519, or RSA")]
    Algorithm(String),
    /// The key's owner has revoked it.
    #[error("the key {0} has been revoked by its owner")]
    Revoked(String),
    /// The key's time is over, or has not begun.
    #[error("the key {0} has expired, or is not valid yet")]
    Expired(String),
    /// No part of the key may sign.
    #[error("no part of the key {0} can sign now: it is expired, revoked, or has no such part")]
    CannotSign(String),
    /// No part of the key may encrypt.
    #[error("no part of the key {0} can be encrypted to now: it is expired, revoked, or has none")]
    CannotEncrypt(String),
    /// No recipient at all.
    #[error("a message is encrypted to at least one key")]
    NoRecipients,
    /// Not for this key.
    #[error("the message is not encrypted to this key")]
    NotForUs,
    /// Encrypted, but changed on its way, or with an unsupported kind of encryption.
    #[error("the encrypted message cannot be read: {0}")]
    Damaged(&'static str),
    /// A signature that does not verify, or not by this key.
    #[error("the signature does not verify: {0}")]
    Signature(String),
    /// A user id that cannot be shown.
    #[error("a user id has 1 to {} bytes and no control characters", limits::USER_ID_BYTES)]
    UserId,
    /// A time that OpenPGP cannot write (32 bits of seconds).
    #[error("OpenPGP has no such time: {0} ms since 1970")]
    Time(u64),
    /// What holds the key (GnuPG, a card) refuses.
    #[error("{0}")]
    Holder(String),
    /// The OpenPGP library gave up.
    #[error("OpenPGP: {0}")]
    Library(String),
}

impl PgpError {
    /// From the library's own error.
    pub(crate) fn library(error: impl std::fmt::Display) -> Self {
        Self::Library(error.to_string())
    }

    /// For bytes that are not what they should be.
    pub(crate) fn form(expected: &'static str, detail: impl std::fmt::Display) -> Self {
        Self::Form { expected, detail: detail.to_string() }
    }
}
