//! A link: what a home does with envelopes, whoever carries them.
//!
//! Implemented by a broker spoken to directly, by a local leaf, by another node over a stream, and by memory
//! (for simulations).

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use tokio::sync::mpsc;

use crate::leaf_link::{Follow, Outcome};
use crate::wire::{Got, Info, Parcel, PutAnswer, Trouble, Want, Wire};

/// An answer that comes later.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, LinkError>> + Send + 'a>>;

/// What comes out of mailboxes, one message after the other; it ends after [`Got::End`], or with an
/// error.
pub type Letters = mpsc::Receiver<Result<Got, LinkError>>;

/// Why a link did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Nobody is there just now; another try may find somebody.
    #[error("not connected: {0}")]
    Offline(String),
    /// No answer in time.
    #[error("no answer within {0} s")]
    Timeout(u64),
    /// The broker says no.
    #[error("the broker refuses: {text} ({code})")]
    Refused {
        /// As in [`crate::wire::Trouble`].
        code: String,
        /// For a person.
        text: String,
    },
    /// What came is no answer of this protocol.
    #[error("the broker's answer is not of this protocol: {0}")]
    Protocol(String),
    /// It cannot be connected to with these settings.
    #[error("{0}")]
    Settings(String),
}

impl LinkError {
    /// Why there is no link, for who says already that there is none.
    #[must_use]
    pub fn why(&self) -> String {
        match self {
            Self::Offline(why) => why.clone(),
            other => other.to_string(),
        }
    }
}

/// An answer, or the trouble that stands in its place.
pub(crate) fn answered<T: Wire>(bytes: &[u8]) -> Result<T, LinkError> {
    if let Ok(trouble) = Trouble::from_bytes(bytes) {
        return Err(LinkError::Refused { code: trouble.code, text: trouble.text });
    }
    T::from_bytes(bytes).map_err(|error| LinkError::Protocol(error.to_string()))
}

/// Who is at both ends: what a ticket is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// The broker's key.
    pub broker: [u8; 32],
    /// The connection's user key.
    pub user: [u8; 32],
}

/// How a link stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No try is made.
    Offline {
        /// Why, and what to do.
        why: String,
    },
    /// A try is made.
    Connecting {
        /// Whom it tries to reach.
        to: String,
    },
    /// It is there.
    Online {
        /// Whom it reaches.
        to: String,
        /// `broker`, `leaf` or `stream`.
        by: &'static str,
    },
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offline { why } => write!(f, "off-line: {why}"),
            Self::Connecting { to } => write!(f, "connecting to {to}"),
            Self::Online { to, by: "leaf" } => write!(f, "on-line: {to}, through the local leaf"),
            Self::Online { to, .. } => write!(f, "on-line: {to}"),
        }
    }
}

/// Carries parcels to mailboxes, and brings what is in them.
pub trait Link: Send + Sync {
    /// Puts parcels into their mailboxes: at most [`crate::limits::PUT_PARCELS`] at once. The answer
    /// comes when what it calls stored is on a disk.
    fn put(&self, parcels: Vec<Parcel>) -> Answer<'_, PutAnswer>;

    /// Asks for what has come into mailboxes, and goes on for `seconds`. `ticket` is empty where no
    /// inbox is among them.
    fn get(&self, wants: Vec<Want>, ticket: Vec<u8>, seconds: u64) -> Answer<'_, Letters>;

    /// Whether envelopes of these hashes are on the broker's disk.
    fn have(&self, hashes: Vec<[u8; 32]>) -> Answer<'_, Vec<bool>>;

    /// What the broker says of itself.
    fn info(&self) -> Answer<'_, Info>;

    /// Says that envelopes were taken in: who keeps them for this home only may forget them.
    fn acknowledge(&self, hashes: Vec<[u8; 32]>) -> Answer<'_, ()>;

    /// Both ends; `None` while there is no connection.
    fn ends(&self) -> Option<Ends>;

    /// How it stands.
    fn standing(&self) -> Standing;

    /// The store of a leaf that keeps the letters of this home, if this is one. There, tags and inboxes are
    /// asked for apart, as their positions are of different stores.
    fn keeps(&self) -> Option<[u8; 8]> {
        None
    }

    /// What a leaf is to watch for this home from now on.
    fn follow(&self, _: Follow) -> Answer<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    /// What became of parcels that were [`crate::wire::Status::Kept`], each with its number: at most
    /// [`crate::limits::OUTCOMES`].
    fn outcomes(&self) -> Answer<'_, Vec<(u64, Outcome)>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// Says that outcomes were taken in: the leaf forgets them.
    fn settled(&self, _: Vec<u64>) -> Answer<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}
