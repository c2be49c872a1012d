//! The deterministic engine: signed entries in; order, verdicts, state, consensus and output out.
//!
//! A pure library: bytes and keys in, answers out. It does no I/O and reads no clock, and gives the
//! same answer for the same *set* of entries, whatever order they came in. The road of a message:
//! [`entry`] (bytes, well-formed) → [`entry::verify`] (signed) → [`replica::Replica::insert`] (in
//! the [`log`]) → the order → `fold` (pattern, guards, handlers, consensus) → verdict and outcome.
//! `replica.rs` is the page to read first.

pub mod author;
pub mod body;
pub mod cbor;
pub mod code;
mod concluding;
pub mod draft;
pub mod entry;
#[cfg(feature = "faults")]
pub mod faults;
pub mod forking;
pub mod hidden;
pub mod joining;
pub mod library;
pub mod limits;
pub mod log;
pub mod obligations;
pub mod opening;
pub mod outcome;
pub mod pattern;
pub mod rekeying;
pub mod replica;
pub mod saved;
pub mod sealing;
pub mod suppose;
pub mod trace;
pub mod value;
pub mod verdict;
pub mod view;

mod admission;
mod apply;
mod checkpoints;
mod fit;
mod fold;
mod folding;
mod misfit;
mod people;
mod references;
mod sandbox;
mod slots;
mod stages;
mod tables;
mod turns;
mod world;
mod written;

pub use code::Code;
pub use entry::{Entry, EntryId};
pub use replica::{Replica, Taken};
pub use saved::{Bodies, ResumeError};
pub use value::Value;
pub use verdict::{Reasons, Verdict};
pub use world::Ending;
