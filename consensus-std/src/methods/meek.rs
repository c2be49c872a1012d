//! Single transferable vote by Meek's method: who is elected keeps of every ballot just so much
//! that the quota is met.
//!
//! In: rankings, best first, and how many places there are. Follows the Reference Meek rule of the
//! Proportional Representation Foundation to the letter: nine decimals, products and quotients
//! rounded up and the quota cut, ω = 0.000001. It is the rule of Hill, Wichmann, Woodall,
//! "Algorithm 123", The Computer Journal 30 (1987), in fixed-point arithmetic, as New Zealand's.
//! Steps, with its letters: B.2.a a ballot gives each candidate on it its keep factor of what is
//! left; B.2.b the quota is votes/(places + 1), cut, + 0.000000001; B.2.c who has it is elected;
//! B.2.f the keep factors of the elected are scaled by quota/votes, until the surplus is below ω or
//! no longer falls; B.3 then the candidate with the fewest votes is out, where all within the
//! surplus of the fewest tie. Ties there: [`Ties`]. Numbers are whole [`ONE`]ths.

use std::cell::Cell;

use crate::limits::MAX_DISTRIBUTIONS;
use crate::methods::papers::{Papers, rankings};
use crate::methods::universes::{Step, Ties, TooMuch, committees, follow};
use crate::profile::Profile;

/// One vote, or all of a ballot: nine decimals.
pub const ONE: u128 = 1_000_000_000;
/// ω, the surplus below which an iteration ends.
const OMEGA: u128 = 1_000;

/// A count that is over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    /// In the order of election; those of one round by their votes, then as listed.
    pub elected: Vec<usize>,
    /// Round by round.
    pub rounds: Vec<Round>,
}

/// What a round comes to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Round {
    /// The quota at its end, in [`ONE`]ths.
    pub quota: u128,
    /// Votes at its end, in [`ONE`]ths.
    pub votes: Vec<u128>,
    /// Elected in it.
    pub elected: Vec<usize>,
    /// Out at its end.
    pub excluded: Option<usize>,
}

/// Candidates and their keep factors.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Table {
    hopeful: Vec<usize>,
    elected: Vec<usize>,
    keep: Vec<u128>,
    rounds: Vec<Round>,
}

/// What stays the same.
struct Rules {
    papers: Vec<Papers>,
    places: usize,
    ties: Ties,
    /// Distributions that are left.
    left: Cell<usize>,
}

/// The counts: one, or under [`Ties::Parallel`] one for each way of breaking ties.
///
/// # Errors
/// [`TooMuch::Steps`] where there are more than [`MAX_DISTRIBUTIONS`];
/// [`TooMuch::Ties`] where ties upon ties make too many ways.
pub fn counts(profile: &Profile, places: usize, ties: Ties) -> Result<Vec<Count>, TooMuch> {
    let places = places.min(profile.options());
    let rules =
        Rules { papers: rankings(profile), places, ties, left: Cell::new(MAX_DISTRIBUTIONS) };
    let start = Table {
        hopeful: (0..profile.options()).collect(),
        elected: Vec::new(),
        keep: vec![ONE; profile.options()],
        rounds: Vec::new(),
    };
    let ends = follow(start, |table| rules.round(table))?;
    Ok(ends.into_iter().map(|table| rules.finish(table)).collect())
}

/// The committees, each in the order of the options.
///
/// # Errors
/// As for [`counts`], and where more committees come of it than there may be.
pub fn elected(profile: &Profile, places: usize, ties: Ties) -> Result<Vec<Vec<usize>>, TooMuch> {
    committees(counts(profile, places, ties)?.into_iter().map(|count| count.elected))
}

