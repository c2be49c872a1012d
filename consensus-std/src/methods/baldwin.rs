//! Baldwin and Nanson: Borda counts in which the weak drop out.
//!
//! In: rankings, best first. Of the options that are left each has the points of Borda among them,
//! with unranked options averaged. Baldwin: the one with the fewest is out. Nanson: all with fewer
//! than the mean are out; in his own, weak, form also those with just the mean, unless all have it.
//! Holds: what is left last. Ties: of Baldwin [`Ties`]; of Nanson all that are left. Sources:
//! Baldwin, "The technique of the Nanson preferential majority system of election", 1926; Nanson,
//! "Methods of election", 1882.

use crate::methods::elimination::{Step, Ties, TooManyTies, eliminate, least};
use crate::methods::pairwise::Pairwise;
use crate::profile::Profile;

/// Whether an option with just the mean stays in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mean {
    /// It does.
    Stays,
    /// It goes, unless all have the mean.
    Goes,
}

/// The winners of Baldwin's way, in order.
///
/// # Errors
/// Under [`Ties::Parallel`], where ties upon ties make too many counts.
pub fn baldwin(profile: &Profile, ties: Ties) -> Result<Vec<usize>, TooManyTies> {
    let count = Pairwise::count(profile);
    eliminate(profile.options(), ties, |remaining| {
        Step::Last(least(remaining, |o| points(&count, o, remaining)))
    })
}

/// The winners of Nanson's way, in order.
#[must_use]
pub fn nanson(profile: &Profile, mean: Mean) -> Vec<usize> {
    let count = Pairwise::count(profile);
    let mut left: Vec<usize> = (0..profile.options()).collect();
    loop {
        // The net points of all add up to 0, which is their mean.
        let net = |o: &&usize| points(&count, **o, &left);
        let stays = |o: &&usize| match mean {
            Mean::Stays => net(o) >= 0,
            Mean::Goes => net(o) > 0,
        };
        let next: Vec<usize> = left.iter().filter(stays).copied().collect();
        if next.is_empty() || next.len() == left.len() {
            return left;
        }
        left = next;
    }
}

/// Twice the Borda points of an option among others, less their mean: for each other one the ballots
/// that put it below less those that put it above.
fn points(count: &Pairwise, option: usize, among: &[usize]) -> i64 {
    let net = |other: &usize| {
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        number(count.get(option, *other)).saturating_sub(number(count.get(*other, option)))
    };
    among.iter().map(net).sum()
}
