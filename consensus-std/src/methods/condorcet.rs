//! Condorcet: who beats everybody else, one against one.
//!
//! In: rankings, best first; options left out are below the ranked ones, equal among themselves.
//! Holds: the winner is the option that more ballots rank above than below, against each other
//! option. There may be none, never two, so nothing ties. Beside it: the undefeated (beaten by
//! none) and the Smith set (the smallest set of which each beats everybody outside). Sources:
//! Condorcet 1785; Smith, "Aggregation of preferences with variable electorate", 1973.

use crate::methods::pairwise::Pairwise;
use crate::profile::Profile;

/// What the pairwise count says of the options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condorcet {
    /// The winner, or nobody.
    pub winner: Option<usize>,
    /// Beaten by none, in order.
    pub undefeated: Vec<usize>,
    /// The Smith set, in order.
    pub smith: Vec<usize>,
}

/// Asks the pairwise count.
#[must_use]
pub fn condorcet(profile: &Profile) -> Condorcet {
    let count = Pairwise::count(profile);
    let all: Vec<usize> = (0..count.options()).collect();
    let unbeaten = |a: &usize| !all.iter().any(|b| count.beats(*b, *a));
    let undefeated = all.iter().copied().filter(unbeaten).collect();
    Condorcet { winner: winner_among(&count, &all), undefeated, smith: smith_among(&count, &all) }
}

/// The one of some options that beats each other one of them, if there is one.
#[must_use]
pub fn winner_among(count: &Pairwise, options: &[usize]) -> Option<usize> {
    let beats_all = |a: &&usize| options.iter().all(|b| *a == b || count.beats(**a, *b));
    options.iter().find(beats_all).copied()
}

/// The Smith set of some options: those from which a chain of "not beaten by" leads to every other
/// one. Takes options² steps.
#[must_use]
pub fn smith_among(count: &Pairwise, options: &[usize]) -> Vec<usize> {
    let reach = Reach::of(count, options, |a, b| a == b || !count.beats(b, a));
    options.iter().copied().filter(|a| options.iter().all(|b| reach.leads(*a, *b))).collect()
}

/// The Schwartz set of some options: those that are beaten, over a chain of duels, by none that
/// they do not beat back over a chain. Takes options² steps.
#[must_use]
pub fn schwartz_among(count: &Pairwise, options: &[usize]) -> Vec<usize> {
    let reach = Reach::of(count, options, |a, b| count.beats(a, b));
    let fits = |a: usize| options.iter().all(|b| !reach.leads(*b, a) || reach.leads(a, *b));
    options.iter().copied().filter(|a| fits(*a)).collect()
}

/// Which options chains of a relation lead to: for each a set of 64 bits, one for each option, and
/// there are no more than [`crate::limits::MAX_OPTIONS`].
pub(crate) struct Reach {
    rows: Vec<u64>,
}

/// An option's bit in a set of options.
pub(crate) fn bit(option: usize) -> u64 {
    u32::try_from(option).ok().and_then(|o| 1_u64.checked_shl(o)).unwrap_or(0)
}

impl Reach {
    /// Chains among some options (Warshall's way). Takes options² steps.
    pub(crate) fn of(
        count: &Pairwise,
        options: &[usize],
        related: impl Fn(usize, usize) -> bool,
    ) -> Self {
        let mut rows = vec![0_u64; count.options()];
        for a in options {
            let row = options.iter().filter(|b| related(*a, **b)).fold(0, |row, b| row | bit(*b));
            if let Some(place) = rows.get_mut(*a) {
                *place = row;
            }
        }
        for via in options {
            let onward = rows.get(*via).copied().unwrap_or(0);
            for row in rows.iter_mut().filter(|row| **row & bit(*via) != 0) {
                *row |= onward;
            }
        }
        Self { rows }
    }

    pub(crate) fn leads(&self, a: usize, b: usize) -> bool {
        self.rows.get(a).is_some_and(|row| row & bit(b) != 0)
    }
}

const _: () = assert!(crate::limits::MAX_OPTIONS <= 64, "a set of options is 64 bits");
