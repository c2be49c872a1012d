//! Bucklin: ever lower places count, until something has more than half.
//!
//! In: rankings, best first. First places are counted, then first and second ones, and so on, until
//! an option has more than half of the ballots. Holds: at that level the option with the most wins;
//! where none ever has more than half, the one with the most at the end. Ties: all with the most.
//! Source: Grand Junction, charter, 1909; named for James W. Bucklin.

use crate::profile::{Profile, greatest};

/// The winners, in order. Takes a step for every mark and, for every place, one for every option.
#[must_use]
pub fn bucklin(profile: &Profile) -> Vec<usize> {
    let half = profile.ballots().len() / 2;
    let mut counts = vec![0_usize; profile.options()];
    let longest = profile.ballots().iter().map(Vec::len).max().unwrap_or(0);
    for place in 0..longest {
        for option in profile.ballots().iter().filter_map(|ballot| ballot.get(place)) {
            if let Some(count) = counts.get_mut(*option) {
                *count = count.saturating_add(1);
            }
        }
        if counts.iter().any(|count| *count > half) {
            break;
        }
    }
    greatest(&counts)
}
