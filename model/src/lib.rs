//! x
pub mod closed;
pub mod counts;
pub mod explore;
pub mod finals;
pub mod healed;
pub mod healing;
pub mod hearing;
pub mod limits;
pub mod rule;
pub mod seen;
pub mod setting;
pub mod plain;
pub mod messages;
pub mod roles;
