//! The answer to a `get`: several messages, one after the other.

use std::time::Duration;

use async_nats::{Client, StatusCode, Subscriber};
use futures::StreamExt;
use tokio::sync::{mpsc, watch};

use crate::limits;
use crate::link::{Letters, LinkError, answered};
use crate::wire::Got;

/// Asks, and gives on what comes until the end, an error, or a silence of so long.
pub(super) async fn letters(
    client: &Client,
    (subject, request): (String, Vec<u8>),
    silence: Duration,
    lost: watch::Receiver<bool>,
) -> Result<Letters, LinkError> {
    let offline = |error: &dyn std::fmt::Display| LinkError::Offline(error.to_string());
    let inbox = client.new_inbox();
    let answers = client.subscribe(inbox.clone()).await.map_err(|e| offline(&e))?;
    let asked = client.publish_with_reply(subject, inbox, request.into()).await;
    asked.map_err(|e| offline(&e))?;
    let (to, letters) = mpsc::channel(limits::GOT_WAITING);
    tokio::spawn(forward(answers, to, silence, lost));
    Ok(letters)
}

async fn forward(
    mut answers: Subscriber,
    to: mpsc::Sender<Result<Got, LinkError>>,
    silence: Duration,
    mut lost: watch::Receiver<bool>,
) {
    loop {
        let next = tokio::select! {
            next = tokio::time::timeout(silence, answers.next()) => next,
            () = to.closed() => break,
            _lost = lost.wait_for(|lost| *lost) => Ok(None),
        };
        let got = match next {
            Err(_) => Err(LinkError::Timeout(silence.as_secs())),
            Ok(None) => Err(super::gone()),
            Ok(Some(message)) if message.status == Some(StatusCode::NO_RESPONDERS) => {
                Err(LinkError::Offline("the broker is starting".into()))
            }
            Ok(Some(message)) => answered(&message.payload),
        };
        let last = !matches!(got, Ok(Got::Some(_)));
        if to.send(got).await.is_err() || last {
            break;
        }
    }
    // The other side may be gone already.
    let _gone = answers.unsubscribe().await;
}
