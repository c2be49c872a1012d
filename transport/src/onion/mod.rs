//! Being reached through Tor: onion services (`spec/transport.md`, Onion services).
//!
//! [`Onions`] is what a home or a broker asks for, whoever does it: today a Tor that runs already
//! ([`crate::control`]), one day perhaps one within this program.

mod address;
mod keys;

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Instant, sleep};

pub use address::{NotOnion, OnionAddress};
pub use keys::{ClientKey, ClientPublic, NotAKey, ServiceKey};

use crate::control::ControlError;

/// An answer that comes later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, ControlError>> + Send + 'a>>;

/// How far Tor has come with reaching its network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bootstrap {
    /// 0 to 100, in per cent; at 100 it can be used.
    pub progress: u8,
    /// What it does now, in Tor's words.
    pub summary: String,
    /// What is wrong, in Tor's words, if it is.
    pub warning: Option<String>,
}

/// Which address a service gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// A new one, whose key nobody keeps: it ends with the service.
    Ephemeral,
    /// A new one, whose key is given back.
    New,
    /// The one of this key.
    Kept(ServiceKey),
}

/// A service that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosting {
    /// Under which address.
    pub identity: Identity,
    /// The port of the onion service.
    pub port: u16,
    /// Where its connections go: on this machine.
    pub local: SocketAddr,
    /// A second port, and where that leads: a broker's for leaves.
    pub leaves: Option<(u16, SocketAddr)>,
    /// Who may connect; with nobody named, everybody who knows the address.
    pub clients: Vec<ClientPublic>,
}

/// A service that is there, for as long as whoever hosts it is connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosted {
    /// Its address.
    pub address: OnionAddress,
    /// Its key, if a new one was to be kept.
    pub key: Option<ServiceKey>,
}

/// Hosts onion services, and opens those of others that ask for a key.
pub trait Onions: Send + Sync {
    /// How far Tor has come.
    fn bootstrap(&self) -> Later<'_, Bootstrap>;

    /// Makes a port of this machine an onion service. Answers when others can find it, or after
    /// [`crate::limits::TOR_SECONDS`] with an error; then it is not there, nor where nobody waits for the
    /// answer any more.
    fn host(&self, wanted: Hosting) -> Later<'_, Hosted>;

    /// Ends a service. Connections that are open may go on.
    fn withdraw(&self, address: OnionAddress) -> Later<'_, ()>;

    /// From now on this key is shown to that service, until Tor ends.
    fn admit(&self, address: OnionAddress, key: ClientKey) -> Later<'_, ()>;

    /// The key for that service is shown no more.
    fn forget(&self, address: OnionAddress) -> Later<'_, ()>;
}

/// Waits until Tor has reached its network, telling each step.
///
/// # Errors
/// [`ControlError::NotConnected`] after [`crate::limits::TOR_SECONDS`], with how far it came; or Tor does
/// not answer.
pub async fn reached(
    onions: &dyn Onions,
    mut tell: impl FnMut(&Bootstrap) + Send,
) -> Result<(), ControlError> {
    let end = Instant::now() + Duration::from_secs(crate::limits::TOR_SECONDS);
    let mut told = None;
    loop {
        let now = onions.bootstrap().await?;
        if told.as_ref() != Some(&now) {
            tell(&now);
        }
        if now.progress >= 100 {
            return Ok(());
        }
        if Instant::now() >= end {
            return Err(ControlError::NotConnected(now));
        }
        told = Some(now);
        sleep(Duration::from_millis(500)).await;
    }
}

impl std::fmt::Display for Bootstrap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tor is at {} %: {}", self.progress, self.summary)?;
        self.warning.as_ref().map_or(Ok(()), |warning| write!(f, " ({warning})"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Tor without a network.
    struct Stuck;

    impl Onions for Stuck {
        fn bootstrap(&self) -> Later<'_, Bootstrap> {
            let (summary, warning) = ("Connecting to a relay".into(), Some("No route".into()));
            Box::pin(async { Ok(Bootstrap { progress: 5, summary, warning }) })
        }
        fn host(&self, _: Hosting) -> Later<'_, Hosted> {
            Box::pin(std::future::pending())
        }
        fn withdraw(&self, _: OnionAddress) -> Later<'_, ()> {
            Box::pin(std::future::pending())
        }
        fn admit(&self, _: OnionAddress, _: ClientKey) -> Later<'_, ()> {
            Box::pin(std::future::pending())
        }
        fn forget(&self, _: OnionAddress) -> Later<'_, ()> {
            Box::pin(std::future::pending())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_tor_without_a_network_is_given_up_in_time() {
        let began = Instant::now();
        let mut told = 0;
        let error = reached(&Stuck, |_| told += 1).await.unwrap_err().to_string();
        assert_eq!(told, 1, "nothing changed");
        assert!(began.elapsed() <= Duration::from_secs(crate::limits::TOR_SECONDS + 1));
        assert!(
            error.contains("Tor is at 5 %: Connecting to a relay (No route); it did not reach")
        );
        assert!(error.contains("set a bridge in torrc"), "{error}");
    }
}