impl Rules {
    /// B: one round, which ends with somebody elected or somebody out.
    fn round(&self, table: &Table) -> Result<Step<Table>, TooMuch> {
        // B.1
        let open = self.places.saturating_sub(table.elected.len());
        if open == 0 || table.hopeful.len() <= open {
            return Ok(Step::Done);
        }
        let mut next = table.clone();
        let mut before: Option<u128> = None;
        loop {
            self.left.set(self.left.get().checked_sub(1).ok_or(TooMuch::Steps)?);
            let votes = self.distribute(&next.keep);
            let quota = self.quota(&votes);
            let at = |o: usize| votes.get(o).copied().unwrap_or(0);
            let mut now: Vec<usize> =
                next.hopeful.iter().copied().filter(|o| at(*o) >= quota).collect();
            now.sort_by_key(|o| std::cmp::Reverse(at(*o)));
            next.hopeful.retain(|o| !now.contains(o));
            next.elected.extend(&now);
            let held: u128 = next.elected.iter().map(|o| at(*o)).sum();
            let due = quota.saturating_mul(u128::try_from(next.elected.len()).unwrap_or(0));
            let surplus = held.saturating_sub(due);
            let elected = !now.is_empty();
            if elected {
                next.rounds.push(Round { quota, votes, elected: now, excluded: None });
                return Ok(Step::On(vec![next]));
            }
            if surplus < OMEGA || before.is_some_and(|before| surplus >= before) {
                return Ok(Step::On(self.exclude(&next, quota, &votes, surplus)));
            }
            before = Some(surplus);
            scale(&mut next, quota, &votes);
        }
    }

    /// B.2.a: ballots give out what they hold.
    fn distribute(&self, keep: &[u128]) -> Vec<u128> {
        let mut votes = vec![0; keep.len()];
        for group in &self.papers {
            let mut left = ONE;
            for mark in &group.marks {
                let (Some(keep), Some(votes)) = (keep.get(*mark), votes.get_mut(*mark)) else {
                    continue;
                };
                let kept = (left * keep).div_ceil(ONE);
                *votes += kept * u128::from(group.count);
                left = left.saturating_sub(kept);
                if left == 0 {
                    break;
                }
            }
        }
        votes
    }

    /// B.2.b
    fn quota(&self, votes: &[u128]) -> u128 {
        let divisor = u128::try_from(self.places).unwrap_or(u128::MAX).saturating_add(1);
        votes.iter().sum::<u128>() / divisor + 1
    }

    /// B.3, in every way that a tie allows.
    fn exclude(&self, table: &Table, quota: u128, votes: &[u128], surplus: u128) -> Vec<Table> {
        let at = |o: usize| votes.get(o).copied().unwrap_or(0);
        let fewest = table.hopeful.iter().map(|o| at(*o)).min().unwrap_or(0);
        let level = table.hopeful.iter().copied().filter(|o| at(*o) <= fewest + surplus);
        let out = |out: usize| {
            let mut next = table.clone();
            next.hopeful.retain(|o| *o != out);
            if let Some(keep) = next.keep.get_mut(out) {
                *keep = 0;
            }
            let votes = votes.to_vec();
            next.rounds.push(Round { quota, votes, elected: Vec::new(), excluded: Some(out) });
            next
        };
        self.ties.drops(level.collect()).into_iter().map(out).collect()
    }

    /// C: the hopeful are elected where places are left.
    fn finish(&self, mut table: Table) -> Count {
        if table.elected.len() < self.places {
            let rest = std::mem::take(&mut table.hopeful);
            table.elected.extend(&rest);
            let votes = self.distribute(&table.keep);
            let quota = self.quota(&votes);
            table.rounds.push(Round { quota, votes, elected: rest, excluded: None });
        }
        Count { elected: table.elected, rounds: table.rounds }
    }
}

/// B.2.f
fn scale(table: &mut Table, quota: u128, votes: &[u128]) {
    for option in &table.elected {
        let (Some(keep), Some(votes)) = (table.keep.get_mut(*option), votes.get(*option)) else {
            continue;
        };
        let product = (*keep * quota).div_ceil(ONE);
        *keep = (product * ONE).div_ceil((*votes).max(1));
    }
}
