//! OpenPGP: a person's key, and what is encrypted, signed and kept with it.
//!
//! [`PgpCert`] is a public key, [`PgpKey`] a secret one in memory, [`Keyholder`] whatever can use
//! a secret key (GnuPG is one). Messages: [`encrypt`], [`Keyholder::decrypt`], [`literal`],
//! [`Keyholder::sign_message`], [`read`]; files under a passphrase: [`protect`], [`unprotect`].
//!
//! This is the one module that names the OpenPGP library, so that it can be swapped.
//!
//! Invariant: nothing here reads a clock; times are arguments, in ms since 1970.
//!
//! The one exception to "randomness is an argument": session keys, salts and the padding of
//! RSA and ECDH encryption are drawn by the library from OpenSSL's generator. Keys from seeds and
//! all signatures draw nothing: they are the same every time.
//!
//! Secret keys and passphrases are wiped when they are dropped. Errors and `Debug` never hold them.

mod armor;
mod cert;
mod decrypt;
mod det;
mod encrypt;
mod error;
mod key;
mod passphrase;
mod read;
mod seeds;
mod signing;
pub(crate) mod strict;
mod time;

pub use armor::{armor, dearmor};
pub use cert::PgpCert;
pub use encrypt::{encrypt, literal};
pub use error::PgpError;
pub use key::{Keyholder, PgpKey};
pub use passphrase::{protect, unprotect};
pub use read::{Authorship, Opened, read};
pub use seeds::{CREATED, PgpSeeds};

/// Makes OpenSSL ready, once a process: without its handlers at exit, which other threads may
/// outlive.
fn ready() {
    openssl::init();
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
pub(crate) mod tests;
