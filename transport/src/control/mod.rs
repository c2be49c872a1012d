//! A Tor that runs already, asked through its control port (Tor's control-spec).
//!
//! The port's address goes in; onion services come out ([`Onions`]). Invariants: the port is on this machine;
//! no line, reply or wait is without a bound; nothing secret is told to who does not know Tor's cookie,
//! where Tor offers to show that; nothing that was given ends up as a second command.
//!
//! Why own code: of what there is, torut 0.2 reads a byte at a time, knows neither client authorisation
//! nor a time limit, and comes with an ed25519-dalek of years ago; tor-interface 0.6 blocks its thread and
//! brings a SOCKS client and keys of its own. What is needed of the protocol is a page.

mod auth;
mod error;
mod published;
mod reply;
mod talk;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::time::Duration;

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, timeout_at};
use zeroize::Zeroizing;

pub use error::ControlError;

use crate::limits::{ONION_CLIENTS, TOR_SECONDS};
use crate::onion::{
    Bootstrap, ClientKey, Hosted, Hosting, Identity, Later, OnionAddress, Onions, ServiceKey,
};
use published::Published;
use reply::{Reply, field};
use talk::Talk;

/// A connection to Tor's control port. The services that it hosts end with it.
#[derive(Debug)]
pub struct Control {
    talk: Talk,
}

impl Control {
    /// Connects and authenticates: by Tor's cookie, or with the password if one is given and Tor wants one.
    ///
    /// # Errors
    /// The port is not on this machine, does not answer, is not Tor's, or refuses us.
    pub async fn connect(at: SocketAddr, password: Option<&str>) -> Result<Self, ControlError> {
        if !at.ip().is_loopback() {
            return Err(ControlError::Elsewhere(at));
        }
        let talk = Talk::connect(at).await?;
        auth::authenticate(&talk, password).await?;
        let control = Self { talk };
        control.ask("SETEVENTS", "SETEVENTS HS_DESC").await?;
        Ok(control)
    }

    /// Waits until the connection has ended, and says why. Then the services that it hosted have ended too,
    /// and another one is to be made.
    pub async fn ended(&self) -> ControlError {
        self.talk.end().await
    }

    async fn ask(&self, command: &'static str, line: &str) -> Result<Reply, ControlError> {
        let reply = self.talk.ask(command, Zeroizing::new(line.to_owned())).await?;
        if (200..300).contains(&reply.code) {
            return Ok(reply);
        }
        let hint = match (command, reply.code) {
            ("ADD_ONION", 512 | 513) => ": it may be too old; 0.4.6 or later is needed",
            ("ADD_ONION", 550) => ": a service of this key is hosted already",
            (_, 510) => ": it may be too old; 0.4.6 or later is needed",
            _ => "",
        };
        let text = reply.text().to_owned();
        Err(ControlError::Refused { command, code: reply.code, text, hint })
    }

    async fn progress(&self) -> Result<Bootstrap, ControlError> {
        let reply = self.ask("GETINFO", "GETINFO status/bootstrap-phase").await?;
        bootstrap(&reply).ok_or_else(|| ControlError::Protocol(format!("`{}`", reply.text())))
    }

    async fn add(&self, wanted: Hosting) -> Result<Hosted, ControlError> {
        let line = add_onion(&wanted)?;
        let events = self.talk.listen();
        let hosted = hosted(&self.ask("ADD_ONION", &line).await?, &wanted.identity)?;
        let unwanted = Unwanted { talk: &self.talk, line: Some(del_onion(&hosted.address)) };
        if !self.published(&hosted.address, events).await? {
            let state = self.progress().await?;
            return Err(ControlError::Unpublished { address: hosted.address, state });
        }
        unwanted.keep();
        Ok(hosted)
    }

    async fn delete(&self, address: &OnionAddress) -> Result<(), ControlError> {
        self.ask("DEL_ONION", &del_onion(address)).await.map(drop)
    }

    /// Whether a service could be found within [`TOR_SECONDS`].
    async fn published(
        &self,
        address: &OnionAddress,
        mut events: Receiver<String>,
    ) -> Result<bool, ControlError> {
        let now = Instant::now();
        let end = now + Duration::from_secs(TOR_SECONDS);
        let mut published = Published::new(address.service(), now);
        loop {
            let until = published.at().map_or(end, |at| at.min(end));
            tokio::select! {
                event = timeout_at(until, events.recv()) => match event {
                    Err(_) => return Ok(published.at().is_some()),
                    Ok(Ok(event)) => published.hear(&event, Instant::now()),
                    Ok(Err(RecvError::Lagged(_))) => {}
                    Ok(Err(RecvError::Closed)) => return Err(self.talk.end().await),
                },
                ended = self.talk.end() => return Err(ended),
            }
        }
    }
}

