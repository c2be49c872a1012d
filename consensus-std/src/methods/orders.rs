//! Kemeny and Slater: the order of all options that is least at odds with the duels.
//!
//! In: rankings, best first; options left out are below the ranked ones, equal among themselves. An
//! order costs, for each pair that it puts as `a` above `b`, by Kemeny the ballots that rank `b` above
//! `a`, by Slater 1 where `b` beats `a`. Holds: what is first in an order of least cost. Ties: all that
//! are. Cost of the best order of each set of options, from smaller sets (Held and Karp's way):
//! 2ⁿ · n² steps. Sources: Kemeny, "Mathematics without numbers", 1959; Slater, "Inconsistencies in a
//! schedule of paired comparisons", 1961.

use crate::limits::MAX_SUBSET_OPTIONS;
use crate::methods::pairwise::Pairwise;
use crate::methods::split_cycle::TooManyOptions;
use crate::profile::Profile;

/// Kemeny's winners, in order.
///
/// # Errors
/// There are more than [`MAX_SUBSET_OPTIONS`] options.
pub fn kemeny(profile: &Profile) -> Result<Vec<usize>, TooManyOptions> {
    let count = Pairwise::count(profile);
    tops(count.options(), |a, b| count.get(b, a))
}

/// Slater's winners, in order.
///
/// # Errors
/// There are more than [`MAX_SUBSET_OPTIONS`] options.
pub fn slater(profile: &Profile) -> Result<Vec<usize>, TooManyOptions> {
    let count = Pairwise::count(profile);
    tops(count.options(), |a, b| u64::from(count.beats(b, a)))
}

/// The options that are first in an order of least cost.
fn tops(options: usize, cost: impl Fn(usize, usize) -> u64) -> Result<Vec<usize>, TooManyOptions> {
    if options > MAX_SUBSET_OPTIONS {
        return Err(TooManyOptions);
    }
    // A set is its number's bits; every smaller set has a smaller number.
    let sets = 1_usize << options;
    let mut best = vec![0_u64; sets];
    for set in 1..sets {
        let least =
            members(set, options).map(|top| with_top(&best, set, top, options, &cost)).min();
        if let Some(place) = best.get_mut(set) {
            *place = least.unwrap_or(0);
        }
    }
    let all = sets.saturating_sub(1);
    let least = best.get(all).copied();
    let first = |top: &usize| Some(with_top(&best, all, *top, options, &cost)) == least;
    Ok(members(all, options).filter(first).collect())
}

fn members(set: usize, options: usize) -> impl Iterator<Item = usize> {
    (0..options).filter(move |o| set >> o & 1 == 1)
}

/// The least cost of an order of a set that has an option first.
fn with_top(
    best: &[u64],
    set: usize,
    top: usize,
    options: usize,
    cost: impl Fn(usize, usize) -> u64,
) -> u64 {
    let rest = set & !(1 << top);
    let above: u64 = members(rest, options).map(|b| cost(top, b)).sum();
    best.get(rest).copied().unwrap_or(0).saturating_add(above)
}
