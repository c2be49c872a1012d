//! Copeland and Llull: most duels won.
//!
//! In: rankings, best first; options left out are below the ranked ones, equal among themselves.
//! Copeland: two points for every other option that an option beats one against one, one for every
//! one with which it is level. Llull: a level duel counts like one that is won. Holds: most points
//! win. Ties: all with the most. Sources: Llull, "Ars electionis", 1299; Copeland, "A reasonable
//! social welfare function", 1951.

use crate::methods::pairwise::Pairwise;
use crate::profile::{Profile, greatest};

/// Copeland's winners, in order. Takes options² steps beside the pairwise count.
#[must_use]
pub fn copeland(profile: &Profile) -> Vec<usize> {
    duels(profile, 1)
}

/// Llull's winners, in order.
#[must_use]
pub fn llull(profile: &Profile) -> Vec<usize> {
    duels(profile, 2)
}

/// Two points for a duel won, `level` for one that is level.
fn duels(profile: &Profile, level: u64) -> Vec<usize> {
    let count = Pairwise::count(profile);
    let all = 0..count.options();
    let duel = |a, b| match count.get(a, b).cmp(&count.get(b, a)) {
        std::cmp::Ordering::Greater => 2_u64,
        std::cmp::Ordering::Equal => level,
        std::cmp::Ordering::Less => 0,
    };
    let points = |a| all.clone().filter(|b| *b != a).map(|b| duel(a, b)).sum();
    greatest(&all.clone().map(points).collect::<Vec<u64>>())
}
