//! Split cycle and stable voting (Holliday and Pacuit).
//!
//! In: rankings, best first; options left out are below the ranked ones, equal among themselves.
//! Split cycle: a duel that is won is a defeat unless it is a weakest one, by margin, of a circle of
//! duels; what nothing defeats wins. Stable voting: of two options that meet, `a` against `b`, where
//! split cycle does not rule `a` out, the pair with the greatest margin of `a` over `b` (it may be
//! negative) such that `a` wins stable voting without `b`, elects `a`; an option alone wins. Ties: all
//! that nothing defeats; all whom pairs of that margin elect. Sources: Holliday and Pacuit, "Split
//! Cycle", 2023; "Stable Voting", 2023.

use std::collections::BTreeMap;

use crate::limits::MAX_SUBSET_OPTIONS;
use crate::methods::pairwise::Pairwise;
use crate::profile::Profile;

/// More options than [`MAX_SUBSET_OPTIONS`]: their sets are too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyOptions;

/// The winners of split cycle, in order. Takes options³ steps beside the pairwise count.
#[must_use]
pub fn split_cycle(profile: &Profile) -> Vec<usize> {
    let count = Pairwise::count(profile);
    undefeated(&count, &(0..count.options()).collect::<Vec<_>>())
}

/// Those of some options that nothing defeats.
fn undefeated(count: &Pairwise, options: &[usize]) -> Vec<usize> {
    let mut part = Pairwise::empty(options.len());
    for (i, a) in options.iter().enumerate() {
        for (j, b) in options.iter().enumerate() {
            part.set(i, j, count.get(*a, *b));
        }
    }
    let paths = part.strongest_paths(|a, b| part.margin(a, b));
    let defeats = |a: usize, b: usize| part.margin(a, b) > paths.get(b, a);
    let all = 0..options.len();
    let free = |b: &usize| !all.clone().any(|a| defeats(a, *b));
    all.clone().filter(free).filter_map(|at| options.get(at).copied()).collect()
}

/// The winners of stable voting, in order.
///
/// # Errors
/// There are more than [`MAX_SUBSET_OPTIONS`] options.
pub fn stable_voting(profile: &Profile) -> Result<Vec<usize>, TooManyOptions> {
    if profile.options() > MAX_SUBSET_OPTIONS {
        return Err(TooManyOptions);
    }
    let count = Pairwise::count(profile);
    let all: Vec<usize> = (0..count.options()).collect();
    Ok(stable(&count, &all, &mut BTreeMap::new()))
}

/// Of some options; each set of them is worked out once.
fn stable(
    count: &Pairwise,
    options: &[usize],
    known: &mut BTreeMap<Vec<usize>, Vec<usize>>,
) -> Vec<usize> {
    if options.len() <= 1 {
        return options.to_vec();
    }
    if let Some(winners) = known.get(options) {
        return winners.clone();
    }
    let lead =
        |(a, b): &(usize, usize)| i128::from(count.get(*a, *b)) - i128::from(count.get(*b, *a));
    let able = undefeated(count, options);
    let pairs = able.iter().flat_map(|a| options.iter().map(move |b| (*a, *b)));
    let mut pairs: Vec<(usize, usize)> = pairs.filter(|(a, b)| a != b).collect();
    pairs.sort_by_key(|pair| std::cmp::Reverse(lead(pair)));
    let mut winners = Vec::new();
    for group in pairs.chunk_by(|x, y| lead(x) == lead(y)) {
        for (a, b) in group {
            let without: Vec<usize> = options.iter().copied().filter(|o| o != b).collect();
            if stable(count, &without, known).contains(a) && !winners.contains(a) {
                winners.push(*a);
            }
        }
        if !winners.is_empty() {
            break;
        }
    }
    winners.sort_unstable();
    known.insert(options.to_vec(), winners.clone());
    winners
}
