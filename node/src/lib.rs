//! The home of one person on one machine: the store, the keys, the clock.
//!
//! The one place with disk, chance and time; the crates that it uses have none of them.
//!
//! In reading order: [`home`] (what one person has here), [`conversation`] (taken up, said in,
//! handed on), [`exchange`] (what homes give each other), [`store`] (the encrypted database),
//! [`pool`] (many signatures on all cores), [`clock`].

pub mod clock;
pub mod conversation;
pub mod exchange;
pub mod home;
pub mod limits;
pub mod pool;
pub mod store;
