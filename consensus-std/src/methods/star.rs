//! STAR: score, then an automatic run-off.
//!
//! In: scores, not negative, 0 where left out. The two options with the greatest totals meet; the one
//! that more ballots score higher wins. Ties: where the run-off is level, the greater total wins, and
//! both where that is level too; where several may be the first two, each two of them meet, and all who
//! win such a meeting are winners. Source: Equal Vote Coalition, "STAR voting", 2014.

use std::collections::BTreeSet;

use crate::methods::elimination::most;

/// The winners, in order; `scores` has for each ballot a score of every option.
#[must_use]
pub fn star(options: usize, scores: &[Vec<i64>]) -> Vec<usize> {
    let all: Vec<usize> = (0..options).collect();
    let score = |ballot: &Vec<i64>, o: usize| ballot.get(o).copied().unwrap_or(0);
    let total = |o: usize| scores.iter().map(|b| score(b, o)).fold(0, i64::saturating_add);
    let totals: Vec<i64> = all.iter().map(|o| total(*o)).collect();
    let total = |o: usize| totals.get(o).copied().unwrap_or(0);
    let prefer = |a: usize, b: usize| scores.iter().filter(|s| score(s, a) > score(s, b)).count();
    let mut winners = BTreeSet::new();
    for first in most(&all, total) {
        let rest: Vec<usize> = all.iter().copied().filter(|o| *o != first).collect();
        if rest.is_empty() {
            winners.insert(first);
        }
        for second in most(&rest, total) {
            let (one, other) = (prefer(first, second), prefer(second, first));
            let order = one.cmp(&other).then(total(first).cmp(&total(second)));
            if order.is_ge() {
                winners.insert(first);
            }
            if order.is_le() {
                winners.insert(second);
            }
        }
    }
    winners.into_iter().collect()
}
