//! x
pub mod closed;
pub mod counts;
pub mod explore;
pub mod finals;
pub mod hearing;
pub mod limits;
pub mod rule;
pub mod seen;
pub mod setting;
