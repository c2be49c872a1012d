//! A passphrase typed at the terminal, without echo.
//!
//! Invariant: however the question ends (an answer, Ctrl-C, a signal, a fault), the terminal is as
//! it was before. Ctrl-C is read as a key, so that it cannot end the process in between.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios};
use rustix::termios::{tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use super::{Passphrase, PassphraseError, Question};
use crate::limits::PASSPHRASE_BYTES;
use crate::signals::Signals;

fn open() -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open("/dev/tty")
}

/// Whether a terminal controls this process.
pub(super) fn is_there() -> bool {
    open().is_ok()
}

/// Asks there. What was wrong before is said first; [`Question::why`] is for windows.
pub(super) fn ask(question: &Question<'_>) -> Result<Passphrase, PassphraseError> {
    let mut terminal = open()?;
    let signals = Signals::hold()?;
    let quiet = Quiet::make(&terminal)?;
    if let Some(wrong) = question.wrong {
        writeln!(terminal, "{wrong}")?;
    }
    write!(terminal, "{}: ", question.prompt)?;
    let mut line = Line::default();
    let step = loop {
        match next(&mut terminal, &signals)?.map_or(Step::Cancel, |key| line.take(key)) {
            Step::More => {}
            end => break end,
        }
    };
    drop(quiet);
    writeln!(terminal)?;
    match step {
        Step::Long => Err(PassphraseError::Long),
        Step::Done => Ok(Passphrase::new(line.bytes)),
        Step::Cancel | Step::More => Err(PassphraseError::Cancelled),
    }
}

/// The next key; `None` when a signal or the terminal's end came instead.
fn next(terminal: &mut File, signals: &Signals) -> io::Result<Option<u8>> {
    {
        let mut wait = [
            PollFd::from_borrowed_fd(terminal.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(signals.as_fd(), PollFlags::IN),
        ];
        while let Err(e) = poll(&mut wait, None) {
            if e != Errno::INTR {
                return Err(e.into());
            }
        }
    }
    if signals.came() {
        return Ok(None);
    }
    let mut key = Zeroizing::new([0u8; 1]);
    Ok((terminal.read(key.as_mut_slice())? > 0).then_some(key[0]))
}

/// A terminal that shows nothing and hands over key by key, until it is dropped.
struct Quiet {
    terminal: File,
    before: Termios,
}

impl Quiet {
    fn make(terminal: &File) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut now = before.clone();
        now.local_modes -=
            LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
        now.local_modes -= LocalModes::IEXTEN;
        now.special_codes[SpecialCodeIndex::VMIN] = 1;
        now.special_codes[SpecialCodeIndex::VTIME] = 0;
        let quiet = Self { terminal: terminal.try_clone()?, before };
        // What was typed before the question was shown on the screen: it is thrown away.
        tcsetattr(terminal, OptionalActions::Flush, &now)?;
        Ok(quiet)
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        let _gone = tcsetattr(&self.terminal, OptionalActions::Flush, &self.before);
    }
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    More,
    Done,
    Cancel,
    Long,
}

/// The line as far as it was typed. Its room never grows, so that no copy is left behind.
struct Line {
    bytes: Zeroizing<Vec<u8>>,
}

impl Default for Line {
    fn default() -> Self {
        Self { bytes: Zeroizing::new(Vec::with_capacity(PASSPHRASE_BYTES)) }
    }
}

impl Line {
    fn take(&mut self, key: u8) -> Step {
        match key {
            b'\n' | b'\r' => return Step::Done,
            // Ctrl-C, Ctrl-\; Ctrl-D where nothing was typed.
            3 | 28 => return Step::Cancel,
            4 if self.bytes.is_empty() => return Step::Cancel,
            4 => return Step::Done,
            // Backspace, Ctrl-H: one character, which may be several bytes.
            127 | 8 => while self.bytes.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {},
            // Ctrl-U, Ctrl-W: all of it.
            21 | 23 => self.bytes.clear(),
            // Other control keys have no place in a passphrase.
            0..32 => {}
            _ if self.bytes.len() >= PASSPHRASE_BYTES => return Step::Long,
            _ => self.bytes.push(key),
        }
        Step::More
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[u8]) -> (Step, Vec<u8>) {
        let mut line = Line::default();
        let mut step = Step::More;
        for key in keys {
            step = line.take(*key);
            if step != Step::More {
                break;
            }
        }
        (step, line.bytes.to_vec())
    }

    #[test]
    fn keys_edit_the_line() {
        assert_eq!(typed(b"sesame\r"), (Step::Done, b"sesame".to_vec()));
        assert_eq!(typed(b"sesamX\x7fe\n"), (Step::Done, b"sesame".to_vec()));
        assert_eq!(typed("aé\u{8}b\n".as_bytes()), (Step::Done, b"ab".to_vec()));
        assert_eq!(typed(b"wrong\x15right\n"), (Step::Done, b"right".to_vec()));
        assert_eq!(typed(b"\x7f\x7fa\x01b\n"), (Step::Done, b"ab".to_vec()));
    }

    #[test]
    fn ctrl_c_and_an_end_at_once_are_no_answer() {
        assert_eq!(typed(b"ses\x03ame\n").0, Step::Cancel);
        assert_eq!(typed(b"\x04").0, Step::Cancel);
        assert_eq!(typed(b"\n"), (Step::Done, vec![]), "an empty line is an answer");
    }

    #[test]
    fn the_line_is_bounded_and_never_moves() {
        let mut line = Line::default();
        let room = line.bytes.as_ptr();
        for _ in 0..PASSPHRASE_BYTES {
            assert_eq!(line.take(b'x'), Step::More);
        }
        assert_eq!(line.take(b'x'), Step::Long);
        assert_eq!(line.bytes.as_ptr(), room);
    }
}
