//! Instant run-off (alternative vote).
//!
//! In: rankings, best first. Each ballot counts for the first option on it that is still in; one
//! with none left is set aside. Holds: an option that has more than half of the ballots that still
//! count wins; else the option with the fewest is out, and it goes on. What happens when several
//! have the fewest is the caller's choice ([`Ties`]); where all that are left have equally many,
//! they all win (save under `LastListed`). Source: Hare 1859, Ware 1871.

use crate::methods::elimination::{Step, Ties, TooManyTies, eliminate, least};
use crate::profile::Profile;

/// The winners, in the order of the options.
///
/// # Errors
/// Under [`Ties::Parallel`], where ties upon ties make too many counts.
pub fn irv(profile: &Profile, ties: Ties) -> Result<Vec<usize>, TooManyTies> {
    eliminate(profile.options(), ties, |remaining| step(profile, remaining, ties))
}

/// One round.
pub(crate) fn step(profile: &Profile, remaining: &[usize], ties: Ties) -> Step {
    let counts = first_choices(profile, remaining);
    let cast: u64 = counts.iter().sum();
    let count = |option: usize| counts.get(option).copied().unwrap_or(0);
    if let Some(winner) = remaining.iter().find(|o| count(**o).saturating_mul(2) > cast) {
        return Step::Won(vec![*winner]);
    }
    let last = least(remaining, count);
    // Options without a vote pass nothing on, so the order in which they go changes nothing: they
    // go together, and where nobody has a vote anybody may be the last one in.
    let idle = last.first().is_some_and(|o| count(*o) == 0);
    if ties == Ties::Parallel && idle { Step::Out(last) } else { Step::Last(last) }
}

/// For each option the ballots on which it is the first of those that are left.
pub(crate) fn first_choices(profile: &Profile, remaining: &[usize]) -> Vec<u64> {
    let mut counts = vec![0_u64; profile.options()];
    let mut still_in = vec![false; profile.options()];
    for option in remaining {
        if let Some(flag) = still_in.get_mut(*option) {
            *flag = true;
        }
    }
    for ballot in profile.ballots() {
        let first = ballot.iter().find(|o| still_in.get(**o).copied().unwrap_or(false));
        if let Some(count) = first.and_then(|o| counts.get_mut(*o)) {
            *count = count.saturating_add(1);
        }
    }
    counts
}
