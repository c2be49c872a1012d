//! Copeland: most duels won.
//!
//! In: rankings, best first; options left out are below the ranked ones, equal among themselves.
//! Each option has two points for every other one that it beats one against one, and one for every
//! other one with which it is level. Holds: most points win. Ties: all with the most. Sources:
//! Llull 1299; Copeland 1951.

use crate::methods::pairwise::Pairwise;
use crate::profile::{Profile, greatest};

/// The options with the most points, in their order. Takes options² steps beside the pairwise
/// count.
#[must_use]
pub fn copeland(profile: &Profile) -> Vec<usize> {
    let count = Pairwise::count(profile);
    let all = 0..count.options();
    let duel = |a, b| match count.get(a, b).cmp(&count.get(b, a)) {
        std::cmp::Ordering::Greater => 2_u64,
        std::cmp::Ordering::Equal => 1,
        std::cmp::Ordering::Less => 0,
    };
    let points = |a| all.clone().filter(|b| *b != a).map(|b| duel(a, b)).sum();
    greatest(&all.clone().map(points).collect::<Vec<u64>>())
}
