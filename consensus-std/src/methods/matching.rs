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

/// For each proposer the host that keeps it. `proposers` and `hosts` are lists of acceptable
/// partners; `places` says how many a host takes. Takes a step for each acceptable pair and place.
#[must_use]
pub fn deferred(
    proposers: &[Vec<usize>],
    hosts: &[Vec<usize>],
    places: &[usize],
) -> Vec<Option<usize>> {
    let mut kept: Vec<Vec<usize>> = vec![Vec::new(); hosts.len()];
    let mut asked = vec![0_usize; proposers.len()];
    let mut free: Vec<usize> = (0..proposers.len()).rev().collect();
    let rank = |host: usize, proposer: usize| {
        hosts.get(host).and_then(|list| list.iter().position(|p| *p == proposer))
    };
    while let Some(proposer) = free.pop() {
        let Some(next) = asked.get_mut(proposer) else { continue };
        let Some(host) = proposers.get(proposer).and_then(|list| list.get(*next)).copied() else {
            continue;
        };
        *next += 1;
        let (Some(keeps), Some(places)) = (kept.get_mut(host), places.get(host)) else {
            free.push(proposer);
            continue;
        };
        if rank(host, proposer).is_none() {
            free.push(proposer);
            continue;
        }
        keeps.push(proposer);
        if keeps.len() > *places {
            keeps.sort_by_key(|p| rank(host, *p));
            free.extend(keeps.pop());
        }
    }
    let host_of = |p: usize| kept.iter().position(|keeps| keeps.contains(&p));
    (0..proposers.len()).map(host_of).collect()
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
