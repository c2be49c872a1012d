//! Sealed envelopes on their way: from a home into mailboxes at brokers, and back
//! (`spec/transport.md`).
//!
//! It knows nothing of conversations, keys of persons, or what is in an envelope.
//!
//! In reading order: [`link`] (what a home does with envelopes), [`wire`] (what clients and brokers say
//! to each other), [`broker_link`] (a link over NATS), [`leaf_link`] (one to a leaf on this machine), [`direct`] (two nodes over a stream), [`stamp`] (work that a stranger does),
//! [`address`] (how a broker is named), [`proxies`] (which way leads to a host), [`forwarder`] (a port
//! here that leads there), [`onion`] (being reached through Tor), [`control`] (by a Tor that runs
//! already), [`memory`] (a broker for tests), [`limits`].

pub mod address;
pub mod broker_link;
pub mod control;
pub mod direct;
pub mod forwarder;
pub mod leaf_link;
pub mod limits;
pub mod link;
pub mod memory;
pub mod onion;
pub mod proxies;
pub mod stamp;
pub mod wire;
