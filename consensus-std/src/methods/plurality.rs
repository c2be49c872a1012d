//! Plurality: one vote each, most votes win.
//!
//! In: votes, each one option. Holds: an option wins when no other has more votes. Ties: all with
//! the most votes. Source: the oldest there is; it elects M in the Tennessee example.

use crate::profile::greatest;

/// Votes for each of `0..options`. Votes for anything else are not counted.
#[must_use]
pub fn counts(options: usize, votes: &[usize]) -> Vec<u64> {
    let mut counts = vec![0_u64; options];
    for vote in votes {
        if let Some(count) = counts.get_mut(*vote) {
            *count = count.saturating_add(1);
        }
    }
    counts
}

/// The options with the most votes, in their order.
#[must_use]
pub fn plurality(options: usize, votes: &[usize]) -> Vec<usize> {
    greatest(&counts(options, votes))
}
