//! The local users of a leaf: each has one key among the streams, and one for what goes on to the broker.

use nkeys::{KeyPair, KeyPairType};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// On which side of a leaf a user is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Where the streams are; no broker sees what happens there.
    Here,
    /// What goes on to the broker.
    Up,
}

/// A local user's seed on a side: SHA-256("mundi.leaf.here.1" or "mundi.leaf.up.1" ‖ its seed).
#[must_use]
pub fn side_seed(seed: &[u8; 32], side: Side) -> Zeroizing<[u8; 32]> {
    let domain: &[u8] = match side {
        Side::Here => b"mundi.leaf.here.1",
        Side::Up => b"mundi.leaf.up.1",
    };
    Zeroizing::new(Sha256::new_with_prefix(domain).chain_update(seed).finalize().into())
}

/// The same as a key of NATS.
///
/// # Errors
/// None that could happen.
pub fn side_key(seed: &[u8; 32], side: Side) -> Result<KeyPair, nkeys::error::Error> {
    KeyPair::new_from_raw(KeyPairType::User, *side_seed(seed, side))
}
