//! Who is represented in a committee, by brute force.
//!
//! A group is due ℓ places where it is ℓ/seats of the ballots and agrees on ℓ options.

use consensus_std::property::Property;

use super::committee::{Outcome, Question};
use super::values::subsets;

/// What breaks the property in some committee of an outcome.
pub(crate) fn broken(property: Property, q: &Question, outcome: &Outcome) -> Option<String> {
    let bad = |committee: &&Vec<usize>| match property {
        Property::ParetoEfficiency => dominated(q, committee),
        Property::Jr => agreed(q, 1).any(|set| unsatisfied(q, committee, &set)),
        Property::Ejr => agreed(q, q.seats).any(|set| unsatisfied(q, committee, &set)),
        Property::Pjr => agreed(q, q.seats).any(|set| unrepresented(q, committee, &set)),
        Property::SolidCoalitions => unsolid(q, committee),
        other => panic!("{} is none of committees", other.name()),
    };
    outcome.iter().find(bad).map(|committee| format!("{committee:?} is elected"))
}

fn approved(ballot: &[i64], committee: &[usize]) -> usize {
    committee.iter().filter(|o| ballot[**o] > 0).count()
}

/// Whether another committee of the size has for every ballot as much, and for one more.
fn dominated(q: &Question, committee: &[usize]) -> bool {
    let each = |c: &[usize]| q.poll.ballots.iter().map(|b| approved(b, c)).collect::<Vec<_>>();
    let own = each(committee);
    subsets(q.poll.options).filter(|c| c.len() == committee.len()).any(|c| {
        let other = each(&c);
        other != own && other.iter().zip(&own).all(|(theirs, ours)| theirs >= ours)
    })
}

/// Sets of options, at most so many, that a group may agree on.
fn agreed(q: &Question, most: usize) -> impl Iterator<Item = Vec<usize>> {
    subsets(q.poll.options).filter(move |set| (1..=most).contains(&set.len()))
}

/// Whether those who agree on a set, and of whom it holds, are due as many places as it has options.
fn due(q: &Question, set: &[usize], holds: impl Fn(&[i64]) -> bool) -> bool {
    let group = q.poll.ballots.iter().filter(|b| set.iter().all(|o| b[*o] > 0) && holds(b));
    group.count() * q.seats >= set.len() * q.poll.ballots.len()
}

/// Whether a group is due places none of whose ballots has as many.
fn unsatisfied(q: &Question, committee: &[usize], set: &[usize]) -> bool {
    due(q, set, |ballot| approved(ballot, committee) < set.len())
}

/// Whether a group is due more places than it has, all its ballots together.
fn unrepresented(q: &Question, committee: &[usize], set: &[usize]) -> bool {
    let fewer = subsets(q.poll.options).filter(|few| few.len() + 1 == set.len());
    fewer.into_iter().any(|few| {
        due(q, set, |ballot| committee.iter().all(|o| ballot[*o] == 0 || few.contains(o)))
    })
}

/// Whether some who rank the same options on top, in any order, and are more than ℓ/(seats + 1) of the
/// ballots, Droop's share, have fewer than ℓ of these, and not all.
fn unsolid(q: &Question, committee: &[usize]) -> bool {
    agreed(q, q.poll.options).any(|set| {
        let solid = q.poll.ballots.iter().filter(|ballot| {
            let least = set.iter().map(|o| ballot[*o]).min().unwrap_or(0);
            least > 0 && (0..ballot.len()).all(|o| set.contains(&o) || ballot[o] < least)
        });
        let solid = solid.count() * (q.seats + 1);
        let due = (1..=q.seats).rev().find(|places| solid > places * q.poll.ballots.len());
        let has = committee.iter().filter(|o| set.contains(o)).count();
        has < due.unwrap_or(0).min(set.len())
    })
}