impl Onions for Control {
    fn bootstrap(&self) -> Later<'_, Bootstrap> {
        Box::pin(self.progress())
    }

    fn host(&self, wanted: Hosting) -> Later<'_, Hosted> {
        Box::pin(self.add(wanted))
    }

    fn withdraw(&self, address: OnionAddress) -> Later<'_, ()> {
        Box::pin(async move { self.delete(&address).await })
    }

    fn admit(&self, address: OnionAddress, key: ClientKey) -> Later<'_, ()> {
        Box::pin(async move {
            let (service, key) = (address.service(), key.base64());
            let line = Zeroizing::new(format!("ONION_CLIENT_AUTH_ADD {service} x25519:{}", *key));
            self.ask("ONION_CLIENT_AUTH_ADD", &line).await.map(drop)
        })
    }

    fn forget(&self, address: OnionAddress) -> Later<'_, ()> {
        Box::pin(async move {
            let line = format!("ONION_CLIENT_AUTH_REMOVE {}", address.service());
            self.ask("ONION_CLIENT_AUTH_REMOVE", &line).await.map(drop)
        })
    }
}

/// A service that is withdrawn unless it is kept, also where nobody waits for it any more.
struct Unwanted<'a> {
    talk: &'a Talk,
    line: Option<String>,
}

impl Unwanted<'_> {
    fn keep(mut self) {
        self.line = None;
    }
}

impl Drop for Unwanted<'_> {
    fn drop(&mut self) {
        if let Some(line) = self.line.take() {
            self.talk.tell(line);
        }
    }
}

fn del_onion(address: &OnionAddress) -> String {
    format!("DEL_ONION {}", address.service())
}

/// The line that makes a service.
fn add_onion(wanted: &Hosting) -> Result<Zeroizing<String>, ControlError> {
    let leaves = wanted.leaves.map(|(_, local)| local);
    if [wanted.local].into_iter().chain(leaves).any(|local| !local.ip().is_loopback()) {
        return Err(ControlError::Request("an onion service leads to this machine only"));
    }
    if wanted.clients.len() > ONION_CLIENTS {
        return Err(ControlError::Clients(wanted.clients.len()));
    }
    let mut flags = Vec::new();
    let key = match &wanted.identity {
        Identity::Kept(key) => key.expose(),
        Identity::New => Zeroizing::new("NEW:ED25519-V3".into()),
        Identity::Ephemeral => {
            flags.push("DiscardPK");
            Zeroizing::new("NEW:ED25519-V3".into())
        }
    };
    if !wanted.clients.is_empty() {
        flags.push("V3Auth");
    }
    let mut words = Zeroizing::new(vec![format!("ADD_ONION {}", *key)]);
    if !flags.is_empty() {
        words.push(format!("Flags={}", flags.join(",")));
    }
    words.push(format!("Port={},{}", wanted.port, wanted.local));
    words.extend(wanted.leaves.map(|(port, local)| format!("Port={port},{local}")));
    words.extend(wanted.clients.iter().map(|client| format!("ClientAuthV3={client}")));
    Ok(Zeroizing::new(words.join(" ")))
}

/// What Tor says of a service that it has made.
fn hosted(reply: &Reply, identity: &Identity) -> Result<Hosted, ControlError> {
    let bad = || ControlError::Protocol("a service without an address or key".into());
    let address = reply.after("ServiceID=").and_then(|id| id.parse().ok()).ok_or_else(bad)?;
    let key = match identity {
        Identity::New => {
            let key = reply.after("PrivateKey=").ok_or_else(bad)?;
            Some(key.parse::<ServiceKey>().map_err(|_| bad())?)
        }
        Identity::Ephemeral | Identity::Kept(_) => None,
    };
    Ok(Hosted { address, key })
}

/// `status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY="Done"`
fn bootstrap(reply: &Reply) -> Option<Bootstrap> {
    let line = reply.after("status/bootstrap-phase=")?;
    Some(Bootstrap {
        progress: field(line, "PROGRESS")?.parse().ok().filter(|percent| *percent <= 100)?,
        summary: field(line, "SUMMARY").unwrap_or_default(),
        warning: field(line, "WARNING"),
    })
}
