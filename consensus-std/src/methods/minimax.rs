//! Minimax (Simpson and Kramer), measured by winning votes.
//!
//! In: rankings, best first; options left out are below the ranked ones, equal among themselves.
//! An option's worst defeat is the greatest number of ballots that rank one other option above it,
//! of those options that beat it; none is 0. Holds: the least worst defeat wins. Ties: all with the
//! least. Sources: Simpson 1969, Kramer 1977.

use crate::methods::pairwise::Pairwise;
use crate::profile::{Profile, greatest};

/// The options with the least worst defeat, in their order. Takes options² steps beside the
/// pairwise count.
#[must_use]
pub fn minimax(profile: &Profile) -> Vec<usize> {
    let count = Pairwise::count(profile);
    let all = 0..count.options();
    let worst = |a| {
        let defeats = all.clone().filter(|b| count.beats(*b, a)).map(|b| count.get(b, a));
        defeats.max().unwrap_or(0)
    };
    let least: Vec<std::cmp::Reverse<u64>> =
        all.clone().map(|a| std::cmp::Reverse(worst(a))).collect();
    greatest(&least)
}
