//! Borda, with unranked options averaged.
//!
//! In: rankings, best first. Of `n` options the first of a ballot gets `n-1` points from it, the
//! second `n-2`, and so on; options that it leaves out share the points that are left equally.
//! That is one point for each option that it puts below, and half a point for each beside, and so
//! a short ballot gives away as many points as a full one. Holds: most points win. Ties: all with
//! the most points. Sources: Borda 1784; averaging: Dummett, "The Borda count and agenda
//! manipulation", 1998.

use crate::profile::{Profile, greatest};

/// Twice the points of each option: whole numbers, since points come in halves.
#[must_use]
pub fn doubled_points(profile: &Profile) -> Vec<u64> {
    let mut points = vec![0_u64; profile.options()];
    for ballot in profile.ballots() {
        let unranked = profile.options().saturating_sub(ballot.len());
        // Twice the mean of 0, 1, … unranked-1.
        let mut gain = vec![unranked.saturating_sub(1); profile.options()];
        for (place, option) in ballot.iter().enumerate() {
            if let Some(gain) = gain.get_mut(*option) {
                *gain = profile.options().saturating_sub(place + 1).saturating_mul(2);
            }
        }
        for (total, gain) in points.iter_mut().zip(gain) {
            *total = total.saturating_add(u64::try_from(gain).unwrap_or(u64::MAX));
        }
    }
    points
}

/// The options with the most points, in their order.
#[must_use]
pub fn borda(profile: &Profile) -> Vec<usize> {
    greatest(&doubled_points(profile))
}
