//! Instant run-off (alternative vote).
//!
//! In: rankings, best first. Each ballot counts for the first option on it that is still in; one
//! with none left is set aside. Holds: an option that has more than half of the ballots that still
//! count wins; else the option with the fewest is out, and it goes on. What happens when several
//! have the fewest is the caller's choice ([`Ties`]); where all that are left have equally many,
//! they all win (save under `LastListed`). Source: Hare 1859, Ware 1871; parallel universes:
//! Conitzer, Rognlie, Xia, "Preference functions that score rankings", 2009.

use std::collections::BTreeSet;

use crate::limits::MAX_UNIVERSES;
use crate::profile::Profile;

/// What happens when several options have the fewest votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ties {
    /// `drop-all`: all of them are out at once.
    DropAll,
    /// `parallel`: every one of them is out in a count of its own; whoever wins one of the counts
    /// is a winner.
    Parallel,
    /// `last-listed`: of them the one that stands last in the options is out. Never ties, but
    /// favours what is listed first.
    LastListed,
}

/// More counts side by side than [`MAX_UNIVERSES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyTies;

/// The options that are still in, in order.
type Remaining = Vec<usize>;

/// The winners, in the order of the options.
///
/// # Errors
/// Under [`Ties::Parallel`], where ties upon ties make too many counts.
pub fn irv(profile: &Profile, ties: Ties) -> Result<Vec<usize>, TooManyTies> {
    let mut open: Vec<Remaining> = vec![(0..profile.options()).collect()];
    let mut seen: BTreeSet<Remaining> = open.iter().cloned().collect();
    let mut winners = BTreeSet::new();
    while let Some(remaining) = open.pop() {
        match round(profile, &remaining, ties) {
            Round::Won(won) => winners.extend(won),
            Round::On(next) => {
                open.extend(next.into_iter().filter(|r| seen.insert(r.clone())));
            }
        }
        if seen.len() > MAX_UNIVERSES && ties == Ties::Parallel {
            return Err(TooManyTies);
        }
    }
    Ok(winners.into_iter().collect())
}

/// What one round comes to.
enum Round {
    Won(Vec<usize>),
    On(Vec<Remaining>),
}

fn round(profile: &Profile, remaining: &[usize], ties: Ties) -> Round {
    let counts = first_choices(profile, remaining);
    let cast: u64 = counts.iter().sum();
    let count = |option: &usize| counts.get(*option).copied().unwrap_or(0);
    if let Some(winner) = remaining.iter().find(|o| count(o).saturating_mul(2) > cast) {
        return Round::Won(vec![*winner]);
    }
    let fewest = remaining.iter().map(count).min().unwrap_or(0);
    let last: Vec<usize> = remaining.iter().copied().filter(|o| count(o) == fewest).collect();
    let without = |out: &[usize]| -> Remaining {
        remaining.iter().copied().filter(|o| !out.contains(o)).collect()
    };
    match ties {
        _ if remaining.len() <= 1 => Round::Won(remaining.to_vec()),
        Ties::LastListed => Round::On(vec![without(last.last().map_or(&[], std::slice::from_ref))]),
        Ties::DropAll if last.len() == remaining.len() => Round::Won(last),
        Ties::DropAll => Round::On(vec![without(&last)]),
        // Options without a vote pass nothing on, so the order in which they go changes nothing:
        // they go together, and where nobody has a vote anybody may be the last one in.
        Ties::Parallel if cast == 0 => Round::Won(last),
        Ties::Parallel if fewest == 0 => Round::On(vec![without(&last)]),
        Ties::Parallel => Round::On(last.iter().map(|out| without(&[*out])).collect()),
    }
}

/// For each option the ballots that count for it.
fn first_choices(profile: &Profile, remaining: &[usize]) -> Vec<u64> {
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
