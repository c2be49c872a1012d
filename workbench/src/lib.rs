//! What an author of rules works with: a conversation of which one machine plays everybody, and all
//! that can be asked of rules without anybody else.
//!
//! It reads no file and writes to no terminal: texts and checked rules go in, answers come out, for
//! people and for programs.
//!
//! In reading order: [`tone`] (colours), [`show`] (values in words), [`rehearsal`] (all persons of
//! a conversation on one machine), [`play`] (a rehearsal by a file), [`ending`] and [`owes`] (how a
//! conversation stands, what people owe it), [`why`] (why a line was accepted or refused), [`coverage`]
//! (what plays come to of their rules), [`explore`] (all conversations that rules allow), [`diff`]
//! (where two versions differ), [`graph`] (the pattern as a picture).

pub mod coverage;
pub mod diff;
pub mod ending;
pub mod explore;
pub mod graph;
pub mod owes;
pub mod play;
pub mod rehearsal;
pub mod show;
pub mod tone;
pub mod why;
