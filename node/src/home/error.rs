//! What can go wrong in a home, in words for its owner.

use mundi_engine::Code;
use mundi_engine::author::DraftError;
use mundi_engine::entry::EntryError;
use mundi_engine::opening::OpenError;
use mundi_identity::CertificateError;
use mundi_identity::RevocationError;
use mundi_identity::pgp::PgpError;

use crate::exchange::ExchangeError;
use crate::exchange::card::CardError;
use crate::mail::MailError;
use crate::store::StoreError;

/// Why something was not done. Nothing is changed by what failed.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What came from, or goes to, others.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// A card or key block.
    #[error(transparent)]
    Card(#[from] CardError),
    /// A private message.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// OpenPGP.
    #[error(transparent)]
    Pgp(#[from] PgpError),
    /// A device cannot be certified.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A device cannot be revoked.
    #[error(transparent)]
    Revocation(#[from] RevocationError),
    /// A conversation cannot be opened.
    #[error("the conversation cannot be opened: {0}")]
    Open(#[from] OpenError),
    /// An entry cannot be written.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// An entry's bytes are no entry.
    #[error("a stored entry cannot be read: {0}")]
    Entry(#[from] EntryError),
    /// The rules say no. The entry was not kept.
    #[error("refused ({code}): {text}")]
    Refused {
        /// Why.
        code: Code,
        /// Why, for people.
        text: String,
    },
    /// A name that nobody has here.
    #[error("nobody here is called `{name}`{hint}")]
    NoSuchPerson {
        /// The name.
        name: String,
        /// `; did you mean …`, or what to do.
        hint: String,
    },
    /// A name or beginning that several have.
    #[error("`{0}` is more than one here: {1}")]
    Ambiguous(String, String),
    /// No such conversation.
    #[error("there is no conversation `{0}` here; `mundi list` shows what there is")]
    NoSuchConversation(String),
    /// Somebody whose devices are not known.
    #[error(
        "no device of {0} is known here, only a key: ask for their card (`mundi id card`) and add it"
    )]
    NoDevice(String),
    /// The owner takes no part.
    #[error("you take no part in this conversation")]
    NotMine,
    /// No current device.
    #[error("this home has no device that may write; `mundi id device new` makes one")]
    NoOwnDevice,
    /// The secret of the conversation is not known.
    #[error(
        "the secret of this conversation's present epoch is not known here: ask a member for an export"
    )]
    NoSecret,
    /// The clock stands behind the conversation's.
    #[error(
        "this machine's clock is {0} seconds behind the conversation's latest entry: set it right, or \
         what you write would be dated in others' future"
    )]
    ClockBehind(u64),
    /// A conversation goes by other rules than those that are wanted.
    #[error("the conversation goes by other rules: theirs have the hash {found}, yours {wanted}")]
    OtherRules {
        /// SHA-256 of the conversation's rules, in hexadecimal.
        found: String,
        /// SHA-256 of those that are wanted.
        wanted: String,
    },
    /// A file from outside that cannot be used, with the reason.
    #[error("{0}")]
    Useless(String),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Chance(#[from] getrandom::Error),
}
