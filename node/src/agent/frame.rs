//! Bytes on the wire: a header of six bytes (version, kind, length), then the content.
//!
//! Invariant: nothing longer than a bound is read, and nobody is waited for beyond a deadline.

use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::limits::AGENT_BYTES;

/// The version that this program speaks. The header, and kind 0 as "forget and end", are the same
/// in all versions, so that `mundi lock` ends any agent.
pub(super) const VERSION: u8 = 1;

const HEADER: usize = 6;

/// One message of either side.
pub(super) struct Frame {
    pub(super) version: u8,
    pub(super) kind: u8,
    pub(super) content: Zeroizing<Vec<u8>>,
}

impl Frame {
    pub(super) fn new(kind: u8, content: Zeroizing<Vec<u8>>) -> Self {
        Self { version: VERSION, kind, content }
    }

    /// Writes it. A socket's own time-outs bound that.
    pub(super) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let length = u32::try_from(self.content.len()).map_err(|_| ErrorKind::InvalidInput)?;
        if self.content.len() > AGENT_BYTES {
            return Err(ErrorKind::InvalidInput.into());
        }
        let [a, b, c, d] = length.to_be_bytes();
        to.write_all(&[self.version, self.kind, a, b, c, d])?;
        to.write_all(&self.content)?;
        to.flush()
    }

    /// Reads one from a source that keeps its own time.
    pub(super) fn read(from: &mut impl Read) -> io::Result<Self> {
        let mut header = [0; HEADER];
        from.read_exact(&mut header)?;
        let [version, kind, length @ ..] = header;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if length > AGENT_BYTES {
            return Err(ErrorKind::InvalidData.into());
        }
        // All the room at once: a vector that grows leaves copies behind.
        let mut content = Zeroizing::new(vec![0; length]);
        from.read_exact(&mut content)?;
        Ok(Self { version, kind, content })
    }
}

/// A socket whose reads and writes all end at a deadline, however slowly bytes come.
pub(super) struct Timed<'a> {
    stream: &'a UnixStream,
    end: Instant,
}

impl<'a> Timed<'a> {
    pub(super) fn new(stream: &'a UnixStream, ms: u64) -> Self {
        Self { stream, end: Instant::now() + Duration::from_millis(ms) }
    }

    fn left(&self) -> io::Result<Option<Duration>> {
        match self.end.checked_duration_since(Instant::now()) {
            Some(left) if !left.is_zero() => Ok(Some(left)),
            _ => Err(ErrorKind::TimedOut.into()),
        }
    }
}

impl Read for Timed<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(self.left()?)?;
        (&mut &*self.stream).read(into)
    }
}

impl Write for Timed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(self.left()?)?;
        (&mut &*self.stream).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Puts fields one after another, in room that is taken at once.
pub(super) struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    pub(super) fn with_room(bytes: usize) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(bytes)))
    }

    pub(super) fn u8(mut self, value: u8) -> Self {
        self.0.push(value);
        self
    }

    pub(super) fn u64(mut self, value: u64) -> Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    /// Bytes to the end.
    pub(super) fn rest(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// Bytes with their length before them.
    pub(super) fn bytes(self, bytes: &[u8]) -> Self {
        self.u64(u64::try_from(bytes.len()).unwrap_or(u64::MAX)).rest(bytes)
    }

    pub(super) fn end(self) -> Zeroizing<Vec<u8>> {
        self.0
    }
}

/// Takes fields off again. `None` where they are not there.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        Some(u64::from_be_bytes(self.take(8)?.try_into().ok()?))
    }

    pub(super) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.u64()?).ok()?;
        self.take(length)
    }

    pub(super) fn rest(self) -> &'a [u8] {
        self.0
    }

    pub(super) fn end(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut wire = Vec::new();
        Frame::new(7, Zeroizing::new(b"content".to_vec())).write(&mut wire).unwrap();
        let frame = Frame::read(&mut wire.as_slice()).unwrap();
        assert_eq!((frame.version, frame.kind), (VERSION, 7));
        assert_eq!(frame.content.as_slice(), b"content");
        assert!(Frame::read(&mut &wire[..wire.len() - 1]).is_err());
    }

    #[test]
    fn a_length_above_the_bound_is_refused_before_it_is_read() {
        let mut wire: &[u8] = &[VERSION, 1, 0xff, 0xff, 0xff, 0xff, 0];
        let told = Frame::read(&mut wire).map(|_| ()).unwrap_err();
        assert_eq!(told.kind(), ErrorKind::InvalidData);
        let long = Frame::new(1, Zeroizing::new(vec![0; AGENT_BYTES + 1]));
        assert!(long.write(&mut Vec::new()).is_err());
    }

    #[test]
    fn whoever_sends_slowly_is_not_waited_for() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let _slow = std::thread::spawn(move || {
            let mut theirs = theirs;
            for byte in [VERSION, 1, 0, 0, 0, 1] {
                let _cut_off = theirs.write_all(&[byte]);
                std::thread::sleep(Duration::from_millis(80));
            }
            std::thread::sleep(Duration::from_secs(30));
        });
        let begun = Instant::now();
        let told = Frame::read(&mut Timed::new(&ours, 200)).map(|_| ()).unwrap_err();
        assert!(matches!(told.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock), "{told:?}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    }

    #[test]
    fn fields_come_back_and_missing_ones_are_none() {
        let bytes = Writer::with_room(64).u8(3).u64(500).bytes(b"ab").rest(b"xyz").end();
        let mut reader = Reader::new(&bytes);
        assert_eq!((reader.u8(), reader.u64()), (Some(3), Some(500)));
        assert_eq!((reader.bytes(), reader.rest()), (Some(&b"ab"[..]), &b"xyz"[..]));
        assert_eq!(Reader::new(&[0, 0, 0, 0, 0, 0, 0, 9, 1]).bytes(), None);
        assert_eq!(Reader::new(&[1]).end(), None);
    }
}
