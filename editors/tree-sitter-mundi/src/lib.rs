//! The tree-sitter grammars of rules (`.conv`) and plays (`.play`), with queries, for editors.
//!
//! `conv/grammar.js` and `play/grammar.js` follow `lang/src/grammar/*.pest`; what they give is for
//! colours, folds and selections. What a text means, and what is wrong with it, only `mundi-lang` says:
//! these grammars take a little more than it does, never less (`tests/parse.rs`).

use tree_sitter_language::LanguageFn;

// SAFETY: both are made by tree-sitter, in `*/src/parser.c`, with this signature.
unsafe extern "C" {
    fn tree_sitter_mundi_conv() -> *const ();
    fn tree_sitter_mundi_play() -> *const ();
}

/// The grammar of rules files.
// SAFETY: the function gives a language that lives as long as the program.
pub const CONV: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_mundi_conv) };

/// The grammar of plays.
// SAFETY: the function gives a language that lives as long as the program.
pub const PLAY: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_mundi_play) };

/// What is highlighted how in rules files.
pub const CONV_HIGHLIGHTS: &str = include_str!("../conv/queries/highlights.scm");
/// Which names are variables of which block in rules files.
pub const CONV_LOCALS: &str = include_str!("../conv/queries/locals.scm");
/// What can be folded in rules files.
pub const CONV_FOLDS: &str = include_str!("../conv/queries/folds.scm");
/// What is highlighted how in plays.
pub const PLAY_HIGHLIGHTS: &str = include_str!("../play/queries/highlights.scm");
/// What can be folded in plays.
pub const PLAY_FOLDS: &str = include_str!("../play/queries/folds.scm");
