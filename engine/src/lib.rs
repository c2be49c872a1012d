//! The deterministic engine: entries in, verdicts, state, consensus and output out.

pub mod cbor;
pub mod code;
pub mod draft;
pub mod entry;
pub mod library;
pub mod limits;
pub mod value;

pub use value::Value;
