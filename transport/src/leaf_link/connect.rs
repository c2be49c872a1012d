//! How a connection to a leaf is made.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream;

use super::keys::{Side, side_seed};
use super::words::{BOX, DONE, STORE};
use super::{LeafAddress, LeafLink, Shared, of_leaf};
use crate::address::BrokerAddress;
use crate::broker_link::Entrance;
use crate::link::LinkError;

/// All that it takes to come into a leaf.
pub struct LeafEntrance {
    address: LeafAddress,
    here: Entrance,
    up: Entrance,
    brokers: Vec<BrokerAddress>,
    timeout: Duration,
}

impl LeafEntrance {
    /// Into a leaf, with the seed that it has made for its home. What the leaf's broker says counts only
    /// where it is one of `brokers`.
    ///
    /// # Errors
    /// The leaf is not on this machine.
    pub fn new(
        address: LeafAddress,
        seed: &[u8; 32],
        brokers: Vec<BrokerAddress>,
    ) -> Result<Self, LinkError> {
        let named = || BrokerAddress {
            host: address.at.ip().to_string(),
            port: address.at.port(),
            key: address.user,
        };
        let side = |side| Entrance::new(named(), address.at, &side_seed(seed, side));
        let here = side(Side::Here)?;
        let up = side(Side::Up)?.behind(address.user);
        Ok(Self { address, here, up, brokers, timeout: Duration::from_secs(10) })
    }

    /// Waiting so long for each answer, instead of 10 s.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Makes one attempt.
    ///
    /// # Errors
    /// The leaf does not run, or does not let this home in.
    pub async fn connect(self) -> Result<LeafLink, LinkError> {
        let Self { address, here, up, brokers, timeout } = self;
        let (here, lost) = here.with_timeout(timeout).bare("_H").await.map_err(refused)?;
        let up = up.with_timeout(timeout).enter().await.map_err(refused)?;
        let mut context = jetstream::new(here.clone());
        context.set_timeout(timeout);
        let letters = context.get_stream(BOX).await.map_err(|e| of_leaf(&e))?;
        let done = context.get_stream(DONE).await.map_err(|e| of_leaf(&e))?;
        let name = letters.cached_info().config.metadata.get(STORE);
        let store = name.and_then(|name| u64::from_str_radix(name, 16).ok());
        let store = store.ok_or_else(|| of_leaf(&"its letters have no name"))?.to_be_bytes();
        let shared = Arc::new(Shared::default());
        Ok(LeafLink { here, up, letters, done, address, store, brokers, lost, timeout, shared })
    }
}

fn refused(error: LinkError) -> LinkError {
    match error {
        LinkError::Refused { code, .. } => {
            let text =
                "the leaf does not know this home: give its folder with `mundi net leaf DIR`";
            LinkError::Refused { code, text: text.into() }
        }
        other => other,
    }
}
