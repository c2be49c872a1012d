//! Participatory budgeting: which projects a budget pays for.
//!
//! In: approvals, the cost of each project (1 or more), the budget. Greedy: of the projects that
//! still fit the best one is funded, as long as one fits; best is who has the most votes, or the
//! most votes for its cost. A project without votes is not funded. Equal shares: [`equal_shares`](crate::methods::equal_shares); with
//! [`Completion::Greedy`] what is left over is spent greedily by votes. Ties: [`Ties`]. Source:
//! Rey, Maly, "The (computational) social choice take on indivisible participatory budgeting",
//! 2023.

use crate::methods::equal_shares::{self as shares, Utility};
use crate::methods::papers::{approvals, named};
use crate::methods::universes::{Step, Ties, TooMuch, committees, follow, with};
use crate::profile::Profile;

/// Which project is best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Most votes.
    Votes,
    /// Most votes for its cost.
    VotesForCost,
}

/// What spends the money that equal shares leave over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// Nothing.
    None,
    /// The greedy rule by votes.
    Greedy,
}

/// The sets of projects that the greedy rule funds, after those in `funded`.
///
/// # Errors
/// [`TooMuch::Ties`] where ties upon ties make too many ways.
pub fn greedy(
    profile: &Profile,
    costs: &[u64],
    budget: u64,
    measure: Measure,
    ties: Ties,
) -> Result<Vec<Vec<usize>>, TooMuch> {
    let votes = named(profile.options(), &approvals(profile));
    committees(spend(&votes, costs, budget, measure, ties, Vec::new())?)
}

fn spend(
    votes: &[u64],
    costs: &[u64],
    budget: u64,
    measure: Measure,
    ties: Ties,
    funded: Vec<usize>,
) -> Result<Vec<Vec<usize>>, TooMuch> {
    follow(funded, |funded: &Vec<usize>| {
        let spent = funded.iter().filter_map(|p| costs.get(*p));
        let left = budget.saturating_sub(spent.fold(0, |sum: u64, cost| sum.saturating_add(*cost)));
        let fits = |(p, (votes, cost)): &(usize, (&u64, &u64))| {
            **votes > 0 && **cost <= left && !funded.contains(p)
        };
        let open = votes.iter().zip(costs).enumerate().filter(fits);
        let mut best: Option<(u64, u64)> = None;
        let mut level = Vec::new();
        for (project, (votes, cost)) in open {
            let cost = if measure == Measure::Votes { 1 } else { *cost };
            let value = |(votes, by): (u64, u64)| u128::from(votes) * u128::from(by);
            let order = best.map(|(v, c)| value((*votes, c)).cmp(&value((v, cost))));
            match order {
                Some(std::cmp::Ordering::Less) => {}
                Some(std::cmp::Ordering::Equal) => level.push(project),
                Some(std::cmp::Ordering::Greater) | None => {
                    best = Some((*votes, cost));
                    level = vec![project];
                }
            }
        }
        if level.is_empty() {
            return Ok(Step::Done);
        }
        Ok(Step::On(ties.takes(level).into_iter().map(|p| with(funded, p)).collect()))
    })
}

/// The sets of projects that equal shares buy.
///
/// # Errors
/// [`TooMuch::Steps`] where marks × projects that the budget pays for are too many;
/// [`TooMuch::Ties`] where ties upon ties make too many ways.
pub fn equal_shares(
    profile: &Profile,
    costs: &[u64],
    budget: u64,
    utility: Utility,
    completion: Completion,
    ties: Ties,
) -> Result<Vec<Vec<usize>>, TooMuch> {
    let ends = shares::shares(profile, costs, budget, utility, ties)?;
    let votes = named(profile.options(), &approvals(profile));
    let mut all = Vec::new();
    for end in ends {
        match completion {
            Completion::None => all.push(end.bought),
            Completion::Greedy => {
                all.extend(spend(&votes, costs, budget, Measure::Votes, ties, end.bought)?);
            }
        }
    }
    committees(all)
}
