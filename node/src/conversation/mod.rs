//! A conversation that lasts: taken up from the store, said in, brought up to date, handed on.
//!
//! In reading order: [`load`](Home::room) (from the store), [`open`](Home::open), [`say`](Home::say),
//! [`take`](Home::take) (entries from elsewhere), [`attend`](Home::attend) (what the owner's agent does
//! unasked), [`epoch`](Home::begin_epoch) (its secrets), `told` (values for roles), `beside` (writing while folding),
//! [`export`](Home::export), [`import`](Home::import), `standing` (how the list shows it), `shown` (what people have been shown).

mod attend;
mod beside;
pub(crate) mod contents;
mod epoch;
mod export;
mod find;
mod import;
mod load;
mod open;
mod say;
mod shown;
mod standing;
mod take;
mod told;

use mundi_engine::Replica;

pub use attend::Attended;
pub(crate) use export::members;
pub use export::{Exported, Recipient};
pub use import::Imported;
pub use load::Stored;
pub use open::Plan;
pub use standing::{ENDED, MY_TURN, UNREAD};
pub use take::Intake;

use crate::store::Conversation;

#[cfg(doc)]
use crate::home::Home;

/// A conversation of the home, taken up.
pub struct Room {
    /// What the store says of it.
    pub row: Conversation,
    /// What its entries say.
    pub replica: Replica,
    /// When this process last took in what is no seal, in ms since 1970; 0 where it has not.
    pub arrived: u64,
    /// When it last took in a seal.
    pub sealed: u64,
}

impl Room {
    /// A conversation that was taken up just now.
    #[must_use]
    pub fn new(row: Conversation, replica: Replica) -> Self {
        Self { row, replica, arrived: 0, sealed: 0 }
    }
}
