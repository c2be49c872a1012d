//! Dodgson: the option that the fewest swaps on ballots would make beat every other one.
//!
//! In: rankings of all options, best first. A swap turns two neighbours on one ballot round. Holds:
//! the option wins that needs the fewest swaps to beat, with more than half of the ballots, each other
//! one. Ties: all with the fewest. Counting is exact: for each option, ballot by ballot, the cheapest
//! way to every combination of votes that it still lacks against each other one; an option with none
//! to win over needs no swap. Source: Dodgson, "A method of taking votes on more than two issues",
//! 1876.

use std::collections::BTreeMap;

use crate::limits::MAX_COMBINATIONS;
use crate::methods::elimination::least;
use crate::profile::Profile;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// A ballot does not rank every option.
    Short,
    /// More than [`MAX_COMBINATIONS`] combinations of votes that are lacking.
    TooMany,
}

/// The winners, in order.
///
/// # Errors
/// See [`NoAnswer`].
pub fn dodgson(profile: &Profile) -> Result<Vec<usize>, NoAnswer> {
    if profile.ballots().iter().any(|ballot| ballot.len() < profile.options()) {
        return Err(NoAnswer::Short);
    }
    let all: Vec<usize> = (0..profile.options()).collect();
    if profile.ballots().is_empty() {
        return Ok(all);
    }
    let swaps = all.iter().map(|a| swaps(profile, *a)).collect::<Result<Vec<_>, _>>()?;
    Ok(least(&all, |a| swaps.get(a).copied().unwrap_or(u64::MAX)))
}

/// The fewest swaps that make an option beat every other one.
fn swaps(profile: &Profile, option: usize) -> Result<u64, NoAnswer> {
    let need = profile.ballots().len() / 2 + 1;
    let mut lacking = vec![need; profile.options()];
    if let Some(own) = lacking.get_mut(option) {
        *own = 0;
    }
    // Those above the option on each ballot, nearest first.
    let mut above: Vec<Vec<usize>> = Vec::new();
    for ballot in profile.ballots() {
        let place = ballot.iter().position(|o| *o == option).unwrap_or(ballot.len());
        for below in ballot.iter().skip(place + 1) {
            if let Some(lacks) = lacking.get_mut(*below) {
                *lacks = lacks.saturating_sub(1);
            }
        }
        above.push(ballot.iter().take(place).rev().copied().collect());
    }
    let mut cheapest = BTreeMap::from([(lacking, 0_u64)]);
    for above in above.iter().filter(|above| !above.is_empty()) {
        cheapest = one_ballot(&cheapest, above);
        if cheapest.len() > MAX_COMBINATIONS {
            return Err(NoAnswer::TooMany);
        }
    }
    let done = cheapest.into_iter().find(|(lacking, _)| lacking.iter().all(|l| *l == 0));
    // Raised to the top of every ballot, an option beats every other one: there is always a way.
    Ok(done.map_or(u64::MAX, |(_, swaps)| swaps))
}

/// The cheapest ways with one ballot more, on which the option may rise by any number of places.
fn one_ballot(cheapest: &BTreeMap<Vec<usize>, u64>, above: &[usize]) -> BTreeMap<Vec<usize>, u64> {
    let mut next: BTreeMap<Vec<usize>, u64> = BTreeMap::new();
    let mut offer = |lacking: Vec<usize>, swaps: u64| {
        let known = next.entry(lacking).or_insert(swaps);
        *known = swaps.min(*known);
    };
    for (lacking, swaps) in cheapest {
        let mut lacking = lacking.clone();
        let mut swaps = *swaps;
        offer(lacking.clone(), swaps);
        for passed in above {
            swaps = swaps.saturating_add(1);
            if let Some(lacks) = lacking.get_mut(*passed) {
                *lacks = lacks.saturating_sub(1);
            }
            offer(lacking.clone(), swaps);
        }
    }
    next
}
