//! The home of one person on one machine: the store, the keys, the clock.
//!
//! The one place with disk, chance and time; the crates that it uses have none of them.
//!
//! In reading order: [`home`] (what one person has here), [`conversation`] (taken up, said in,
//! handed on), [`exchange`] (what homes give each other), [`network`] (through brokers), [`mail`] (private
//! messages), [`store`]
//! (the encrypted database), [`pool`] (many signatures on all cores), [`clock`], [`chance`].
//!
//! The keys: [`place`] (where a home is), [`private`] (files that only their owner reads),
//! [`hygiene`] (no core dumps, memory that is not swapped), [`passphrase`] (how it is asked),
//! [`key_file`] and [`secret_file`] (the two files beside the database), [`unlock`] (a home opened
//! with them), [`agent`] (a process that remembers), [`gnupg`] (a key that stays there), [`signals`],
//! [`erase`] (nothing is left of a home).

pub mod chance;
pub mod clock;
pub mod conversation;
pub mod exchange;
#[cfg(feature = "faults")]
pub mod faults;
pub mod home;
pub mod limits;
pub mod mail;
pub mod network;
pub mod pool;
pub mod store;

pub mod agent;
pub mod erase;
pub mod gnupg;
pub mod hygiene;
pub mod key_file;
pub mod passphrase;
pub mod place;
pub mod private;
pub mod secret_file;
pub mod signals;
pub mod unlock;
