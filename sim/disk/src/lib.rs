//! A disk in memory under SQLite, which loses, tears and refuses as a seed says.
//!
//! A store is as good as what it does when the power goes. This crate gives SQLite, and SQLCipher
//! within it, a file system (`sqlite3_vfs`) whose files are in memory. What was written is pending
//! until the file is synced; a crash keeps, loses or tears each pending write, in any combination
//! that a real disk may give. All of it comes from a seed: there is no clock and no chance of the
//! system in here.
//!
//! In reading order: [`disk`] (what a test holds), [`fault`] (what can be made to go wrong),
//! [`image`] (all files at one time, to be put back), `state` (what SQLite asks, answered),
//! `folder` (which names there are, and which of them are durable), `file` (bytes, durable and
//! pending), `fate` (what a crash does to a write), `locks`, `chance`; `vfs` is the part that speaks
//! C, the only one with `unsafe`.
//!
//! What the seed does not decide: SQLite's own generator is one for the whole process and asks the
//! system's file system, and SQLCipher draws salts from OpenSSL. So the bytes of files differ from
//! run to run, but not their lengths, nor the number and order of writes, nor any answer: fates are
//! drawn by file and number of the write, never by content.

#![deny(unsafe_code)]

pub mod disk;
pub mod fault;
pub mod image;

mod chance;
mod fate;
mod file;
mod folder;
mod limits;
mod locks;
mod state;
#[allow(unsafe_code, reason = "SQLite is spoken to in C")]
mod vfs;

pub use disk::Disk;
pub use fault::Fault;
pub use image::Image;
