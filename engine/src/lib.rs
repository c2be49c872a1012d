//! The deterministic engine: entries in, verdicts, state, consensus and output out.

pub mod body;
pub mod cbor;
pub mod code;
pub mod draft;
pub mod entry;
mod fit;
pub mod library;
pub mod limits;
pub mod log;
mod misfit;
pub mod value;
mod written;

pub use value::Value;
