//! Schulze (beat path), measured by winning votes.
//!
//! In: rankings, best first; options left out are below the ranked ones, equal among themselves.
//! A link from `a` to `b` is there when more ballots rank `a` above `b` than the other way, and is
//! as strong as the ballots that do. A path is as strong as its weakest link. Holds: an option wins
//! when no other has a stronger path to it than it has back. Ties: all of these. Source: Schulze,
//! "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner
//! election method", 2011; winning votes as in Debian's constitution.

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
    let count = Pairwise::count(profile);
    let paths = count.strongest_paths(|a, b| count.get(a, b));
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
