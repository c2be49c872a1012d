//! The language server: what an editor asks about `.conv` and `.play` texts, answered with the checker,
//! the formatter and the workbench (Language Server Protocol 3.17).
//!
//! It is synchronous: one message after the other, no clock. It reads files only through [`disk::Disk`],
//! and speaks over an `lsp_server::Connection`, which [`transport`] makes of two streams.
//!
//! In reading order: [`limits`], [`disk`], [`text`] (offsets and positions), [`uri`], [`documents`] (what
//! is open), [`analysis`] (a text, checked and indexed), [`world`] (all that an answer may look at),
//! [`findings`] (diagnostics), [`answers`] (one kind of question a file), [`server`] (the conversation
//! with the editor).
//!
//! Invariant: no text and no message makes it end, but `exit` and the end of the stream.

pub mod analysis;
pub mod answers;
pub mod disk;
pub mod documents;
pub mod findings;
pub mod limits;
pub mod server;
pub mod text;
pub mod transport;
pub mod uri;
pub mod world;

pub use server::{Ended, serve};
