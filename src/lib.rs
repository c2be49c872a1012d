//! mundi.

pub mod pool;
