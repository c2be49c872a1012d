//! Standard methods of deciding: what rules may call after `use std::MODULE`.
//!
//! A method is a pure function over small numbers: options are `0..n`, a ballot is a list of them
//! ([`methods`]). A module gives each method a name in the language, a signature, a price and an
//! adapter from values ([`modules`]). [`library`] gathers them for the engine and the checker.
//!
//! Laws that all methods keep:
//! - exact arithmetic, no chance but from a text in the arguments, no clock: the same on every machine;
//! - where a method can tie, `winners` has all that tie, in the order of the options;
//! - no ballots: all options tie, save where a method asks for a victory or has a default;
//! - input that makes no sense is an error and says so, it is never read as something else;
//! - work is capped ([`limits`]), and above the cap there is no answer rather than a slow one.
//!
//! Every function has a page ([`page()`]) that says what it does, when an option wins, which
//! [`property`] it has and lacks, and shows a call. Tests hold the pages to the code.
//!
//! [`rules()`] are rules files in which a method decides, to start from.

pub mod limits;
pub mod methods;
pub mod modules;
pub mod page;
pub mod profile;
pub mod property;
pub mod rules;

mod arguments;
mod fields;
mod results;
mod table;

pub use results::Method;
pub use rules::rules;
pub use table::markdown;

use mundi_engine::library::Library;

use page::Listed;

/// The modules by name, with their methods in order.
fn modules() -> [(&'static str, Vec<Method>); 12] {
    [
        ("agreement", modules::agreement::methods()),
        ("single", modules::single::methods()),
        ("scored", modules::scored::methods()),
        ("ranked", modules::ranked::methods()),
        ("seats", modules::seats::methods()),
        ("committees", modules::committees::methods()),
        ("stv", modules::stv::methods()),
        ("budget", modules::budget::methods()),
        ("auctions", modules::auctions::methods()),
        ("matching", modules::matching::methods()),
        ("numbers", modules::numbers::methods()),
        ("deliberation", modules::deliberation::methods()),
    ]
}

/// All modules of the standard library.
#[must_use]
pub fn library() -> Library {
    let functions = |methods: Vec<Method>| methods.into_iter().map(|m| m.function).collect();
    Library { modules: modules().into_iter().map(|(k, v)| (k.to_owned(), functions(v))).collect() }
}

/// The pages of all functions, module by module.
#[must_use]
pub fn pages() -> Vec<Listed> {
    let listed = |module: &str, method: Method| Listed {
        module: module.to_owned(),
        function: method.function.signature.name.clone(),
        signature: method.function.signature,
        text: method.page,
    };
    let modules = modules().into_iter();
    modules.flat_map(|(name, methods)| methods.into_iter().map(move |m| listed(name, m))).collect()
}

/// The page of a function: `page("ranked::schulze")`. `None` where there is no such function.
#[must_use]
pub fn page(function: &str) -> Option<Listed> {
    let (module, name) = function.split_once("::")?;
    pages().into_iter().find(|page| page.module == module && page.function == name)
}
