//! The law of patterns, held against words.

mod laws;
mod naive;
mod notation;
mod owed;
mod people;
mod spec;
mod words;
