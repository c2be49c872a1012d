//! Where a command writes: answers to standard output, all else to standard error.
//!
//! Invariant: colour only on a terminal, and never where `NO_COLOR` is set.

use std::io::{ErrorKind, IsTerminal, Write};

use crate::stop::Stop;

/// Whether text may carry colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Plain text.
    Off,
    /// ANSI colours.
    On,
}

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

/// The few colours that answers use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Yes, accepted, added.
    Good,
    /// No, refused, removed.
    Bad,
    /// Invalid, new, to be looked at.
    Mind,
    /// Beside the point.
    Faint,
    /// The point.
    Strong,
}

impl Colour {
    /// The text in a tone.
    #[must_use]
    pub fn paint(self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Good => "32",
            Tone::Bad => "31",
            Tone::Mind => "33",
            Tone::Faint => "2",
            Tone::Strong => "1",
        };
        match self {
            Colour::Off => text.to_owned(),
            Colour::On => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }
}
