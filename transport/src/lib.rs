//! Sealed envelopes on their way: from a home into mailboxes at brokers, and back
//! (`spec/transport.md`).
//!
//! It knows nothing of conversations, keys of persons, or what is in an envelope.
//!
//! In reading order: [`link`] (what a home does with envelopes), [`wire`] (what clients and brokers say
//! to each other), [`broker_link`] (a link over NATS), [`stamp`] (work that a stranger does), [`address`] (how a broker is named),
//! [`limits`].

pub mod address;
pub mod broker_link;
pub mod limits;
pub mod link;
pub mod stamp;
pub mod wire;
