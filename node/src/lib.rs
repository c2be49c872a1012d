//! The home of one person on one machine: the store, the keys, the clock.
//!
//! The one place with disk, chance and time; the crates that it uses have none of them.

pub mod exchange;
pub mod limits;
pub mod pool;
pub mod store;
