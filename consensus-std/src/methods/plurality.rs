//! Plurality: one vote each, most votes win.
//!
//! In: votes, each one option. Holds: an option wins when no other has more votes. Ties: all with
//! the most votes. Source: the oldest there is; it elects M in the Tennessee example.

use crate::methods::elimination::{least, most};
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

/// The option with more than half of the votes, if there is one.
#[must_use]
pub fn majority(counts: &[u64]) -> Option<usize> {
    let cast: u64 = counts.iter().sum();
    counts.iter().position(|votes| votes.saturating_mul(2) > cast)
}

/// The two with the most votes, in order, with all that are level with the second.
#[must_use]
pub fn first_two(counts: &[u64]) -> Vec<usize> {
    let all: Vec<usize> = (0..counts.len()).collect();
    let votes = |o: usize| counts.get(o).copied().unwrap_or(0);
    let mut first = most(&all, votes);
    if first.len() == 1 {
        let rest: Vec<usize> = all.into_iter().filter(|o| !first.contains(o)).collect();
        first.extend(most(&rest, votes));
        first.sort_unstable();
    }
    first
}

/// All but those with the fewest votes, in order; all of them where all have equally many.
#[must_use]
pub fn all_but_last(counts: &[u64]) -> Vec<usize> {
    let all: Vec<usize> = (0..counts.len()).collect();
    let last = least(&all, |o| counts.get(o).copied().unwrap_or(0));
    if last.len() == all.len() {
        all
    } else {
        all.into_iter().filter(|o| !last.contains(o)).collect()
    }
}
