//! Laws over random small profiles, and each method against its definition, done the long way.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::approval::approval;
use super::borda::{borda, doubled_points};
use super::condorcet::condorcet;
use super::copeland::copeland;
use super::elimination::Ties;
use super::irv::irv;
use super::minimax::minimax;
use super::pairwise::Pairwise;
use super::plurality::plurality;
use super::schulze::schulze;
use crate::profile::Profile;

type Method = fn(&Profile) -> Vec<usize>;

fn first_plurality(p: &Profile) -> Vec<usize> {
    let votes: Vec<usize> = p.ballots().iter().filter_map(|b| b.first().copied()).collect();
    plurality(p.options(), &votes)
}
fn drop_all(p: &Profile) -> Vec<usize> {
    irv(p, Ties::DropAll).unwrap()
}
fn parallel(p: &Profile) -> Vec<usize> {
    irv(p, Ties::Parallel).unwrap()
}
fn schulze_winners(p: &Profile) -> Vec<usize> {
    schulze(p).winners
}
fn smith(p: &Profile) -> Vec<usize> {
    condorcet(p).smith
}
fn undefeated(p: &Profile) -> Vec<usize> {
    condorcet(p).undefeated
}

const METHODS: [(&str, Method); 10] = [
    ("copeland", copeland),
    ("minimax", minimax),
    ("plurality", first_plurality),
    ("approval", approval),
    ("borda", borda),
    ("irv drop-all", drop_all),
    ("irv parallel", parallel),
    ("schulze", schulze_winners),
    ("smith", smith),
    ("undefeated", undefeated),
];

/// Raising a winner, or approving of it besides, must not take the win away. Run-offs break this.
const MONOTONE: [(&str, Method); 6] = [
    ("copeland", copeland),
    ("minimax", minimax),
    ("plurality", first_plurality),
    ("borda", borda),
    ("schulze", schulze_winners),
    ("undefeated", undefeated),
];

/// Up to five options, up to nine ballots, some of them short or empty.
fn profiles() -> impl Strategy<Value = Profile> {
    (2_usize..=5).prop_flat_map(|n| {
        let ballot = (Just((0..n).collect::<Vec<_>>()).prop_shuffle(), 0..=n)
            .prop_map(|(ranking, len)| ranking[..len].to_vec());
        proptest::collection::vec(ballot, 0..=9)
            .prop_map(move |ballots| Profile::new(n, ballots).unwrap())
    })
}

fn renamed(p: &Profile, names: &[usize]) -> Profile {
    let ballots = p.ballots().iter().map(|b| b.iter().map(|o| names[*o]).collect()).collect();
    Profile::new(p.options(), ballots).unwrap()
}

/// The strongest path from `a` to `b` by trying every path.
fn widest(links: &Pairwise, a: usize, b: usize, via: &BTreeSet<usize>) -> u64 {
    let direct = if links.beats(a, b) { links.get(a, b) } else { 0 };
    via.iter().fold(direct, |best, next| {
        let first = if links.beats(a, *next) { links.get(a, *next) } else { 0 };
        let mut rest = via.clone();
        rest.remove(next);
        best.max(first.min(widest(links, *next, b, &rest)))
    })
}

fn schulze_by_definition(p: &Profile) -> Vec<usize> {
    let links = Pairwise::count(p);
    let path = |a, b| {
        let via = (0..p.options()).filter(|c| *c != a && *c != b).collect();
        widest(&links, a, b, &via)
    };
    let all = 0..p.options();
    all.clone().filter(|a| all.clone().all(|b| b == *a || path(*a, b) >= path(b, *a))).collect()
}

/// Every order of dropping, one option at a time, no short cuts.
fn parallel_by_definition(p: &Profile, remaining: &BTreeSet<usize>) -> BTreeSet<usize> {
    if remaining.len() <= 1 {
        return remaining.clone();
    }
    let first = |b: &Vec<usize>| b.iter().copied().find(|o| remaining.contains(o));
    let count = |o: usize| p.ballots().iter().filter(|b| first(b) == Some(o)).count();
    let fewest = remaining.iter().map(|o| count(*o)).min().unwrap();
    let out = remaining.iter().copied().filter(|o| count(*o) == fewest);
    out.flat_map(|o| {
        let mut rest = remaining.clone();
        rest.remove(&o);
        parallel_by_definition(p, &rest)
    })
    .collect()
}

/// How many ballots put `a` above `b`, read off the ballots.
fn above(p: &Profile, a: usize, b: usize) -> usize {
    let place = |ballot: &Vec<usize>, o| ballot.iter().position(|x| *x == o).unwrap_or(usize::MAX);
    p.ballots().iter().filter(|ballot| place(ballot, a) < place(ballot, b)).count()
}

/// The smallest set of which each beats everybody outside, by trying every set.
fn smith_by_definition(p: &Profile) -> Vec<usize> {
    let n = p.options();
    let dominates = |set: &Vec<usize>| {
        let mut outside = (0..n).filter(|o| !set.contains(o));
        outside.all(|o| set.iter().all(|s| above(p, *s, o) > above(p, o, *s)))
    };
    let sets = (1_u32..1 << n).map(|bits| (0..n).filter(|i| bits >> i & 1 == 1).collect());
    sets.filter(dominates).min_by_key(Vec::len).unwrap()
}

