//! Conversations through brokers: what is to be sent, what has come, and what is missing.
//!
//! In reading order: [`settings`] (proxies, brokers), [`online`] (the conversations that are followed, and
//! in which mailboxes), `written`, `outgoing` and `inviting` (own entries, mail and invitations into the queue),
//! `incoming` (envelopes out of mailboxes), [`note`] and `repair` (what somebody lacks, asked for and
//! posted again), `connect` (from settings to a link), [`exchange`] and `sending` (a link, driven), `leaf` (what a leaf is
//! told, and tells), `coming`, `padded`. `spec/transport.md` and `spec/envelope.md` are the law.
//!
//! Invariant: nothing is taken from the queue before a broker has said that it is on its disk (what a leaf
//! keeps stays in the queue until the leaf tells that a broker has it), and no
//! cursor moves before what was read is on the disk here. So whatever fails in between happens again.

mod coming;
mod connect;
pub mod exchange;
mod incoming;
mod inviting;
mod leaf;
pub mod note;
pub mod notices;
pub mod online;
mod outgoing;
mod padded;
mod policy;
mod repair;
mod sending;
pub mod settings;
mod written;

pub use connect::Dial;
pub use exchange::{Exchange, ExchangeEnd, Progress, Timing};
pub use incoming::News;
pub use note::Note;
pub use online::Online;
pub use outgoing::{Outgoing, Said, Unreachable};
pub use settings::Network;
