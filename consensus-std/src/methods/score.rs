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

/// The options with the greatest mean score among the ballots that score them, in order; options that
/// fewer than `least` ballots score, or none, are set aside. All of them where that leaves none.
/// Means are compared by multiplying crosswise, exactly.
#[must_use]
pub fn average(options: usize, ballots: &[Vec<(usize, i64)>], least: u64) -> Vec<usize> {
    let totals = totals(options, ballots);
    let mut scored = vec![0_u64; options];
    for (option, _) in ballots.iter().flatten() {
        if let Some(count) = scored.get_mut(*option) {
            *count = count.saturating_add(1);
        }
    }
    let number = |o: &usize| scored.get(*o).copied().unwrap_or(0);
    let total = |o: &usize| i128::from(totals.get(*o).copied().unwrap_or(0));
    let mean = |a: &usize, b: &usize| {
        (total(a) * i128::from(number(b))).cmp(&(total(b) * i128::from(number(a))))
    };
    let known: Vec<usize> = (0..options).filter(|o| number(o) >= least.max(1)).collect();
    let Some(best) = known.iter().copied().max_by(mean) else { return (0..options).collect() };
    known.into_iter().filter(|o| mean(o, &best).is_eq()).collect()
}
