//! Signals as something to wait for: `SIGTERM` and its like arrive at a descriptor, so that what
//! must be put in order first (the terminal's echo, keys in memory) is, without code that runs
//! inside a signal.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

/// Signals that wait for us, as long as this lives. They are blocked in this thread only: make it
/// before there are others.
#[derive(Debug)]
pub struct Signals {
    waiting: SignalFd,
    before: SigSet,
}

impl Signals {
    /// Holds back what asks a process to end: `SIGTERM`, `SIGINT`, `SIGHUP`, `SIGQUIT`.
    ///
    /// # Errors
    /// The system has no descriptor left.
    pub fn hold() -> io::Result<Self> {
        let mut ends = SigSet::empty();
        for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP, Signal::SIGQUIT] {
            ends.add(signal);
        }
        let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
        let waiting = SignalFd::with_flags(&ends, flags)?;
        let before = ends.thread_swap_mask(SigmaskHow::SIG_BLOCK)?;
        Ok(Self { waiting, before })
    }

    /// The descriptor to wait at.
    #[must_use]
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.waiting.as_fd()
    }

    /// Takes the signal that came, if one did.
    #[must_use]
    pub fn came(&self) -> bool {
        matches!(self.waiting.read_signal(), Ok(Some(_)))
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        let _nothing_to_do_about_it = self.before.thread_set_mask();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_waits_until_it_is_taken_and_ends_nothing() {
        let signals = Signals::hold().unwrap();
        assert!(!signals.came());
        nix::sys::signal::raise(Signal::SIGTERM).unwrap();
        assert!(signals.came());
        assert!(!signals.came(), "it came once");
    }
}
