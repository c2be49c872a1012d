//! The agent: a process in the background that remembers a home's keys until it is told to forget.
//!
//! It keeps the database's key and the person's secret OpenPGP key in memory that is not swapped
//! (where the system lets it) and that no other process can read. It answers on a Unix socket to
//! processes of the same user. The database's key is handed out; the OpenPGP key is not: the agent
//! signs and opens with it.
//!
//! It forgets, and ends, at `mundi lock`, at the end of its time, at `SIGTERM` and its like, and
//! when its home or its socket is gone. Killed, it leaves a socket that the next one replaces.
//!
//! Invariant: a home has one agent at most. The lock on the file `lock` beside the socket is held
//! for as long as an agent lives, and the kernel frees it however it dies.
//!
//! In reading order: `frame` (bytes on the wire), `message` (what is asked and answered),
//! `kept` (what is remembered), `socket` (where, and who is there), `serve` (the agent),
//! `start` (its beginning), `client` (the other side).

mod client;
mod frame;
mod kept;
mod message;
mod serve;
mod socket;
mod start;

use std::io;
use std::path::PathBuf;

pub use client::{AgentKey, Locked, lock, status, unlocked};
pub use message::Status;
pub use serve::serve;
pub use start::{COMMAND, Started, start};

use crate::private;

/// Why an agent could not be started or asked.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// The socket or its folder.
    #[error("the agent's socket {0} cannot be used: {why}", why = private::plain(.1))]
    Socket(PathBuf, #[source] io::Error),
    /// The socket belongs to somebody else.
    #[error("the agent's socket {0} belongs to another user; it is not used")]
    Foreign(PathBuf),
    /// It does not answer in time.
    #[error("the agent does not answer: end it with `mundi lock`")]
    Silent,
    /// It is another version's.
    #[error("the agent is of another version of mundi: end it with `mundi lock`, and unlock again")]
    Version,
    /// It answers what it should not.
    #[error("the agent's answer makes no sense: end it with `mundi lock`, and unlock again")]
    Nonsense,
    /// It did not start.
    #[error("the agent could not be started: {0}")]
    Start(String),
    /// It did not end.
    #[error("the agent (process {0}) does not end: the home is still unlocked; kill that process")]
    Stays(u32),
    /// Another one is starting or ending just now.
    #[error("another agent of this home is starting or ending: try again")]
    Busy,
}
