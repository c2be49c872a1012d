//! The limits of this crate, each with its reason.

/// Longest source in bytes: rules are part of a log's first entry, which every member keeps.
pub const MAX_SOURCE: usize = 64 * 1024;

/// Deepest nesting of brackets: so that acceptance does not depend on a thread's stack.
pub const MAX_NESTING: usize = 64;

/// Longest way from a block to a leaf of its tree, counted in brackets, operators, dots and
/// `else`: trees are walked recursively, also on threads with small stacks.
pub const MAX_CHAIN: usize = 256;

/// Most diagnostics for one source: after so many the rest is noise.
pub const MAX_DIAGNOSTICS: usize = 100;
