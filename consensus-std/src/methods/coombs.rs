//! Coombs: the option that is last on most ballots is out.
//!
//! In: rankings, best first. An option that is first, of those left, on more than half of the
//! ballots that still count wins; else the one that is last, of those left, on most ballots is out.
//! Where a ballot leaves several of them out, they share its last place equally, exactly. Holds: as
//! said. Ties: [`Ties`]. Source: Coombs, "A theory of data", 1964.

use crate::methods::condorcet::bit;
use crate::methods::elimination::{Step, Ties, TooManyTies, eliminate, most};
use crate::methods::irv::first_choices;
use crate::methods::shares::whole;
use crate::profile::Profile;

/// The winners, in order.
///
/// # Errors
/// Under [`Ties::Parallel`], where ties upon ties make too many counts.
pub fn coombs(profile: &Profile, ties: Ties) -> Result<Vec<usize>, TooManyTies> {
    let vote = whole(profile.options());
    eliminate(profile.options(), ties, |remaining| {
        let counts = first_choices(profile, remaining);
        let cast: u64 = counts.iter().sum();
        let count = |o: &usize| counts.get(*o).copied().unwrap_or(0);
        if let Some(winner) = remaining.iter().find(|o| count(o).saturating_mul(2) > cast) {
            return Step::Won(vec![*winner]);
        }
        let places = last_places(profile, remaining, vote);
        Step::Last(most(remaining, |o| places.get(o).copied().unwrap_or(0)))
    })
}

/// For each option its share of the last places, in parts of `vote`. Takes a step for every mark and
/// for every option that a ballot leaves out.
fn last_places(profile: &Profile, remaining: &[usize], vote: u128) -> Vec<u128> {
    let mut places = vec![0_u128; profile.options()];
    let still_in = remaining.iter().fold(0, |set, o| set | bit(*o));
    for ballot in profile.ballots() {
        let ranked = ballot.iter().fold(0, |set, o| set | bit(*o)) & still_in;
        let lowest = ballot.iter().rev().find(|o| still_in & bit(**o) != 0);
        let last = match (still_in & !ranked, lowest) {
            (0, Some(lowest)) => bit(*lowest),
            (unranked, _) => unranked,
        };
        let share = vote.checked_div(u128::from(last.count_ones())).unwrap_or(0);
        for (_, place) in places.iter_mut().enumerate().filter(|(o, _)| last & bit(*o) != 0) {
            *place = place.saturating_add(share);
        }
    }
    places
}
