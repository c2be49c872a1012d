//! Methods of duels against their definitions, done the long way: every order, every set.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::locking::{Lock, Order, locking};
use super::orders::{kemeny, slater};
use super::pairwise::Pairwise;
use super::split_cycle::split_cycle;
use super::tournament::{banks, schwartz, uncovered};
use crate::profile::Profile;

/// Up to four options, up to seven ballots, some of them short or empty.
fn profiles() -> impl Strategy<Value = Profile> {
    (2_usize..=4).prop_flat_map(|n| {
        let ballot = (Just((0..n).collect::<Vec<_>>()).prop_shuffle(), 0..=n)
            .prop_map(|(ranking, len)| ranking[..len].to_vec());
        proptest::collection::vec(ballot, 0..=7)
            .prop_map(move |ballots| Profile::new(n, ballots).unwrap())
    })
}

/// Every order of some things.
fn orders<T: Copy + PartialEq>(things: &[T]) -> Vec<Vec<T>> {
    if things.is_empty() {
        return vec![vec![]];
    }
    let first = |t: &T| {
        let rest: Vec<T> = things.iter().copied().filter(|other| other != t).collect();
        let t = *t;
        orders(&rest).into_iter().map(move |rest| [vec![t], rest].concat())
    };
    things.iter().flat_map(first).collect()
}

fn all(p: &Profile) -> Vec<usize> {
    (0..p.options()).collect()
}

/// The firsts of the orders of least cost.
fn firsts(p: &Profile, cost: impl Fn(usize, usize) -> u64) -> Vec<usize> {
    let orders = orders(&all(p));
    let total = |order: &Vec<usize>| -> u64 {
        (0..order.len())
            .flat_map(|j| (0..j).map(move |i| (i, j)))
            .map(|(i, j)| cost(order[i], order[j]))
            .sum()
    };
    let least = orders.iter().map(total).min().unwrap();
    let firsts: BTreeSet<usize> =
        orders.iter().filter(|o| total(o) == least).map(|o| o[0]).collect();
    firsts.into_iter().collect()
}

/// Whether some duels lead from one option to another.
fn leads(duels: &[(usize, usize)], from: usize, to: usize, via: &BTreeSet<usize>) -> bool {
    duels.contains(&(from, to))
        || via.iter().any(|next| {
            let mut rest = via.clone();
            rest.remove(next);
            duels.contains(&(from, *next)) && leads(duels, *next, to, &rest)
        })
}

fn duels(p: &Profile) -> Vec<(u64, (usize, usize))> {
    let count = Pairwise::count(p);
    let pairs = all(p).into_iter().flat_map(|a| all(p).into_iter().map(move |b| (a, b)));
    pairs.map(|(a, b)| (count.margin(a, b), (a, b))).filter(|(margin, _)| *margin > 0).collect()
}

/// Ranked pairs and river with every order of all duels that goes by margin.
fn locked(p: &Profile, lock: Lock) -> Vec<usize> {
    let duels = duels(p);
    let mut winners = BTreeSet::new();
    for order in orders(&duels).into_iter().filter(|o| o.windows(2).all(|w| w[0].0 >= w[1].0)) {
        let mut kept: Vec<(usize, usize)> = Vec::new();
        for (_, (winner, loser)) in order {
            let circle = leads(&kept, loser, winner, &all(p).into_iter().collect());
            let second = lock == Lock::River && kept.iter().any(|(_, l)| *l == loser);
            if !circle && !second {
                kept.push((winner, loser));
            }
        }
        winners.extend(all(p).into_iter().filter(|o| kept.iter().all(|(_, loser)| loser != o)));
    }
    winners.into_iter().collect()
}

/// Sets of options, the empty one left out.
fn sets(n: usize) -> Vec<Vec<usize>> {
    (1_u32..1 << n).map(|bits| (0..n).filter(|o| bits >> o & 1 == 1).collect()).collect()
}

/// The union of the sets that nothing outside beats, of those the ones that have no smaller in them.
fn schwartz_by_definition(p: &Profile) -> Vec<usize> {
    let count = Pairwise::count(p);
    let free = |set: &Vec<usize>| {
        let mut outside = all(p).into_iter().filter(|o| !set.contains(o));
        outside.all(|o| set.iter().all(|s| !count.beats(o, *s)))
    };
    let free: Vec<Vec<usize>> = sets(p.options()).into_iter().filter(free).collect();
    let within =
        |a: &Vec<usize>, b: &Vec<usize>| a.len() < b.len() && a.iter().all(|o| b.contains(o));
    let smallest = free.iter().filter(|set| !free.iter().any(|other| within(other, set)));
    let union: BTreeSet<usize> = smallest.flatten().copied().collect();
    union.into_iter().collect()
}

/// The firsts of the longest chains: orders of some options in which each beats all after it, which
/// no option beats all of.
fn banks_by_definition(p: &Profile) -> Vec<usize> {
    let count = Pairwise::count(p);
    let mut firsts = BTreeSet::new();
    for chain in sets(p.options()).iter().flat_map(|set| orders(set)) {
        let ordered =
            (0..chain.len()).all(|i| (i + 1..chain.len()).all(|j| count.beats(chain[i], chain[j])));
        let topped = all(p).into_iter().any(|o| chain.iter().all(|c| count.beats(o, *c)));
        if ordered && !topped {
            firsts.insert(chain[0]);
        }
    }
    firsts.into_iter().collect()
}

/// A duel is a defeat where no chain back has only duels of at least its margin.
fn split_cycle_by_definition(p: &Profile) -> Vec<usize> {
    let duels = duels(p);
    let defeat = |(margin, (winner, loser)): &(u64, (usize, usize))| {
        let strong: Vec<(usize, usize)> =
            duels.iter().filter(|(m, _)| m >= margin).map(|(_, duel)| *duel).collect();
        !leads(&strong, *loser, *winner, &all(p).into_iter().collect())
    };
    let beaten: Vec<usize> = duels.iter().filter(|d| defeat(d)).map(|(_, (_, l))| *l).collect();
    all(p).into_iter().filter(|o| !beaten.contains(o)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn orders_of_least_cost_are_found(p in profiles()) {
        let count = Pairwise::count(&p);
        prop_assert_eq!(kemeny(&p).unwrap(), firsts(&p, |a, b| count.get(b, a)));
        prop_assert_eq!(slater(&p).unwrap(), firsts(&p, |a, b| u64::from(count.beats(b, a))));
    }

    #[test]
    fn locking_in_follows_every_order(p in profiles()) {
        for lock in [Lock::Pairs, Lock::River] {
            let winners = locking(&p, lock, Order::Parallel).unwrap();
            prop_assert_eq!(&winners, &locked(&p, lock));
            let listed = locking(&p, lock, Order::Listed).unwrap();
            prop_assert!(!listed.is_empty() && listed.iter().all(|o| winners.contains(o)));
        }
    }

    #[test]
    fn sets_are_their_definitions(p in profiles()) {
        prop_assert_eq!(schwartz(&p), schwartz_by_definition(&p));
        prop_assert_eq!(banks(&p).unwrap(), banks_by_definition(&p));
        prop_assert_eq!(split_cycle(&p), split_cycle_by_definition(&p));
        // Without level duels the Banks set is within the uncovered one.
        let pairs = p.options() * (p.options() - 1) / 2;
        let free = uncovered(&p);
        let within = banks(&p).unwrap().iter().all(|o| free.contains(o));
        prop_assert!(within || duels(&p).len() < pairs);
    }
}
