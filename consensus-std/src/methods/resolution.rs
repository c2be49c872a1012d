//! Debian's standard resolution procedure.
//!
//! In: rankings, best first; options left out are below the ranked ones, equal among themselves; one
//! option is the default ("none of the above"). V(A, B) is the number of ballots that put A above B.
//! - Quorum: another option with V(A, default) below it is dropped.
//! - Majority: another option is dropped unless V(A, default) is greater than V(default, A), and at
//!   least N times it, for its ratio N (1 unless given).
//! - Of the options left, A defeats B where V(A, B) > V(B, A). The Schwartz set has those that no
//!   chain of defeats leads to unless one leads back. While there are defeats inside it, the weakest
//!   are dropped (fewest for, of these most against), and the set is made anew.
//!
//! Holds: being in the last Schwartz set. Ties: whoever has the casting vote chooses: the first of
//! these on a ranking. Source: Constitution for the Debian Project, version 1.9, 2022, appendix A.

use std::cmp::Reverse;

use crate::methods::condorcet::schwartz_among;
use crate::methods::pairwise::Pairwise;
use crate::profile::Profile;

/// What is asked of options against the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demands {
    /// The option that stands for "none of these".
    pub default: usize,
    /// How many must prefer another option to the default.
    pub quorum: u64,
    /// For each option `p` and `q`: its ratio is `p/q`.
    pub ratios: Vec<(u64, u64)>,
}

/// What it comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The last Schwartz set, or the one that the casting vote chose; in order.
    pub winners: Vec<usize>,
    /// Dropped for want of a quorum.
    pub without_quorum: Vec<usize>,
    /// Dropped for want of their majority.
    pub without_majority: Vec<usize>,
}

/// Counts. `casting` is the ranking of whoever has the casting vote, empty where nobody has. Takes up
/// to options⁴ steps: each round drops a defeat.
#[must_use]
pub fn resolution(profile: &Profile, demands: &Demands, casting: &[usize]) -> Resolved {
    let count = Pairwise::count(profile);
    let (default, mut left) = (demands.default, Vec::new());
    let (mut without_quorum, mut without_majority) = (Vec::new(), Vec::new());
    for option in 0..count.options() {
        if option != default && count.get(option, default) < demands.quorum {
            without_quorum.push(option);
        } else if option != default && !has_majority(&count, demands, option) {
            without_majority.push(option);
        } else {
            left.push(option);
        }
    }
    let mut winners = last_schwartz_set(&count, &left);
    if let (true, Some(chosen)) =
        (winners.len() > 1, casting.iter().find(|o| winners.contains(o)).copied())
    {
        winners = vec![chosen];
    }
    Resolved { winners, without_quorum, without_majority }
}

/// Whether an option defeats the default by its ratio.
fn has_majority(count: &Pairwise, demands: &Demands, option: usize) -> bool {
    let (up, down) = (count.get(option, demands.default), count.get(demands.default, option));
    let (p, q) = demands.ratios.get(option).copied().unwrap_or((1, 1));
    up > down && u128::from(up) * u128::from(q) >= u128::from(down) * u128::from(p)
}

/// The Schwartz set in which no defeat is left.
fn last_schwartz_set(count: &Pairwise, left: &[usize]) -> Vec<usize> {
    let mut defeats: Vec<(usize, usize)> = Vec::new();
    for a in left {
        defeats.extend(left.iter().filter(|b| count.beats(*a, **b)).map(|b| (*a, *b)));
    }
    loop {
        let mut table = Pairwise::empty(count.options());
        defeats.iter().for_each(|(a, b)| table.set(*a, *b, 1));
        let set = schwartz_among(&table, left);
        let strength = |(a, b): &(usize, usize)| (count.get(*a, *b), Reverse(count.get(*b, *a)));
        let inside = |(a, b): &&(usize, usize)| set.contains(a) && set.contains(b);
        let Some(weakest) = defeats.iter().filter(inside).map(strength).min() else {
            return set;
        };
        defeats.retain(|d| !(inside(&d) && strength(d) == weakest));
    }
}
