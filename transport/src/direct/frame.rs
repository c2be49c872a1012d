//! What goes over a stream: a length, and so many bytes.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::limits;
use crate::link::LinkError;
use crate::wire::{Wire, WireError};

/// What is asked, or that it is an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub(super) enum Verb {
    /// An answer, to the request of the same number.
    #[n(0)]
    Answer,
    #[n(1)]
    Put,
    #[n(2)]
    Get,
    #[n(3)]
    Have,
    #[n(4)]
    Info,
}

/// One message, either way.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(super) struct Frame {
    /// Which request it is or answers: each has another.
    #[n(0)]
    pub(super) number: u64,
    #[n(1)]
    pub(super) verb: Verb,
    /// The request or answer, as to and from a broker.
    #[n(2)]
    pub(super) message: ByteVec,
}

impl Wire for Frame {
    fn within(&self) -> Result<(), WireError> {
        crate::wire::at_most("bytes", self.message.len(), limits::MESSAGE_BYTES)
    }
}

impl Frame {
    pub(super) fn new(number: u64, verb: Verb, message: Vec<u8>) -> Self {
        Self { number, verb, message: message.into() }
    }
}

/// Reads the next; `None` where the stream has ended between two.
pub(super) async fn read<S: AsyncRead + Unpin>(from: &mut S) -> Result<Option<Frame>, LinkError> {
    let lost = |error: std::io::Error| LinkError::Offline(format!("the stream was lost: {error}"));
    let mut length = [0; 4];
    match from.read_exact(&mut length).await {
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other.map_err(lost)?,
    };
    let length = u32::from_be_bytes(length) as usize;
    if length > limits::FRAME_BYTES {
        let text = format!("a frame of {length} bytes; at most {} may be", limits::FRAME_BYTES);
        return Err(LinkError::Protocol(text));
    }
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes).await.map_err(lost)?;
    Frame::from_bytes(&bytes).map(Some).map_err(|e| LinkError::Protocol(e.to_string()))
}

/// Writes one.
pub(super) async fn write<S: AsyncWrite + Unpin>(to: &mut S, frame: &Frame) -> std::io::Result<()> {
    let bytes = frame.to_bytes();
    let length = u32::try_from(bytes.len()).map_err(std::io::Error::other)?;
    to.write_all(&length.to_be_bytes()).await?;
    to.write_all(&bytes).await?;
    to.flush().await
}
