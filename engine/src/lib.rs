//! The deterministic engine: entries in, verdicts, state, consensus and output out.

pub mod entry;
pub mod library;
pub mod pattern;
pub mod value;

pub use value::Value;
