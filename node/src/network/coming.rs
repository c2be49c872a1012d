//! What comes out of mailboxes while a `get` goes on, of one or of two stores.

use std::task::Poll;

use mundi_transport::link::{Letters, LinkError};
use mundi_transport::wire::{Got, Want};

/// What comes, and for which mailboxes it was asked.
pub(super) struct Coming {
    pub(super) wants: Vec<Want>,
    pub(super) letters: Letters,
}

/// What comes first, and from which of them. Nothing is lost where nobody waits for it any more.
pub(super) async fn first(coming: &mut [Coming]) -> (usize, Option<Result<Got, LinkError>>) {
    std::future::poll_fn(|context| {
        for (place, one) in coming.iter_mut().enumerate() {
            if let Poll::Ready(got) = one.letters.poll_recv(context) {
                return Poll::Ready((place, got));
            }
        }
        Poll::Pending
    })
    .await
}
