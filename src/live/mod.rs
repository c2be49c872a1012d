//! A conversation of the home that is held through brokers: what others say appears as it comes, while
//! one types.
//!
//! In reading order: [`keys`] (lines from a terminal or a pipe, without stopping for them), [`news`] (what
//! has come, in words), [`talk`] (all of it together).

pub(crate) mod keys;
pub(crate) mod news;
pub(crate) mod talk;

use crate::stop::Stop;

/// What drives connections: on this thread only.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Stop> {
    let built = tokio::runtime::Builder::new_current_thread().enable_all().build();
    built.map_err(|e| Stop::Environment(format!("the system gives no timers or sockets: {e}")))
}
