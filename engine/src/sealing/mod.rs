//! Sealing: from a provisional outcome to a final one (`spec/outcome.md`).
//!
//! In reading order: `seals` (the seals of a log, and `pasts`: what is in whose past), `judge` (the verdict
//! on a seal, by its causal past alone), `evaluate` (what a cut comes to), [`standing`] (provisional, open,
//! final, broken), [`agent`] (what a sealer's device does next), `certify` (the certificate).
//! Invariant: nothing here is ever taken back, as a causal past never changes.

pub mod agent;
mod certify;
mod evaluate;
mod judge;
mod pasts;
mod seals;
pub mod standing;

pub use agent::{Clocks, Next, Waits};
pub use standing::{Final, Finality};

pub(crate) use seals::{Lost, Seals};
