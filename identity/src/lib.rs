//! Who signs: device keys, the persons behind them, and the one rule by which signatures verify.
//!
//! A person is a key and its [`Fingerprint`]: an OpenPGP key ([`pgp`]), or an Ed25519 root key in
//! rehearsals. That key signs [`Certificate`]s for device keys, and [`Revocation`]s; device keys
//! sign everything else. What an Ed25519 key signs is a [`cose`] `COSE_Sign1`, whose content type
//! says what it is, and is verified by [`verify()`] or [`verify_batch`], which agree on every
//! signature there can be. A seed [`Phrase`] gives all of a person's keys back.

pub mod certificate;
pub mod cose;
pub mod cose_sign;
pub mod device;
pub mod envelope;
pub mod fingerprint;
pub mod identicon;
pub mod inbox;
pub mod limits;
pub mod person;
pub mod pgp;
mod random;
pub mod revocation;
pub mod role;
pub mod seed;
pub mod verify;
mod vouch;

pub use certificate::{Certificate, CertificateError, CertificateKind};
pub use device::{DeviceKey, DevicePublic};
pub use fingerprint::Fingerprint;
pub use person::PersonKey;
pub use revocation::{Reason, Revocation, RevocationError};
pub use role::DeviceRole;
pub use seed::{Phrase, PhraseError};
pub use verify::{BadSignature, Claim, RegisterError, register, verify, verify_batch};
