//! Where a command writes: answers to standard output, all else to standard error.
//!
//! Invariant: colour only on a terminal, and never where `NO_COLOR` is set.

use std::io::{ErrorKind, IsTerminal, Write};

use crate::stop::Stop;
pub use mundi_workbench::tone::{Colour, Tone};

/// Standard output and standard error.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Colour on standard output.
    pub out: Colour,
    /// Colour on standard error.
    pub err: Colour,
}

impl Screen {
    /// The screen of this process.
    #[must_use]
    pub fn of_process() -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
            && std::env::var_os("TERM").is_none_or(|v| v != "dumb");
        let colour = |terminal: bool| if wanted && terminal { Colour::On } else { Colour::Off };
        Self {
            out: colour(std::io::stdout().is_terminal()),
            err: colour(std::io::stderr().is_terminal()),
        }
    }

    /// Writes an answer, as it is.
    ///
    /// # Errors
    /// Standard output cannot be written. A reader who has gone away is no error: `| head` has
    /// read all that it wanted.
    pub fn answer(&self, text: &str) -> Result<(), Stop> {
        let mut out = std::io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(e) if e.kind() != ErrorKind::BrokenPipe => {
                Err(Stop::Environment(format!("standard output cannot be written: {e}")))
            }
            _ => Ok(()),
        }
    }

    /// Writes an answer of one line.
    ///
    /// # Errors
    /// As [`Screen::answer`].
    pub fn line(&self, text: &str) -> Result<(), Stop> {
        self.answer(&format!("{text}\n"))
    }

    /// Writes diagnostics or progress. Where standard error is gone there is nobody to tell.
    pub fn note(&self, text: &str) {
        let _gone = std::io::stderr().lock().write_all(text.as_bytes());
    }
}
