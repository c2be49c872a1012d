//! The side that asks.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncRead, AsyncWrite, ReadHalf, split};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::frame::{self, Frame, Verb};
use crate::limits;
use crate::link::{Answer, Ends, Letters, Link, LinkError, Standing, answered};
use crate::wire::{Get, Got, Had, Have, Info, Parcel, Put, PutAnswer, Want, Wire};

/// What has been asked, and where its answers go.
type Waiting = BTreeMap<u64, mpsc::Sender<Vec<u8>>>;

struct Shared {
    /// `None` once the stream is lost.
    waiting: Mutex<Option<Waiting>>,
    next: AtomicU64,
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Option<Waiting>> {
        // Nothing under this lock panics half-way.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A link to the other side of a stream.
pub struct DirectLink {
    to: mpsc::Sender<Frame>,
    shared: Arc<Shared>,
    ends: Ends,
    name: String,
    reading: AbortHandle,
}

impl DirectLink {
    /// Over a stream; `name` is what a person calls the other side, `ends` what tickets are bound to.
    /// Within a runtime only.
    pub fn over<S>(stream: S, name: &str, ends: Ends) -> Self
    where
        S: AsyncRead + AsyncWrite + Send + 'static,
    {
        let (from, mut into) = split(stream);
        let (to, mut asked) = mpsc::channel::<Frame>(limits::DIRECT_REQUESTS);
        let shared =
            Arc::new(Shared { waiting: Mutex::new(Some(BTreeMap::new())), next: 0.into() });
        tokio::spawn(async move {
            while let Some(frame) = asked.recv().await {
                if frame::write(&mut into, &frame).await.is_err() {
                    break;
                }
            }
        });
        let reading = tokio::spawn(hear(from, Arc::clone(&shared))).abort_handle();
        Self { to, shared, ends, name: name.to_owned(), reading }
    }

    /// Asks; gives where answers come.
    async fn ask(
        &self,
        verb: Verb,
        message: Vec<u8>,
    ) -> Result<mpsc::Receiver<Vec<u8>>, LinkError> {
        let number = self.shared.next.fetch_add(1, Ordering::Relaxed);
        let (to, answers) = mpsc::channel(limits::GOT_WAITING);
        match self.shared.waiting().as_mut() {
            Some(waiting) => waiting.insert(number, to),
            None => return Err(gone()),
        };
        self.to.send(Frame::new(number, verb, message)).await.map_err(|_| gone())?;
        Ok(answers)
    }

    async fn answer<T: Wire>(&self, verb: Verb, message: Vec<u8>) -> Result<T, LinkError> {
        let mut answers = self.ask(verb, message).await?;
        answered(&answers.recv().await.ok_or_else(gone)?)
    }
}

impl Drop for DirectLink {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

fn gone() -> LinkError {
    LinkError::Offline("the stream was lost".into())
}

/// Hands on what comes, until the stream is lost.
async fn hear<S: AsyncRead + AsyncWrite>(mut from: ReadHalf<S>, shared: Arc<Shared>) {
    while let Ok(Some(Frame { number, verb: Verb::Answer, message })) = frame::read(&mut from).await
    {
        let to = shared.waiting().as_ref().and_then(|waiting| waiting.get(&number).cloned());
        let Some(to) = to else { continue };
        // Only a `get` has several answers: all but its last are `Got::Some`.
        let goes_on = matches!(Got::from_bytes(&message), Ok(Got::Some(_)));
        let heard = to.send(message.into()).await.is_ok();
        if (!goes_on || !heard)
            && let Some(waiting) = shared.waiting().as_mut()
        {
            waiting.remove(&number);
        }
    }
    // Who still waits hears nothing more.
    *shared.waiting() = None;
}

impl Link for DirectLink {
    fn put(&self, parcels: Vec<Parcel>) -> Answer<'_, PutAnswer> {
        Box::pin(async move {
            let mut whole = PutAnswer { statuses: Vec::with_capacity(parcels.len()), wait: 0 };
            for part in Put::parts(parcels) {
                let answer: PutAnswer = self.answer(Verb::Put, part.to_bytes()).await?;
                let (count, answers) = (part.0.len(), answer.statuses.len());
                if count != answers {
                    let text = format!("{answers} answers to {count} parcels");
                    return Err(LinkError::Protocol(text));
                }
                whole.statuses.extend(answer.statuses);
                whole.wait = whole.wait.max(answer.wait);
            }
            Ok(whole)
        })
    }

    fn get(&self, wants: Vec<Want>, ticket: Vec<u8>, seconds: u64) -> Answer<'_, Letters> {
        Box::pin(async move {
            let get = Get { wants, ticket: ticket.into(), seconds };
            let mut answers = self.ask(Verb::Get, get.to_bytes()).await?;
            let (to, letters) = mpsc::channel(limits::GOT_WAITING);
            tokio::spawn(async move {
                loop {
                    let next = answers.recv().await;
                    let got = next.map_or_else(|| Err(gone()), |bytes| answered::<Got>(&bytes));
                    let last = !matches!(got, Ok(Got::Some(_)));
                    if to.send(got).await.is_err() || last {
                        break;
                    }
                }
            });
            Ok(letters)
        })
    }

    fn have(&self, hashes: Vec<[u8; 32]>) -> Answer<'_, Vec<bool>> {
        Box::pin(async move {
            let count = hashes.len();
            let have = Have(hashes.into_iter().map(Into::into).collect());
            let had: Had = self.answer(Verb::Have, have.to_bytes()).await?;
            if had.0.len() == count {
                return Ok(had.0.into_iter().map(|one| one != 0).collect());
            }
            Err(LinkError::Protocol(format!("{} answers to {count} hashes", had.0.len())))
        })
    }

    fn info(&self) -> Answer<'_, Info> {
        Box::pin(self.answer(Verb::Info, Vec::new()))
    }

    fn acknowledge(&self, _: Vec<[u8; 32]>) -> Answer<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn ends(&self) -> Option<Ends> {
        self.shared.waiting().is_some().then_some(self.ends)
    }

    fn standing(&self) -> Standing {
        match self.ends() {
            Some(_) => Standing::Online { to: self.name.clone(), by: "stream" },
            None => Standing::Offline { why: format!("the stream to {} was lost", self.name) },
        }
    }
}
