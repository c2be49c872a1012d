//! Outcomes: what sealers sign, how seals are counted, and the certificate that proves the result to
//! anybody (`spec/outcome.md`).
//!
//! In reading order: [`sealers`] (whose signatures count, and how many), [`payload`] (what they sign),
//! [`seal`] (the body of the entry that carries a signature), [`count`] (seals of one round: final, or
//! the move to the next), [`certificate`] (the file), `verifying` (its checks), [`output`] (the output's
//! type), [`proof`] (what it proves), [`refusal`] (why it proves nothing), [`replayed`] (whether a log
//! gives the same), [`referenced`] (a certificate in the terms of another conversation). Nothing else here knows of a log: `sealing/` does.

pub mod certificate;
pub mod count;
pub mod output;
pub mod payload;
pub mod proof;
pub mod referenced;
pub mod refusal;
pub mod replayed;
pub mod seal;
pub mod sealers;
mod verifying;

pub use certificate::Certificate;
pub use count::Count;
pub use output::read_output;
pub use payload::{Basis, CONTENT_TYPE, Outcome, OutcomeHash, Payload};
pub use proof::{Proven, broken};
pub use refusal::{Refusal, VerifyError};
pub use seal::SealBody;
pub use sealers::Sealers;
