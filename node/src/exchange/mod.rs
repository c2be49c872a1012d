//! What homes give each other: invitations, envelopes, cards, bundles (`spec/envelope.md`), and the
//! copy of a whole home that its owner keeps.
//!
//! Invariant: nothing of it is readable but by those whom it is for.

pub mod bundle;
pub mod card;
pub mod invitation;

use mundi_engine::cbor::CborError;
use mundi_identity::Fingerprint;
use mundi_identity::envelope::EnvelopeError;
use mundi_identity::pgp::PgpError;

pub use bundle::Bundle;
pub use card::Card;
pub use invitation::{Invitation, Letter};

/// Why something that came from outside is not taken, or cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// Not of the form that it should have.
    #[error("{what} is not in its one form: {why}")]
    Form {
        /// `the bundle`, `the invitation`, …
        what: &'static str,
        /// What is wrong with it.
        why: CborError,
    },
    /// Larger than it may be.
    #[error("{what} has {found} bytes; at most {most} are read")]
    TooLarge {
        /// `the bundle`, …
        what: &'static str,
        /// Its size in bytes.
        found: usize,
        /// The most, in bytes.
        most: usize,
    },
    /// It was made for another kind of thing.
    #[error("this is {found}, not {wanted}")]
    OtherKind {
        /// What it is.
        found: String,
        /// What is needed.
        wanted: &'static str,
    },
    /// An invitation without a signature.
    #[error("the invitation is not signed, so anybody may have made it")]
    Unsigned,
    /// An invitation whose signature does not verify.
    #[error("the invitation's signature does not verify: it was changed, or forged")]
    BadSignature,
    /// Signed by somebody else than it says.
    #[error("the invitation says that it is by {said}, and is signed by {signed}")]
    OtherSigner {
        /// Who it says that it is by.
        said: Fingerprint,
        /// Who signed.
        signed: String,
    },
    /// An invitation that somebody has passed on.
    #[error(
        "the invitation was made for {0}; who got it has passed it on. Ask for one of your own"
    )]
    PassedOn(Fingerprint),
    /// Its signer takes no part in the conversation.
    #[error("the invitation is by {0}, who takes no part in the conversation")]
    InviterStranger(Fingerprint),
    /// It speaks of other people than the `open` entry.
    #[error("the invitation is for another list of members than the conversation's")]
    OtherRoster,
    /// It is for another conversation.
    #[error("the invitation is for another conversation than the `open` entry beside it")]
    OtherConversation,
    /// It brings another secret than the log says.
    #[error("the invitation brings another secret than the one that its `rekey` names")]
    OtherSecret,
    /// OpenPGP.
    #[error(transparent)]
    Pgp(#[from] PgpError),
    /// An envelope.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
}

/// Gives a CBOR error its place.
pub(crate) fn form(what: &'static str) -> impl Fn(CborError) -> ExchangeError {
    move |why| ExchangeError::Form { what, why }
}
