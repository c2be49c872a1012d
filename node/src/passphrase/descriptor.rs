//! A passphrase from a descriptor that the process was started with: `--passphrase-fd 3 3<FILE`.

use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};

use rustix::io::Errno;
use rustix::process::{PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};
use zeroize::Zeroizing;

use super::{Passphrase, PassphraseError};
use crate::limits::PASSPHRASE_BYTES;

/// The first line of a descriptor, without its end. Reads no further, so that two passphrases may
/// stand on two lines.
pub(super) fn ask(number: i32) -> Result<Passphrase, PassphraseError> {
    let wrong = |why: String| PassphraseError::Descriptor { number, why };
    if number < 0 {
        return Err(wrong("there are none below 0".into()));
    }
    let file = duplicate(number).map_err(|e| wrong(plain(e)))?;
    let (line, ended) = first_line(&file).map_err(|e| match e {
        LineError::Long => PassphraseError::Long,
        LineError::Read(e) => wrong(plain(e)),
    })?;
    if line.is_empty() && !ended {
        return Err(PassphraseError::Nothing(number));
    }
    Ok(Passphrase::new(line))
}

/// What a descriptor's number stands for, as a descriptor of our own.
///
/// Taking over a number is what Rust calls unsafe; the kernel hands out a duplicate of it instead.
fn duplicate(number: i32) -> Result<OwnedFd, Errno> {
    let ours = pidfd_open(rustix::process::getpid(), PidfdFlags::empty());
    match ours.and_then(|ours| pidfd_getfd(ours, number, PidfdGetfdFlags::empty())) {
        Ok(fd) => Ok(fd),
        Err(Errno::BADF) => Err(Errno::BADF),
        // A kernel or a container without that call: open it anew, which all but sockets allow.
        Err(_) => File::open(format!("/proc/self/fd/{number}"))
            .map(OwnedFd::from)
            .map_err(|e| Errno::from_io_error(&e).unwrap_or(Errno::BADF)),
    }
}

enum LineError {
    Long,
    Read(Errno),
}

/// The first line, and whether a line end closed it. Byte by byte: what stands after is not ours.
fn first_line(from: impl AsFd) -> Result<(Zeroizing<Vec<u8>>, bool), LineError> {
    let mut line = Zeroizing::new(Vec::with_capacity(PASSPHRASE_BYTES.saturating_add(1)));
    let mut byte = Zeroizing::new([0u8; 1]);
    let ended = loop {
        match rustix::io::read(&from, byte.as_mut_slice()) {
            Err(Errno::INTR) => {}
            Err(e) => return Err(LineError::Read(e)),
            Ok(0) => break false,
            Ok(_) if byte[0] == b'\n' => break true,
            // One more than the longest, for the `\r` of a line that ends in `\r\n`.
            Ok(_) if line.len() > PASSPHRASE_BYTES => return Err(LineError::Long),
            Ok(_) => line.push(byte[0]),
        }
    };
    if ended && line.last() == Some(&b'\r') {
        line.pop();
    }
    if line.len() > PASSPHRASE_BYTES { Err(LineError::Long) } else { Ok((line, ended)) }
}

fn plain(error: Errno) -> String {
    match error {
        Errno::BADF => "it is not open".into(),
        other => crate::private::plain(&other.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::fd::AsRawFd;

    use super::*;

    /// A pipe that holds `text` and is closed at its other end.
    fn pipe(text: &[u8]) -> OwnedFd {
        let (reader, mut writer) = std::io::pipe().unwrap();
        writer.write_all(text).unwrap();
        reader.into()
    }

    #[test]
    fn lines_are_read_one_by_one_without_their_ends() {
        let fd = pipe(b"first word\r\nsecond\nthird");
        for line in ["first word", "second", "third"] {
            assert_eq!(ask(fd.as_raw_fd()).unwrap().bytes(), line.as_bytes());
        }
        assert!(matches!(ask(fd.as_raw_fd()), Err(PassphraseError::Nothing(_))));
    }

    #[test]
    fn an_empty_line_is_an_empty_passphrase() {
        assert_eq!(ask(pipe(b"\n").as_raw_fd()).unwrap().bytes(), b"");
    }

    #[test]
    fn a_line_of_the_longest_is_read_and_a_longer_is_refused() {
        let longest = [b'x'; PASSPHRASE_BYTES];
        assert_eq!(ask(pipe(&longest).as_raw_fd()).unwrap().bytes(), longest);
        let with_end = [&longest[..], b"\n"].concat();
        assert_eq!(ask(pipe(&with_end).as_raw_fd()).unwrap().bytes(), longest);
        let longer = [b'x'; PASSPHRASE_BYTES + 1];
        assert!(matches!(ask(pipe(&longer).as_raw_fd()), Err(PassphraseError::Long)));
        let much = [b'x'; 20_000];
        assert!(matches!(ask(pipe(&much).as_raw_fd()), Err(PassphraseError::Long)));
    }

    #[test]
    fn a_number_that_is_not_open_says_so() {
        let told = ask(987_654).unwrap_err().to_string();
        assert!(told.contains("descriptor 987654 cannot be read: it is not open"), "{told}");
        assert!(ask(-1).is_err());
    }
}
