//! Sets that duels single out: top cycle, Schwartz set, uncovered set, Banks set.
//!
//! In: rankings, best first; options left out are below the ranked ones, equal among themselves. Top
//! cycle: the Smith set. Schwartz set: those that no chain of duels beats unless one leads back.
//! Uncovered set: `a` covers `b` where `a` beats `b` and whatever beats `a` beats `b` (Gillies); it
//! has those that nothing covers. Banks set: the first of a chain, in which each beats all that come
//! after it, that no option beats all of. Holds: being in the set. Ties: all in it. Sources: Smith 1973;
//! Schwartz, "The logic of collective choice", 1986; Miller, "A new solution set for tournaments and
//! majority voting", 1980; Banks, "Sophisticated voting outcomes and agenda control", 1985.

use crate::limits::MAX_SUBSET_OPTIONS;
use crate::methods::condorcet::{schwartz_among, smith_among};
use crate::methods::pairwise::Pairwise;
use crate::methods::split_cycle::TooManyOptions;
use crate::profile::Profile;

/// The top cycle, in order.
#[must_use]
pub fn top_cycle(profile: &Profile) -> Vec<usize> {
    let count = Pairwise::count(profile);
    smith_among(&count, &(0..count.options()).collect::<Vec<_>>())
}

/// The Schwartz set, in order.
#[must_use]
pub fn schwartz(profile: &Profile) -> Vec<usize> {
    let count = Pairwise::count(profile);
    schwartz_among(&count, &(0..count.options()).collect::<Vec<_>>())
}

/// The uncovered set, in order. Takes options³ steps beside the pairwise count.
#[must_use]
pub fn uncovered(profile: &Profile) -> Vec<usize> {
    let count = Pairwise::count(profile);
    let all = 0..count.options();
    let covers = |a: usize, b: usize| {
        count.beats(a, b) && all.clone().all(|c| !count.beats(c, a) || count.beats(c, b))
    };
    all.clone().filter(|b| !all.clone().any(|a| covers(a, *b))).collect()
}

/// The Banks set, in order. Looks at every set of options once.
///
/// # Errors
/// There are more than [`MAX_SUBSET_OPTIONS`] options.
pub fn banks(profile: &Profile) -> Result<Vec<usize>, TooManyOptions> {
    let count = Pairwise::count(profile);
    let n = count.options();
    if n > MAX_SUBSET_OPTIONS {
        return Err(TooManyOptions);
    }
    // A chain is a set of options; it is one where taking its first away leaves one, which the first
    // beats all of. `first` has the first of each chain.
    let sets = 1_usize << n;
    let mut first: Vec<Option<usize>> = vec![None; sets];
    let mut winners = std::collections::BTreeSet::new();
    let members = |set: usize| (0..n).filter(move |o| set >> o & 1 == 1);
    let beats_all = |a: usize, set: usize| members(set).all(|b| count.beats(a, b));
    for set in 1..sets {
        let is_first = |a: &usize| {
            let rest = set & !(1 << *a);
            let chain = rest == 0 || first.get(rest).is_some_and(Option::is_some);
            chain && beats_all(*a, rest)
        };
        let top = members(set).find(is_first);
        if let Some(place) = first.get_mut(set) {
            *place = top;
        }
        if let Some(top) = top
            && !(0..n).any(|a| set >> a & 1 == 0 && beats_all(a, set))
        {
            winners.insert(top);
        }
    }
    Ok(winners.into_iter().collect())
}
