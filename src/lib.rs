//! The `mundi` command line, as a library so that tests can reach its parts.
//!
//! The pure crates do the thinking; this one reads files, asks and answers people. Two laws:
//! only [`screen`] and the prompt write to the terminal, and every command ends in one of the
//! four answers of [`stop`].
//!
//! In reading order: [`stop`] and [`screen`] (how a command ends, where it writes), [`files`] and
//! [`load`] (texts to checked rules and plays), [`render`] (what is wrong, for people and for
//! programs), [`rehearsal`] (all persons of a conversation on one machine), [`play`] (a rehearsal
//! by a file), [`snap`] (snapshots of plays), [`prompt`] (a rehearsal by hand), `live` (a conversation
//! through brokers), [`certificate`] (what an
//! outcome certificate proves, to read), [`cli`] (one command a file).

pub mod certificate;
pub mod cli;
mod covered;
pub mod discover;
pub mod files;
pub mod finality;
mod live;
pub mod load;
pub mod prompt;
pub mod render;
pub mod screen;
pub mod snap;
pub mod stop;
pub mod transcript;

pub use mundi_workbench::{ending, graph, owes, play, rehearsal, show};
