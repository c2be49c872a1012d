//! Private messages between two people: written, sealed, received, kept for a while.
//!
//! In reading order: [`letter`] (what is in the seal), [`write`](mod@write) (out), [`receive`] (in, and what
//! waits for its writer to be known), [`period`] (how long messages stay), [`error`].
//! `spec/mail.md` is the law.
//!
//! Invariant: whatever is shown as signed was signed by the key in its `From`, for the owner of
//! this home.

pub mod author;
pub mod error;
pub mod letter;
pub mod period;
pub mod receive;
pub mod write;

pub use author::Author;
pub use error::MailError;
pub use letter::Letter;
pub use period::Period;
pub use receive::{Arrived, Opened};
pub use write::{NewLetter, Sent, Signing};
