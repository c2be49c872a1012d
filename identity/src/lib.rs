//! Who signs: device keys, the persons behind them, and the one rule by which signatures verify.
//!
//! A person is a root key and its [`Fingerprint`]. The root key signs [`Certificate`]s for device
//! keys; device keys sign everything else. Whatever is signed is a [`cose`] `COSE_Sign1`, whose
//! content type says what it is, and is verified by [`verify()`] or [`verify_batch`], which agree
//! on every signature there can be.

pub mod certificate;
pub mod cose;
pub mod device;
pub mod fingerprint;
pub mod limits;
pub mod person;
mod random;
pub mod verify;

pub use certificate::{Certificate, CertificateError, CertificateKind};
pub use device::{DeviceKey, DevicePublic};
pub use fingerprint::Fingerprint;
pub use person::PersonKey;
pub use verify::{BadSignature, Claim, RegisterError, register, verify, verify_batch};
