//! The nats-server under a broker: its configuration, and its life.

mod child;
mod config;

pub use child::{Server, find};
pub use config::{Places, config};
