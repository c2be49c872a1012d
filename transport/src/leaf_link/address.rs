//! How a home names its leaf: where it listens on this machine, and its key as a user of brokers.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use crate::address::BrokerAddress;

/// `IP:PORT#KEY`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LeafAddress {
    /// Where it listens: a loopback address.
    pub at: SocketAddr,
    /// Its public key: the user that brokers know, and whom tickets name.
    pub user: [u8; 32],
}

/// Why a text is no address of a leaf.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no address of a leaf: IP:PORT#KEY, on this machine")]
pub struct NoLeaf(String);

impl FromStr for LeafAddress {
    type Err = NoLeaf;

    fn from_str(text: &str) -> Result<Self, NoLeaf> {
        let none = || NoLeaf(text.into());
        let address: BrokerAddress = text.parse().map_err(|_| none())?;
        let at = address.socket().filter(|at| at.ip().is_loopback()).ok_or_else(none)?;
        Ok(Self { at, user: address.key })
    }
}

impl fmt::Display for LeafAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#", self.at)?;
        self.user.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for LeafAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LeafAddress({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaf_is_on_this_machine() {
        let key = "ab".repeat(32);
        let text = format!("127.0.0.1:4223#{key}");
        assert_eq!(text.parse::<LeafAddress>().unwrap().to_string(), text);
        for other in ["192.0.2.1:4223", "leaf.onion:4223", "127.0.0.1", "localhost:4223"] {
            assert!(format!("{other}#{key}").parse::<LeafAddress>().is_err(), "{other}");
        }
    }
}
