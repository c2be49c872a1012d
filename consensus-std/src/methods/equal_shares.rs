//! Method of equal shares: each voter has the same share of the budget, and pays for what it
//! approves of.
//!
//! In: approvals, the cost of each project, the budget; for a committee each place costs 1 and the
//! budget is the number of places. Every ballot, an empty one too, has budget/ballots. Holds: of
//! the projects that their supporters can pay for, the one is bought for which the dearest payment
//! for a unit of utility is the least; its supporters pay the same each, and those with less all
//! they have. Utility of a project for who approves of it: 1 ([`Utility::Cardinality`]) or its cost
//! ([`Utility::Cost`]). It ends when nobody can pay for anything more, so it may leave money over:
//! a completion is a rule of its own and named by the caller. Payments are exact fractions over one
//! common denominator, which grows by a factor for each project bought. Ties: [`Ties`]. Sources:
//! Peters, Skowron, "Proportionality and the limits of welfarism", 2020; Peters, Pierczyński,
//! Skowron, "Proportional participatory budgeting with additive utilities", 2021.

use num_bigint::BigUint;

use crate::limits::MAX_SHARES;
use crate::methods::papers::{Papers, approvals, marks};
use crate::methods::phragmen::{self, Loads};
use crate::methods::universes::{Step, Ties, TooMuch, committees, follow, with};
use crate::profile::Profile;

/// What a project is worth to who approves of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Utility {
    /// 1.
    Cardinality,
    /// What it costs.
    Cost,
}

/// What fills the places of a committee that equal shares leave open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// Nothing: the committee is smaller.
    None,
    /// Sequential Phragmén, where each bears what it has paid.
    Phragmen,
}

/// What is bought, and what everybody has left.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Purses {
    /// The projects, in order.
    pub bought: Vec<usize>,
    /// What a ballot of each group has left, in parts of `one`.
    left: Vec<BigUint>,
    /// What each ballot had, in these parts.
    first: BigUint,
    /// A unit of money in these parts.
    one: BigUint,
}

/// The committees.
///
/// # Errors
/// [`TooMuch::Steps`] where marks × places are more than [`MAX_SHARES`]; [`TooMuch::Ties`] where
/// ties upon ties make too many ways.
pub fn committee(
    profile: &Profile,
    places: usize,
    completion: Completion,
    ties: Ties,
) -> Result<Vec<Vec<usize>>, TooMuch> {
    let places = places.min(profile.options());
    let costs = vec![1; profile.options()];
    let budget = u64::try_from(places).unwrap_or(u64::MAX);
    let ends = shares(profile, &costs, budget, Utility::Cardinality, ties)?;
    let papers = approvals(profile);
    let mut all = Vec::new();
    for end in ends {
        match completion {
            Completion::None => all.push(end.bought),
            Completion::Phragmen => {
                let loads = end.left.iter().map(|left| &end.first - left).collect();
                let start = Loads { chosen: end.bought, loads, one: end.one };
                all.extend(phragmen::fill(profile.options(), &papers, places, start, ties)?);
            }
        }
    }
    committees(all)
}

/// The ends of all ways. Costs are 1 or more.
///
/// # Errors
/// As for [`committee`], with projects that the budget can pay for in the place of places.
pub fn shares(
    profile: &Profile,
    costs: &[u64],
    budget: u64,
    utility: Utility,
    ties: Ties,
) -> Result<Vec<Purses>, TooMuch> {
    let papers = approvals(profile);
    let rounds = affordable(costs, budget);
    if marks(&papers).saturating_mul(rounds) > MAX_SHARES {
        return Err(TooMuch::Steps);
    }
    let voters = BigUint::from(profile.ballots().len().max(1));
    let first = BigUint::from(budget);
    let start =
        Purses { bought: Vec::new(), left: vec![first.clone(); papers.len()], first, one: voters };
    follow(start, |state: &Purses| {
        let next = next(state, &papers, costs, utility, ties);
        Ok(if next.is_empty() { Step::Done } else { Step::On(next) })
    })
}

/// How many projects the budget pays for at most.
fn affordable(costs: &[u64], budget: u64) -> usize {
    let mut cheapest = costs.to_vec();
    cheapest.sort_unstable();
    let mut left = budget;
    cheapest.iter().take_while(|cost| left.checked_sub(**cost).map(|l| left = l).is_some()).count()
}

/// A payment that buys a project: `share`/`payers` from each of the payers, and all that the
/// supporters have who have less.
struct Offer {
    project: usize,
    share: BigUint,
    payers: u64,
}

fn next(
    state: &Purses,
    papers: &[Papers],
    costs: &[u64],
    utility: Utility,
    ties: Ties,
) -> Vec<Purses> {
    let open = |project: &usize| !state.bought.contains(project);
    let offers =
        (0..costs.len()).filter(open).filter_map(|project| offer(state, papers, costs, project));
    // The payment for a unit of utility is share/(payers × utility).
    let unit = |project: usize| match utility {
        Utility::Cardinality => 1,
        Utility::Cost => costs.get(project).copied().unwrap_or(1),
    };
    let mut least: Vec<Offer> = Vec::new();
    for offer in offers {
        let parts = |o: &Offer| BigUint::from(o.payers) * unit(o.project);
        let order =
            least.first().map(|l| (&offer.share * parts(l)).cmp(&(&l.share * parts(&offer))));
        match order {
            Some(std::cmp::Ordering::Greater) => {}
            Some(std::cmp::Ordering::Equal) => least.push(offer),
            Some(std::cmp::Ordering::Less) | None => least = vec![offer],
        }
    }
    let chosen = ties.takes(least.iter().map(|offer| offer.project).collect());
    let buys = least.iter().filter(|offer| chosen.contains(&offer.project));
    buys.map(|offer| buy(state, papers, offer)).collect()
}

/// The least equal payment for a project, if its supporters have enough together.
fn offer(state: &Purses, papers: &[Papers], costs: &[u64], project: usize) -> Option<Offer> {
    let supports = |group: &Papers| group.marks.binary_search(&project).is_ok();
    let groups = papers.iter().zip(&state.left).filter(|(group, _)| supports(group));
    let mut purses: Vec<(&BigUint, u64)> =
        groups.map(|(group, left)| (left, group.count)).collect();
    purses.sort_unstable();
    let mut payers: u64 = purses.iter().map(|(_, count)| count).sum();
    let mut missing = &state.one * *costs.get(project)?;
    for (left, count) in purses {
        if left * payers >= missing {
            return Some(Offer { project, share: missing, payers });
        }
        missing -= left * count;
        payers -= count;
    }
    None
}

fn buy(state: &Purses, papers: &[Papers], offer: &Offer) -> Purses {
    let pay = |(group, left): (&Papers, &BigUint)| {
        let left = left * offer.payers;
        let supports = group.marks.binary_search(&offer.project).is_ok();
        if supports { &left - (&offer.share).min(&left) } else { left }
    };
    Purses {
        bought: with(&state.bought, offer.project),
        left: papers.iter().zip(&state.left).map(pay).collect(),
        first: &state.first * offer.payers,
        one: &state.one * offer.payers,
    }
}
