//! Matching: who goes with whom, or with what.
//!
//! In: for each a list of what it would take, best first; what is not on it, it would rather do
//! without. Lists are strict: who is indifferent lists in some order, and that order decides.
//! Nothing ties. [`deferred`]: proposers ask down their lists, hosts keep the best they were asked
//! by, up to their places (Gale, Shapley, "College admissions and the stability of marriage",
//! 1962): stable, and of all stable matchings the best for every proposer. [`serial`]: in a given
//! order each takes the best that is left (serial dictatorship). [`cycles`]: each owns a thing and
//! points at the owner of the best that is left; who stands in a cycle trades along it and leaves
//! (top trading cycles; Shapley, Scarf, "On cores and indivisibility", 1974, from Gale).

use std::collections::BTreeMap;

/// For each proposer the host that keeps it. `proposers` and `hosts` are lists of acceptable
/// partners; `places` says how many a host takes. Takes some steps for each entry of a list.
#[must_use]
pub fn deferred(
    proposers: &[Vec<usize>],
    hosts: &[Vec<usize>],
    places: &[usize],
) -> Vec<Option<usize>> {
    let ranks = |list: &Vec<usize>| list.iter().copied().zip(0..).collect();
    let ranks: Vec<BTreeMap<usize, usize>> = hosts.iter().map(ranks).collect();
    // Whom each host keeps, by rank.
    let mut kept: Vec<BTreeMap<usize, usize>> = vec![BTreeMap::new(); hosts.len()];
    let mut lists: Vec<_> = proposers.iter().map(|list| list.iter()).collect();
    let mut free: Vec<usize> = (0..proposers.len()).rev().collect();
    while let Some(proposer) = free.pop() {
        let Some(host) = lists.get_mut(proposer).and_then(Iterator::next) else { continue };
        let rank = ranks.get(*host).and_then(|ranks| ranks.get(&proposer));
        let (Some(rank), Some(keeps)) = (rank, kept.get_mut(*host)) else {
            free.push(proposer);
            continue;
        };
        keeps.insert(*rank, proposer);
        if keeps.len() > places.get(*host).copied().unwrap_or(0) {
            free.extend(keeps.pop_last().map(|(_, last)| last));
        }
    }
    let mut hosts_of = vec![None; proposers.len()];
    for (host, keeps) in kept.iter().enumerate() {
        for proposer in keeps.values() {
            if let Some(of) = hosts_of.get_mut(*proposer) {
                *of = Some(host);
            }
        }
    }
    hosts_of
}

/// For each, in the order in which they choose, what it takes. `places` says how often a thing is
/// there.
#[must_use]
pub fn serial(choosers: &[Vec<usize>], places: &[usize]) -> Vec<Option<usize>> {
    let mut left = places.to_vec();
    let mut take = |list: &Vec<usize>| {
        let best = list.iter().copied().find(|t| left.get(*t).is_some_and(|n| *n > 0))?;
        let left = left.get_mut(best)?;
        *left -= 1;
        Some(best)
    };
    choosers.iter().map(&mut take).collect()
}

/// For each owner whose thing it ends up with. The thing of owner `i` is `i`; one's own ends a
/// list, written or not.
#[must_use]
pub fn cycles(owners: &[Vec<usize>]) -> Vec<usize> {
    let mut gets: Vec<Option<usize>> = vec![None; owners.len()];
    let points_at = |owner: usize, gets: &[Option<usize>]| {
        let left = |thing: &usize| gets.get(*thing).is_some_and(Option::is_none);
        owners.get(owner).and_then(|list| list.iter().copied().find(left)).unwrap_or(owner)
    };
    while let Some(start) = gets.iter().position(Option::is_none) {
        // Following pointers from anybody ends in a cycle.
        let mut path = vec![start];
        let mut next = points_at(start, &gets);
        while !path.contains(&next) {
            path.push(next);
            next = points_at(next, &gets);
        }
        let cycle: Vec<usize> = path.into_iter().skip_while(|owner| *owner != next).collect();
        let trades: Vec<(usize, usize)> =
            cycle.into_iter().map(|owner| (owner, points_at(owner, &gets))).collect();
        for (owner, thing) in trades {
            if let Some(got) = gets.get_mut(owner) {
                *got = Some(thing);
            }
        }
    }
    (0..owners.len()).map(|owner| gets.get(owner).copied().flatten().unwrap_or(owner)).collect()
}
