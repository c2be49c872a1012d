//! mundi.
