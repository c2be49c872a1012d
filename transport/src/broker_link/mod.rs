//! A link to a broker: its requests over one connection of NATS (`spec/transport.md`).
//!
//! It reaches one socket address that it is given, and looks no name up: who wants to go through Tor
//! or I2P gives it the address of a forwarder on loopback. It makes one attempt, and a connection that
//! is lost stays lost: its owner makes another link.

mod connect;
mod letters;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_nats::Client;
use async_nats::client::RequestErrorKind;
use tokio::sync::watch;

use crate::limits;
use crate::link::{Answer, Ends, Letters, Link, LinkError, Standing, answered};
use crate::wire::{
    Get, Had, Have, Info, List, Listed, Parcel, Put, PutAnswer, Take, Taken, Want, Wire,
};

pub use connect::{Entrance, is_nonce, user_name};

/// A connection to a broker.
pub struct BrokerLink {
    client: Client,
    ends: Ends,
    user: String,
    to: String,
    lost: watch::Receiver<bool>,
    timeout: Duration,
    /// What the broker said when the connection began: the first who asks need not ask again.
    first: Mutex<Option<Info>>,
}

impl BrokerLink {
    /// Asks one thing, and waits for the one answer.
    async fn ask(&self, verb: &str, request: Vec<u8>) -> Result<Vec<u8>, LinkError> {
        self.connected()?;
        if request.len() > limits::MESSAGE_BYTES {
            return Err(LinkError::Settings("a request is longer than 1 MiB".into()));
        }
        let asked = self.client.request(self.subject(verb), request.into());
        let mut lost = self.lost.clone();
        let answer = tokio::select! {
            answer = tokio::time::timeout(self.timeout, asked) => answer,
            _lost = lost.wait_for(|lost| *lost) => return Err(gone()),
        };
        let answer = answer.map_err(|_| LinkError::Timeout(self.timeout.as_secs()))?;
        let answer = answer.map_err(|error| match error.kind() {
            RequestErrorKind::TimedOut => LinkError::Timeout(self.timeout.as_secs()),
            RequestErrorKind::NoResponders => LinkError::Offline("the broker is starting".into()),
            _ => LinkError::Offline(error.to_string()),
        })?;
        Ok(answer.payload.into())
    }

    async fn asked<T: Wire>(&self, verb: &str, request: Vec<u8>) -> Result<T, LinkError> {
        answered(&self.ask(verb, request).await?)
    }

    fn connected(&self) -> Result<(), LinkError> {
        if *self.lost.borrow() { Err(gone()) } else { Ok(()) }
    }

    fn subject(&self, verb: &str) -> String {
        format!("mundi.{}.{verb}", self.user)
    }

    /// What has come after a position: for the broker's peers.
    ///
    /// # Errors
    /// As any request.
    pub async fn list(&self, after: u64) -> Result<Listed, LinkError> {
        self.asked("list", List { after }.to_bytes()).await
    }

    /// Parcels by their numbers, as many as fit into an answer: for the broker's peers.
    ///
    /// # Errors
    /// As any request.
    pub async fn take(&self, numbers: Vec<u64>) -> Result<Taken, LinkError> {
        self.asked("take", Take(numbers).to_bytes()).await
    }

    async fn put_some(&self, parcels: Vec<Parcel>) -> Result<PutAnswer, LinkError> {
        let mut whole = PutAnswer { statuses: Vec::with_capacity(parcels.len()), wait: 0 };
        for part in Put::parts(parcels) {
            let sent = part.0.len();
            let answer: PutAnswer = self.asked("put", part.to_bytes()).await?;
            if answer.statuses.len() != sent {
                return Err(LinkError::Protocol("another number of answers".into()));
            }
            whole.statuses.extend(answer.statuses);
            whole.wait = whole.wait.max(answer.wait);
        }
        Ok(whole)
    }
}

fn gone() -> LinkError {
    LinkError::Offline("the connection was lost".into())
}

impl Link for BrokerLink {
    fn put(&self, parcels: Vec<Parcel>) -> Answer<'_, PutAnswer> {
        Box::pin(self.put_some(parcels))
    }

    fn get(&self, wants: Vec<Want>, ticket: Vec<u8>, seconds: u64) -> Answer<'_, Letters> {
        let get = Get { wants, ticket: ticket.into(), seconds };
        Box::pin(async move {
            self.connected()?;
            let silence = self.timeout + Duration::from_secs(seconds);
            let asked = (self.subject("get"), get.to_bytes());
            letters::letters(&self.client, asked, silence, self.lost.clone()).await
        })
    }

    fn have(&self, hashes: Vec<[u8; 32]>) -> Answer<'_, Vec<bool>> {
        let have = Have(hashes.into_iter().map(Into::into).collect());
        Box::pin(async move {
            let asked = have.0.len();
            let had: Had = self.asked("have", have.to_bytes()).await?;
            if had.0.len() != asked || had.0.iter().any(|bit| *bit > 1) {
                return Err(LinkError::Protocol("another number of answers".into()));
            }
            Ok(had.0.into_iter().map(|bit| bit == 1).collect())
        })
    }

    fn info(&self) -> Answer<'_, Info> {
        Box::pin(async move {
            let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
            match first {
                Some(info) => Ok(info),
                None => self.asked("info", Vec::new()).await,
            }
        })
    }

    /// A broker keeps for everybody, so it is told nothing.
    fn acknowledge(&self, _: Vec<[u8; 32]>) -> Answer<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn ends(&self) -> Option<Ends> {
        self.connected().ok().map(|()| self.ends)
    }

    fn standing(&self) -> Standing {
        match self.connected() {
            Ok(()) => Standing::Online { to: self.to.clone(), by: "broker" },
            Err(error) => Standing::Offline { why: error.to_string() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Mailbox, Trouble};

    fn of(bytes: usize) -> Parcel {
        Parcel::new(Mailbox::tag([1; 16]), vec![7; bytes])
    }

    #[test]
    fn requests_are_split_where_they_would_be_too_long() {
        let sizes = |parcels| Put::parts(parcels).iter().map(|p| p.0.len()).collect::<Vec<_>>();
        assert_eq!(sizes(vec![of(600); 130]), [64, 64, 2]);
        assert_eq!(sizes(vec![of(limits::ENVELOPE_BYTES); 7]), [6, 1]);
        assert_eq!(sizes(vec![]), [0; 0]);
        for part in Put::parts(vec![of(limits::ENVELOPE_BYTES); 64]) {
            assert!(part.to_bytes().len() <= limits::MESSAGE_BYTES);
        }
    }

    #[test]
    fn a_trouble_is_told_in_its_own_words() {
        let trouble = Trouble::new("busy", "later").to_bytes();
        let said = answered::<PutAnswer>(&trouble).unwrap_err();
        assert_eq!(said, LinkError::Refused { code: "busy".into(), text: "later".into() });
        assert!(matches!(answered::<PutAnswer>(b"x"), Err(LinkError::Protocol(_))));
    }
}
