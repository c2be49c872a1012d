//! Condorcet hybrids: the run-off, or another count, among those whom duels put in front.
//!
//! In: rankings, best first; options left out are below the ranked ones, equal among themselves.
//! - Benham: the one that beats every other one left wins; else the last of the run-off is out.
//! - Woodall: the run-off, until one of the Smith set is left; it wins.
//! - Tideman's alternative: those outside the Smith set of those left are out, then the last of the
//!   run-off, and again.
//! - Smith//IRV: the run-off among the Smith set. Condorcet//IRV: the Condorcet winner, else the
//!   run-off among all.
//! - Smith//minimax, Condorcet//plurality and Black (Condorcet//Borda) likewise.
//!
//! Ties: [`Ties`]; of the last three all that are level. Sources: Green-Armytage, "Four
//! Condorcet-Hare hybrid methods for single-winner elections", 2011; Black, "The theory of committees
//! and elections", 1958.

use crate::methods::condorcet::{smith_among, winner_among};
use crate::methods::elimination::{Step, Ties, TooManyTies, eliminate, least};
use crate::methods::irv::{first_choices, irv, step};
use crate::methods::pairwise::Pairwise;
use crate::methods::{borda, minimax};
use crate::profile::{Profile, greatest};

/// The winners, in order; an error where ties upon ties make too many counts.
type Outcome = Result<Vec<usize>, TooManyTies>;

/// Those with the fewest first places.
fn last(profile: &Profile, remaining: &[usize]) -> Step {
    let firsts = first_choices(profile, remaining);
    Step::Last(least(remaining, |o| firsts.get(o).copied().unwrap_or(0)))
}

fn all(count: &Pairwise) -> Vec<usize> {
    (0..count.options()).collect()
}

/// Those of `remaining` that are not in `kept`.
fn others(remaining: &[usize], kept: &[usize]) -> Vec<usize> {
    remaining.iter().copied().filter(|o| !kept.contains(o)).collect()
}

/// Benham's method.
///
/// # Errors
/// Under [`Ties::Parallel`], where ties upon ties make too many counts.
pub fn benham(profile: &Profile, ties: Ties) -> Outcome {
    let count = Pairwise::count(profile);
    eliminate(profile.options(), ties, |remaining| match winner_among(&count, remaining) {
        Some(winner) => Step::Won(vec![winner]),
        None => last(profile, remaining),
    })
}

/// Woodall's method.
///
/// # Errors
/// Under [`Ties::Parallel`], where ties upon ties make too many counts.
pub fn woodall(profile: &Profile, ties: Ties) -> Outcome {
    let count = Pairwise::count(profile);
    let smith = smith_among(&count, &all(&count));
    eliminate(profile.options(), ties, |remaining| {
        let left: Vec<usize> = remaining.iter().copied().filter(|o| smith.contains(o)).collect();
        if left.len() == 1 { Step::Won(left) } else { last(profile, remaining) }
    })
    // Where all that are left, or all of the set, were last at once, only the set has won.
    .map(|won| {
        let within: Vec<usize> = won.into_iter().filter(|o| smith.contains(o)).collect();
        if within.is_empty() { smith.clone() } else { within }
    })
}

/// Tideman's alternative method, with the Smith set.
///
/// # Errors
/// Under [`Ties::Parallel`], where ties upon ties make too many counts.
pub fn tideman_alternative(profile: &Profile, ties: Ties) -> Outcome {
    let count = Pairwise::count(profile);
    eliminate(profile.options(), ties, |remaining| {
        let smith = smith_among(&count, remaining);
        if smith.len() < remaining.len() {
            Step::Out(others(remaining, &smith))
        } else {
            last(profile, remaining)
        }
    })
}

/// Smith//IRV.
///
/// # Errors
/// Under [`Ties::Parallel`], where ties upon ties make too many counts.
pub fn smith_irv(profile: &Profile, ties: Ties) -> Outcome {
    let count = Pairwise::count(profile);
    let smith = smith_among(&count, &all(&count));
    eliminate(profile.options(), ties, |remaining| {
        let outside = others(remaining, &smith);
        if outside.is_empty() { step(profile, remaining, ties) } else { Step::Out(outside) }
    })
}

/// Condorcet//IRV.
///
/// # Errors
/// Under [`Ties::Parallel`], where ties upon ties make too many counts.
pub fn condorcet_irv(profile: &Profile, ties: Ties) -> Outcome {
    let count = Pairwise::count(profile);
    match winner_among(&count, &all(&count)) {
        Some(winner) => Ok(vec![winner]),
        None => irv(profile, ties),
    }
}

/// Smith//minimax, by winning votes among the Smith set.
#[must_use]
pub fn smith_minimax(profile: &Profile) -> Vec<usize> {
    let count = Pairwise::count(profile);
    minimax::among(&count, &smith_among(&count, &all(&count)))
}

/// Condorcet//plurality.
#[must_use]
pub fn condorcet_plurality(profile: &Profile) -> Vec<usize> {
    or_else(profile, |all| greatest(&first_choices(profile, all)))
}

/// Black's method.
#[must_use]
pub fn black(profile: &Profile) -> Vec<usize> {
    or_else(profile, |_| borda::borda(profile))
}

/// The Condorcet winner, or another count of all.
fn or_else(profile: &Profile, otherwise: impl Fn(&[usize]) -> Vec<usize>) -> Vec<usize> {
    let count = Pairwise::count(profile);
    let all = all(&count);
    winner_among(&count, &all).map_or_else(|| otherwise(&all), |winner| vec![winner])
}
