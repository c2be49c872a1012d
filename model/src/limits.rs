//! The bounds of the model: what fits into a packed state, and into a machine.

/// At most this many members: a count of members then fits into three bits.
pub const MEMBERS: usize = 7;

/// At most this many members who lie. Each doubles, at least, what a mover may have heard.
pub const LIARS: usize = 2;

/// At most this many outcomes. The rule needs two of them to have anything to decide.
pub const OUTCOMES: usize = 4;

/// At most this many rounds are explored.
pub const ROUNDS: usize = 4;

/// Rounds added after the network has healed: one to agree in, one to notice that it took longer.
pub const HEALED: usize = 2;

/// All rounds that a table has.
pub const DEPTH: usize = ROUNDS + HEALED;

/// Rounds times outcomes that fit into a state: each has two counts of three bits, in 128 bits less
/// one, as the largest number marks an empty place.
pub const CELLS: usize = 16;

/// A configuration with more states than this is given up: its set would outgrow 2 GiB.
pub const STATES: usize = 1 << 25;
