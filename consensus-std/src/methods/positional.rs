//! Points by place, other than Borda's own: Dowdall, modified and truncated Borda, Bucklin's levels.
//!
//! In: rankings, best first. Dowdall (Nauru): the first of a ballot gets one point, the second a
//! half, the third a third, …, exactly; what is left out gets nothing. Modified Borda: of a ballot
//! that ranks m options the first gets m points, the last 1, so that saying more counts for more.
//! Truncated Borda: of n options the first gets n-1, and what is left out gets nothing. Holds: most
//! points win. Ties: all with the most. Sources: Reilly, "Social choice in the South Seas", 2002;
//! Emerson, "The original Borda count and partial voting", 2013.

use crate::methods::shares::whole;
use crate::profile::{Profile, greatest};

/// The points of each option, by the place on a ballot (from 0) and how many it ranks.
fn points(profile: &Profile, gain: impl Fn(u128, u128) -> u128) -> Vec<u128> {
    let mut points = vec![0_u128; profile.options()];
    for ballot in profile.ballots() {
        for (place, option) in (0..).zip(ballot) {
            if let Some(total) = points.get_mut(*option) {
                let ranked = u128::try_from(ballot.len()).unwrap_or(0);
                *total = total.saturating_add(gain(place, ranked));
            }
        }
    }
    points
}

/// Dowdall's winners, in order.
#[must_use]
pub fn dowdall(profile: &Profile) -> Vec<usize> {
    let vote = whole(profile.options());
    greatest(&points(profile, |place, _| vote.checked_div(place + 1).unwrap_or(0)))
}

/// The winners of the modified Borda count, in order.
#[must_use]
pub fn modified(profile: &Profile) -> Vec<usize> {
    greatest(&points(profile, |place, ranked| ranked.saturating_sub(place)))
}

/// The winners of the truncated Borda count, in order.
#[must_use]
pub fn truncated(profile: &Profile) -> Vec<usize> {
    let options = u128::try_from(profile.options()).unwrap_or(0);
    greatest(&points(profile, |place, _| options.saturating_sub(place + 1)))
}
