//! Score voting (range voting): each gives options points, most points in total win.
//!
//! In: ballots as pairs of option and score; an option without a score on a ballot gets 0 from it,
//! so abstaining is not a middle grade. Scores may be negative. Holds: an option wins when no
//! other's total is greater. Ties: all with the greatest total. Source: Smith, "Range voting", 2000.

use crate::profile::greatest;

/// The total of each of `0..options`. Scores of anything else are not counted. Callers keep scores
/// and ballots under the limits, so that no total overflows.
#[must_use]
pub fn totals(options: usize, ballots: &[Vec<(usize, i64)>]) -> Vec<i64> {
    let mut totals = vec![0_i64; options];
    for (option, score) in ballots.iter().flatten() {
        if let Some(total) = totals.get_mut(*option) {
            *total = total.saturating_add(*score);
        }
    }
    totals
}

/// The options with the greatest total, in their order.
#[must_use]
pub fn score(options: usize, ballots: &[Vec<(usize, i64)>]) -> Vec<usize> {
    greatest(&totals(options, ballots))
}
