//! How large the state of a pattern may grow.

/// Readings of one history that are kept side by side. Checked patterns rarely have two; a
/// pattern that has more than this is ambiguous by mistake, and each costs a step.
pub const MAX_WAYS: usize = 64;

/// Nodes of all readings together, without the instances of `each` and `per`. A pattern of the
/// longest file that is accepted stays below it; it bounds the memory and time of one step.
pub const MAX_NODES: usize = 4_096;

/// Remembered steps, and nodes in them. The memory of steps is dropped when it is full: it is a
/// cache only, and a conversation meets far fewer different ones.
pub const MAX_MEMO: usize = 4_096;
