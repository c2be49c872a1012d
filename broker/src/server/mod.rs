//! The nats-server under a broker: its configuration; and the life of one, under a broker or a leaf.

mod child;
mod config;

pub use child::{Server, find};
pub use config::{Places, config};
