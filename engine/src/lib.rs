//! The deterministic engine: entries in, verdicts, state, consensus and output out.

pub mod cbor;
pub mod code;
pub mod entry;
pub mod hidden;
pub mod library;
pub mod limits;
pub mod pattern;
pub mod value;
pub mod verdict;

pub use value::Value;
