//! Sealed envelopes on their way: from a home into mailboxes at brokers, and back
//! (`spec/transport.md`).
//!
//! It knows nothing of conversations, keys of persons, or what is in an envelope.
//!
//! In reading order: [`link`] (what a home does with envelopes), [`wire`] (what clients and brokers say
//! to each other), [`stamp`] (work that a stranger does), [`address`] (how a broker is named),
//! [`proxies`] (which way leads to a host), [`forwarder`] (a port here that leads there), [`onion`] (being
//! reached through Tor), [`control`] (by a Tor that runs already), [`limits`].

pub mod address;
pub mod control;
pub mod forwarder;
pub mod limits;
pub mod link;
pub mod onion;
pub mod proxies;
pub mod stamp;
pub mod wire;
