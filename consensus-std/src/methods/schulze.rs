//! Schulze (beat path), measured by winning votes.
//!
//! In: rankings, best first; options left out are below the ranked ones, equal among themselves.
//! A link from `a` to `b` is there when more ballots rank `a` above `b` than the other way, and is
//! as strong as the ballots that do. A path is as strong as its weakest link. Holds: an option wins
//! when no other has a stronger path to it than it has back. Ties: all of these. Source: Schulze,
//! "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner
//! election method", 2011; winning votes as in Debian's constitution, A.5.

use crate::methods::pairwise::Pairwise;
use crate::profile::Profile;

/// The winners, and the order that the method gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schulze {
    /// Those that nobody beats, in the order of the options.
    pub winners: Vec<usize>,
    /// Groups: first the winners, then those that nobody beats among the rest, and so on.
    pub order: Vec<Vec<usize>>,
}

/// Counts. Takes options³ steps beside the pairwise count.
#[must_use]
pub fn schulze(profile: &Profile) -> Schulze {
    let paths = strongest_paths(&Pairwise::count(profile));
    let mut left: Vec<usize> = (0..profile.options()).collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        let unbeaten = |a: &usize| !left.iter().any(|b| paths.beats(*b, *a));
        let (group, rest): (Vec<usize>, Vec<usize>) = left.iter().partition(|a| unbeaten(a));
        // "Has the stronger path" is transitive, so somebody is always unbeaten; were it not so,
        // ending here is better than going round for ever.
        if group.is_empty() {
            break;
        }
        order.push(group);
        left = rest;
    }
    Schulze { winners: order.first().cloned().unwrap_or_default(), order }
}

/// The strength of the strongest path between any two (Floyd and Warshall's way).
fn strongest_paths(count: &Pairwise) -> Pairwise {
    let n = count.options();
    let mut paths = count.clone();
    for a in 0..n {
        for b in 0..n {
            paths.set(a, b, if count.beats(a, b) { count.get(a, b) } else { 0 });
        }
    }
    for via in 0..n {
        for a in 0..n {
            let first = paths.get(a, via);
            if first == 0 || a == via {
                continue;
            }
            for b in (0..n).filter(|b| *b != a) {
                let through = first.min(paths.get(via, b));
                paths.set(a, b, paths.get(a, b).max(through));
            }
        }
    }
    paths
}
