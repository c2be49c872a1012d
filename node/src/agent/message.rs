//! What the agent is asked, and what it answers.

use mundi_identity::pgp::PgpError;
use zeroize::Zeroizing;

use super::frame::{Frame, Reader, VERSION, Writer};

/// What the agent is asked.
pub(super) enum Request<'a> {
    /// Forget, and end.
    Lock,
    /// How long the agent will remember.
    Status,
    /// The database's key, and whose key is kept.
    Open,
    /// A detached signature, dated as told.
    SignDetached(u64, &'a [u8]),
    /// A signed message, dated as told.
    SignMessage(u64, &'a [u8]),
    /// The inside of an encrypted message.
    Decrypt(&'a [u8]),
}

impl<'a> Request<'a> {
    pub(super) fn frame(&self) -> Frame {
        let empty = || Zeroizing::new(Vec::new());
        let signed =
            |at: u64, data: &[u8]| Writer::with_room(8 + data.len()).u64(at).rest(data).end();
        let (kind, content) = match self {
            Request::Lock => (0, empty()),
            Request::Status => (1, empty()),
            Request::Open => (2, empty()),
            Request::SignDetached(at, data) => (3, signed(*at, data)),
            Request::SignMessage(at, data) => (4, signed(*at, data)),
            Request::Decrypt(message) => (5, Zeroizing::new(message.to_vec())),
        };
        Frame::new(kind, content)
    }

    /// Reads a request; `Lock` of any version.
    pub(super) fn parse(frame: &'a Frame) -> Option<Self> {
        if frame.version != VERSION && frame.kind != 0 {
            return None;
        }
        let mut content = Reader::new(&frame.content);
        Some(match frame.kind {
            0 => Request::Lock,
            1 => Request::Status,
            2 => Request::Open,
            3 => Request::SignDetached(content.u64()?, content.rest()),
            4 => Request::SignMessage(content.u64()?, content.rest()),
            5 => Request::Decrypt(content.rest()),
            _ => return None,
        })
    }
}

/// What the agent answers: something, or why not.
pub(super) type Answer = Result<Zeroizing<Vec<u8>>, PgpError>;

/// An answer on the wire. Of errors, those on which a caller acts keep their kind.
pub(super) fn answer(answer: Answer) -> Frame {
    let text = |text: String| Zeroizing::new(text.into_bytes());
    match answer {
        Ok(content) => Frame::new(0, content),
        Err(PgpError::NotForUs) => Frame::new(1, text(String::new())),
        Err(PgpError::Damaged(_)) => Frame::new(2, text(String::new())),
        Err(other) => Frame::new(3, text(other.to_string())),
    }
}

/// An answer from the wire; `None` where it makes no sense.
pub(super) fn answered(frame: Frame) -> Option<Answer> {
    Some(match frame.kind {
        0 => Ok(frame.content),
        1 => Err(PgpError::NotForUs),
        2 => Err(PgpError::Damaged("bytes of it were changed")),
        3 => Err(PgpError::Holder(String::from_utf8_lossy(&frame.content).into_owned())),
        _ => return None,
    })
}

/// How an agent is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// The process.
    pub process: u32,
    /// How long it will remember, in seconds.
    pub seconds: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_another_version_are_none_but_for_lock() {
        let other = |kind| Frame { version: 9, kind, content: Zeroizing::new(vec![]) };
        assert!(matches!(Request::parse(&other(0)), Some(Request::Lock)));
        assert!(Request::parse(&other(1)).is_none());
        assert!(Request::parse(&Frame::new(77, Zeroizing::new(vec![]))).is_none());
        assert!(Request::parse(&Frame::new(3, Zeroizing::new(vec![1]))).is_none(), "no time");
    }

    #[test]
    fn errors_keep_the_kind_on_which_callers_act() {
        let round = |error| answered(answer(Err(error))).unwrap().unwrap_err();
        assert_eq!(round(PgpError::NotForUs), PgpError::NotForUs);
        assert!(matches!(round(PgpError::Damaged("x")), PgpError::Damaged(_)));
        let told = round(PgpError::NoRecipients);
        assert_eq!(told, PgpError::Holder(PgpError::NoRecipients.to_string()));
    }
}
