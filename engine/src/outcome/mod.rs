//! Outcomes: what sealers sign, how seals are counted, and the certificate that proves the result to
//! anybody (`spec/outcome.md`).
//!
//! In reading order: [`sealers`] (whose signatures count, and how many), [`payload`] (what they sign),
//! [`seal`] (the body of the entry that carries a signature), [`count`] (seals of one round: final, or
//! the move to the next), [`certificate`] (the file). Nothing here knows of a log: `sealing/` does.

pub mod count;
pub mod payload;
pub mod seal;
pub mod sealers;

pub use count::Count;
pub use payload::{Basis, CONTENT_TYPE, Outcome, OutcomeHash, Payload};
pub use seal::SealBody;
pub use sealers::Sealers;
