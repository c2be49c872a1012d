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
    let all = 0..count.options();
    let winner = all.clone().find(|a| all.clone().all(|b| *a == b || count.beats(*a, b)));
    let undefeated = all.clone().filter(|a| !all.clone().any(|b| count.beats(b, *a))).collect();
    Condorcet { winner, undefeated, smith: smith(&count) }
}

/// The options from which a chain of "not beaten by" leads to every other one: the Smith set.
fn smith(count: &Pairwise) -> Vec<usize> {
    let n = count.options();
    let mut reach = count.clone();
    for a in 0..n {
        for b in 0..n {
            reach.set(a, b, u64::from(a == b || !count.beats(b, a)));
        }
    }
    for via in 0..n {
        for a in 0..n {
            for b in 0..n {
                let chain = reach.get(a, via).min(reach.get(via, b));
                reach.set(a, b, reach.get(a, b).max(chain));
            }
        }
    }
    (0..n).filter(|a| (0..n).all(|b| reach.get(*a, b) == 1)).collect()
}
