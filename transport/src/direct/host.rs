//! The side that is asked.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite, split};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use super::frame::{self, Frame, Verb};
use crate::limits;
use crate::link::{Link, LinkError};
use crate::wire::{Get, Got, Had, Have, Letter, Put, Trouble, Wire, WireError};

/// Answers what the other side of a stream asks, out of a link, until the stream ends. At most
/// [`limits::DIRECT_REQUESTS`] go on at once; the next wait.
///
/// # Errors
/// The stream is lost, or what comes is not of this protocol.
pub async fn serve<S>(stream: S, link: Arc<dyn Link>) -> Result<(), LinkError>
where
    S: AsyncRead + AsyncWrite + Send + 'static,
{
    let (mut from, mut into) = split(stream);
    let (to, mut answers) = mpsc::channel::<Frame>(limits::DIRECT_REQUESTS);
    let room = Arc::new(Semaphore::new(limits::DIRECT_REQUESTS));
    // All end with this future.
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        while let Some(answer) = answers.recv().await {
            if frame::write(&mut into, &answer).await.is_err() {
                break;
            }
        }
    });
    while let Some(asked) = frame::read(&mut from).await? {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { break };
        let (link, to) = (Arc::clone(&link), to.clone());
        tasks.spawn(async move {
            let number = asked.number;
            if let Err(error) = one(link.as_ref(), asked, &to).await {
                let _gone = to.send(Frame::new(number, Verb::Answer, trouble(&error))).await;
            }
            drop(place);
        });
        // Those that are over need not be remembered.
        while tasks.try_join_next().is_some() {}
    }
    Ok(())
}

/// One request, answered.
async fn one(link: &dyn Link, asked: Frame, to: &mpsc::Sender<Frame>) -> Result<(), LinkError> {
    let bad = |error: WireError| LinkError::Refused {
        code: "bad-request".into(),
        text: error.to_string(),
    };
    let answer = match asked.verb {
        Verb::Put => {
            let put = Put::from_bytes(&asked.message).map_err(bad)?;
            link.put(put.0).await?.to_bytes()
        }
        Verb::Have => {
            let have = Have::from_bytes(&asked.message).map_err(bad)?;
            let hashes = have.0.into_iter().map(Into::into).collect();
            let had = link.have(hashes).await?;
            Had(had.into_iter().map(u8::from).collect()).to_bytes()
        }
        Verb::Info => link.info().await?.to_bytes(),
        Verb::Get => return get(link, asked, to).await,
        Verb::Answer => {
            return Err(LinkError::Refused {
                code: "bad-request".into(),
                text: "an answer to nothing".into(),
            });
        }
    };
    let _gone = to.send(Frame::new(asked.number, Verb::Answer, answer)).await;
    Ok(())
}

async fn get(link: &dyn Link, asked: Frame, to: &mpsc::Sender<Frame>) -> Result<(), LinkError> {
    let get = Get::from_bytes(&asked.message).map_err(|error| LinkError::Refused {
        code: "bad-request".into(),
        text: error.to_string(),
    })?;
    let mut letters = link.get(get.wants, get.ticket.into(), get.seconds).await?;
    while let Some(got) = letters.recv().await {
        match got? {
            Got::Some(letters) => {
                for part in parts(letters) {
                    let part = Got::Some(part).to_bytes();
                    let _gone = to.send(Frame::new(asked.number, Verb::Answer, part)).await;
                }
            }
            end @ Got::End { .. } => {
                let _gone = to.send(Frame::new(asked.number, Verb::Answer, end.to_bytes())).await;
                return Ok(());
            }
        }
    }
    Err(LinkError::Offline("what is there ends without an end".into()))
}

/// Letters in messages that are short enough.
fn parts(letters: Vec<Letter>) -> Vec<Vec<Letter>> {
    let (mut parts, mut part, mut bytes) = (Vec::new(), Vec::new(), 0_usize);
    for letter in letters {
        let size = letter.envelope.len() + limits::PARCEL_OVERHEAD;
        if bytes + size > limits::GOT_BYTES && !part.is_empty() {
            parts.push(std::mem::take(&mut part));
            bytes = 0;
        }
        bytes += size;
        part.push(letter);
    }
    parts.push(part);
    parts
}

/// An error, told.
fn trouble(error: &LinkError) -> Vec<u8> {
    match error {
        LinkError::Refused { code, text } => Trouble::new(code, text).to_bytes(),
        other => Trouble::new("failed", &other.to_string()).to_bytes(),
    }
}
