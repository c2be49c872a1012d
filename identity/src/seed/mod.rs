//! A seed phrase: 24 words from which a person's keys come back.
//!
//! BIP-39 (English, without a passphrase) gives the seed, SLIP-0010 the keys, by the [`labels`].

pub mod labels;
mod phrase;

pub use labels::Label;
pub use phrase::{Phrase, PhraseError};
