//! Standard methods of deciding: what rules may call after `use std::MODULE`.
//!
//! A method is a pure function over small numbers: options are `0..n`, a ballot is a list of them
//! ([`methods`]). A module gives each method a name in the language, a signature, a price and an
//! adapter from values ([`modules`]). [`library`] gathers them for the engine and the checker.
//!
//! Laws that all methods keep:
//! - exact integer arithmetic, no chance, no clock: the same on every machine;
//! - where a method can tie, `winners` has all that tie, in the order of the options;
//! - no ballots: all options tie (`ranked::condorcet` asks for victories, so there nobody wins);
//! - input that makes no sense is an error and says so, it is never read as something else;
//! - work is capped ([`limits`]), and above the cap there is no answer rather than a slow one.

pub mod limits;
pub mod methods;
pub mod modules;
pub mod profile;

mod arguments;
mod results;
mod table;

pub use table::markdown;

use mundi_engine::library::Library;

/// All modules of the standard library.
#[must_use]
pub fn library() -> Library {
    let modules = [
        ("agreement", modules::agreement::functions()),
        ("single", modules::single::functions()),
        ("scored", modules::scored::functions()),
        ("ranked", modules::ranked::functions()),
        ("seats", modules::seats::functions()),
    ];
    Library { modules: modules.into_iter().map(|(k, v)| (k.to_owned(), v)).collect() }
}
