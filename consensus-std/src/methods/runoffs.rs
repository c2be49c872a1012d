//! Run-offs with a look at duels: bottom-two run-off, Raynaud, the contingent vote.
//!
//! In: rankings, best first; options left out are below the ranked ones, equal among themselves.
//! Bottom-two run-off: of the two with the fewest first places the one that loses their duel is out.
//! Raynaud: the loser of the clearest duel among those left, by margin, is out; where none beats
//! another, all win. Contingent vote: more than half of the first places win, else the two with the
//! most meet in a duel. Ties: [`Ties`]; of the contingent vote every pair that may be the first two
//! meets. Sources: LeGrand, 2002, by Electowiki, "Bottom-Two-Runoff IRV"; Arrow and Raynaud, "Social
//! choice and multicriterion decision-making", 1986; Queensland, Elections Act, 1892.

use std::collections::BTreeSet;

use crate::methods::elimination::{Step, Ties, TooManyTies, eliminate, least, most};
use crate::methods::irv::first_choices;
use crate::methods::pairwise::Pairwise;
use crate::profile::Profile;

/// The winners of the bottom-two run-off, in order.
///
/// # Errors
/// Under [`Ties::Parallel`], where ties upon ties make too many counts.
pub fn bottom_two(profile: &Profile, ties: Ties) -> Result<Vec<usize>, TooManyTies> {
    let count = Pairwise::count(profile);
    eliminate(profile.options(), ties, |remaining| {
        let firsts = first_choices(profile, remaining);
        let votes = |o: usize| firsts.get(o).copied().unwrap_or(0);
        let pairs = ends(remaining, |options| least(options, votes));
        let losers = pairs.into_iter().flat_map(|(a, b)| duel_losers(&count, a, b));
        Step::Last(losers.collect::<BTreeSet<_>>().into_iter().collect())
    })
}

/// Who may be out of a duel: both where it is level.
fn duel_losers(count: &Pairwise, a: usize, b: usize) -> Vec<usize> {
    [(a, b), (b, a)].into_iter().filter(|(x, y)| !count.beats(*x, *y)).map(|(x, _)| x).collect()
}

/// The pairs that may be the two at one end of an order: `end` gives those at the very end of some
/// options.
fn ends(remaining: &[usize], end: impl Fn(&[usize]) -> Vec<usize>) -> Vec<(usize, usize)> {
    let first = end(remaining);
    let mut pairs = Vec::new();
    for a in &first {
        let rest: Vec<usize> = remaining.iter().copied().filter(|o| o != a).collect();
        pairs.extend(end(&rest).into_iter().map(|b| (*a, b)));
    }
    pairs
}

/// The winners of Raynaud's method, in order.
///
/// # Errors
/// Under [`Ties::Parallel`], where ties upon ties make too many counts.
pub fn raynaud(profile: &Profile, ties: Ties) -> Result<Vec<usize>, TooManyTies> {
    let count = Pairwise::count(profile);
    eliminate(profile.options(), ties, |remaining| {
        let worst = |o: usize| remaining.iter().map(|b| count.margin(*b, o)).max().unwrap_or(0);
        let losers = most(remaining, worst);
        match losers.first() {
            Some(o) if worst(*o) > 0 => Step::Last(losers),
            _ => Step::Won(remaining.to_vec()),
        }
    })
}

/// The winners of the contingent vote, in order.
#[must_use]
pub fn contingent(profile: &Profile) -> Vec<usize> {
    let all: Vec<usize> = (0..profile.options()).collect();
    let firsts = first_choices(profile, &all);
    let cast: u64 = firsts.iter().sum();
    let votes = |o: usize| firsts.get(o).copied().unwrap_or(0);
    if let Some(winner) = all.iter().find(|o| votes(**o).saturating_mul(2) > cast) {
        return vec![*winner];
    }
    let count = Pairwise::count(profile);
    let pairs = ends(&all, |options| most(options, votes));
    let winners = pairs.into_iter().flat_map(|(a, b)| {
        [(a, b), (b, a)].into_iter().filter(|(x, y)| !count.beats(*y, *x)).map(|(x, _)| x)
    });
    let winners: BTreeSet<usize> = winners.collect();
    if winners.is_empty() { all } else { winners.into_iter().collect() }
}