proptest! {
    #[test]
    fn nobody_depends_on_the_order_of_ballots(
        (p, shuffled) in profiles().prop_flat_map(|p| {
            let shuffled = Just(p.ballots().to_vec()).prop_shuffle();
            (Just(p), shuffled)
        })
    ) {
        let other = Profile::new(p.options(), shuffled).unwrap();
        for (name, method) in METHODS {
            prop_assert_eq!(method(&p), method(&other), "{}", name);
        }
    }

    #[test]
    fn no_option_is_favoured(
        (p, names) in profiles().prop_flat_map(|p| {
            let names = Just((0..p.options()).collect::<Vec<_>>()).prop_shuffle();
            (Just(p), names)
        })
    ) {
        for (name, method) in METHODS {
            let mut expected: Vec<usize> = method(&p).iter().map(|o| names[*o]).collect();
            expected.sort_unstable();
            prop_assert_eq!(expected, method(&renamed(&p, &names)), "{}", name);
        }
    }

    #[test]
    fn raising_a_winner_keeps_it_winning(p in profiles(), ballot: usize, winner: usize) {
        prop_assume!(!p.ballots().is_empty());
        for (name, method) in MONOTONE {
            let winners = method(&p);
            // In a cycle nobody is undefeated: then there is nothing to raise.
            if winners.is_empty() { continue; }
            let winner = winners[winner % winners.len()];
            let mut ballots = p.ballots().to_vec();
            let at = ballot % ballots.len();
            ballots[at].retain(|o| *o != winner);
            ballots[at].insert(0, winner);
            let raised = Profile::new(p.options(), ballots).unwrap();
            prop_assert!(method(&raised).contains(&winner), "{}: {:?}", name, raised);
        }
    }

    #[test]
    fn one_more_approval_keeps_a_winner(p in profiles(), ballot: usize) {
        prop_assume!(!p.ballots().is_empty());
        let winner = approval(&p)[0];
        let mut ballots = p.ballots().to_vec();
        let at = ballot % ballots.len();
        ballots[at].retain(|o| *o != winner);
        ballots[at].push(winner);
        prop_assert!(approval(&Profile::new(p.options(), ballots).unwrap()).contains(&winner));
    }

    #[test]
    fn who_beats_everybody_wins_every_condorcet_method_alone(p in profiles()) {
        if let Some(winner) = condorcet(&p).winner {
            prop_assert_eq!(copeland(&p), vec![winner]);
            prop_assert_eq!(minimax(&p), vec![winner]);
            prop_assert_eq!(schulze(&p).winners, vec![winner]);
            prop_assert_eq!(condorcet(&p).smith, vec![winner]);
        }
    }

    #[test]
    fn schulze_and_copeland_elect_from_the_smith_set(p in profiles()) {
        let smith = condorcet(&p).smith;
        prop_assert!(copeland(&p).iter().all(|w| smith.contains(w)));
        prop_assert!(schulze(&p).winners.iter().all(|w| smith.contains(w)));
    }

    #[test]
    fn first_on_most_ballots_wins_every_run_off_and_schulze(p in profiles(), favourite: usize) {
        let favourite = favourite % p.options();
        let mut ballots = p.ballots().to_vec();
        ballots.extend(vec![vec![favourite]; p.ballots().len() + 1]);
        let p = Profile::new(p.options(), ballots).unwrap();
        prop_assert_eq!(drop_all(&p), vec![favourite]);
        prop_assert_eq!(parallel(&p), vec![favourite]);
        prop_assert_eq!(irv(&p, Ties::LastListed).unwrap(), vec![favourite]);
        prop_assert_eq!(schulze(&p).winners, vec![favourite]);
    }

    #[test]
    fn the_last_listed_policy_elects_one_of_the_parallel_winners(p in profiles()) {
        let one = irv(&p, Ties::LastListed).unwrap();
        prop_assert_eq!(one.len(), 1);
        prop_assert!(parallel(&p).contains(&one[0]));
    }

    #[test]
    fn schulze_is_its_definition(p in profiles()) {
        prop_assert_eq!(schulze(&p).winners, schulze_by_definition(&p));
    }

    #[test]
    fn the_order_has_every_option_once(p in profiles()) {
        let mut all = schulze(&p).order.concat();
        all.sort_unstable();
        prop_assert_eq!(all, (0..p.options()).collect::<Vec<_>>());
    }

    #[test]
    fn parallel_run_offs_are_their_definition(p in profiles()) {
        let all = (0..p.options()).collect();
        let expected: Vec<usize> = parallel_by_definition(&p, &all).into_iter().collect();
        prop_assert_eq!(parallel(&p), expected);
    }

    #[test]
    fn borda_is_one_point_for_each_below_and_half_for_each_beside(p in profiles()) {
        let n = p.options();
        let points: Vec<u64> = (0..n).map(|a| {
            let others = (0..n).filter(|b| *b != a);
            others.map(|b| {
                let beside = p.ballots().len() - above(&p, a, b) - above(&p, b, a);
                u64::try_from(2 * above(&p, a, b) + beside).unwrap()
            }).sum()
        }).collect();
        prop_assert_eq!(doubled_points(&p), points);
    }

    #[test]
    fn the_pairwise_count_and_the_smith_set_are_their_definitions(p in profiles()) {
        let count = Pairwise::count(&p);
        for a in 0..p.options() {
            for b in (0..p.options()).filter(|b| *b != a) {
                prop_assert_eq!(count.get(a, b), u64::try_from(above(&p, a, b)).unwrap());
            }
        }
        prop_assert_eq!(condorcet(&p).smith, smith_by_definition(&p));
    }
}
