//! How a command ends other than well: the exit status, and what to say.

use std::process::ExitCode;

/// Why a command stops without "yes".
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// The answer is no, and has been shown: exit status 1.
    #[error("no")]
    No,
    /// The command was used wrongly: exit status 2.
    #[error("{0}")]
    Usage(String),
    /// The disk, the terminal or the network failed: exit status 3.
    #[error("{0}")]
    Environment(String),
}

impl Stop {
    /// The exit status (`1`, `2` or `3`).
    #[must_use]
    pub fn status(&self) -> ExitCode {
        ExitCode::from(match self {
            Stop::No => 1,
            Stop::Usage(_) => 2,
            Stop::Environment(_) => 3,
        })
    }
}

/// What a command gives back: "yes", or why not.
pub type Answer = Result<(), Stop>;
