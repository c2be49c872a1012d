//! A broker: a machine that relays sealed envelopes and keeps them for a while, and is trusted with
//! nothing else (`spec/transport.md`).
//!
//! A broker is a nats-server, which moves and keeps bytes, and this, which starts it, says who may come
//! in, and does what users ask of it. Users never reach JetStream: they talk to the service.
//!
//! In reading order: [`settings`] and [`keys`] (a broker's folder), [`server`] (the nats-server),
//! [`callout`] (who is let in), [`store`] (parcels on the disk, and the index of them), [`service`] (what
//! users ask), [`federation`] (what other brokers have), [`notice`], [`metrics`], [`run`] (all of
//! it), [`leaf`] (what keeps and forwards envelopes on a user's machine), [`limits`].

pub mod callout;
pub mod error;
pub mod federation;
pub mod keys;
pub mod leaf;
pub mod limits;
pub mod metrics;
pub mod notice;
pub mod run;
pub mod server;
pub mod service;
pub mod settings;
pub mod store;

pub use error::BrokerError;
pub use run::{Broker, Options};
pub use settings::{Admission, Peer, Settings};
