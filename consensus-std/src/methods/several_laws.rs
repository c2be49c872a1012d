//! Laws of the methods for several winners, over random small profiles, and some of the methods
//! against their definitions, done the long way.

use proptest::prelude::*;

use super::budget::{self, Measure};
use super::equal_shares::{self as shares, Completion, Utility};
use super::phragmen;
use super::scottish::{self, VOTE};
use super::separable::{marks, most};
use super::thiele::{self, Weights};
use super::universes::{Ties, TooMuch};
use super::{meek, preferential_block};
use crate::profile::Profile;

type Committees = Result<Vec<Vec<usize>>, TooMuch>;
type Method = fn(&Profile, usize, Ties) -> Committees;

fn pav(p: &Profile, k: usize, ties: Ties) -> Committees {
    thiele::optimal(p, k, Weights::Proportional, ties)
}
fn coverage(p: &Profile, k: usize, ties: Ties) -> Committees {
    thiele::optimal(p, k, Weights::Coverage, ties)
}
fn sequential_pav(p: &Profile, k: usize, ties: Ties) -> Committees {
    thiele::sequential(p, k, Weights::Proportional, ties)
}
fn reverse_pav(p: &Profile, k: usize, ties: Ties) -> Committees {
    thiele::reverse(p, k, Weights::Proportional, ties)
}
fn equal_shares(p: &Profile, k: usize, ties: Ties) -> Committees {
    shares::committee(p, k, Completion::None, ties)
}
fn completed_shares(p: &Profile, k: usize, ties: Ties) -> Committees {
    shares::committee(p, k, Completion::Phragmen, ties)
}

const METHODS: [(&str, Method); 10] = [
    ("pav", pav),
    ("chamberlin-courant", coverage),
    ("sequential pav", sequential_pav),
    ("reverse sequential pav", reverse_pav),
    ("phragmén", phragmen::sequential),
    ("equal shares", equal_shares),
    ("equal shares, then phragmén", completed_shares),
    ("scottish stv", scottish::elected),
    ("meek stv", meek::elected),
    ("preferential block", preferential_block::elected),
];

/// Up to five options, up to nine ballots, some of them short or empty; and a number of places.
fn elections() -> impl Strategy<Value = (Profile, usize)> {
    (2_usize..=5).prop_flat_map(|n| {
        let ballot = (Just((0..n).collect::<Vec<_>>()).prop_shuffle(), 0..=n)
            .prop_map(|(ranking, len)| ranking[..len].to_vec());
        let profile = proptest::collection::vec(ballot, 0..=9)
            .prop_map(move |ballots| Profile::new(n, ballots).unwrap());
        (profile, 1..=n)
    })
}

/// All sets of so many options.
fn sets(options: usize, size: usize) -> Vec<Vec<usize>> {
    let all = (0_u32..1 << options)
        .map(|bits| (0..options).filter(|i| bits >> i & 1 == 1).collect::<Vec<usize>>());
    all.filter(|set| set.len() == size).collect()
}

fn holds(set: &[usize], part: &[usize]) -> bool {
    part.iter().all(|o| set.contains(o))
}

/// Extended justified representation: where ℓ places' worth of voters agree on ℓ options, one of
/// them has ℓ members.
fn extended_representation(p: &Profile, k: usize, committee: &[usize]) -> bool {
    (1..=k).all(|l| {
        sets(p.options(), l).iter().all(|agreed| {
            let members = |b: &Vec<usize>| b.iter().filter(|o| committee.contains(o)).count();
            let poor = p.ballots().iter().filter(|b| holds(b, agreed) && members(b) < l).count();
            poor == 0 || poor * k < l * p.ballots().len()
        })
    })
}

/// Proportional justified representation: such voters have ℓ members together.
fn proportional_representation(p: &Profile, k: usize, committee: &[usize]) -> bool {
    (1..=k).all(|l| {
        sets(p.options(), l).iter().all(|agreed| {
            let few = sets(p.options(), l - 1);
            few.iter().filter(|few| holds(committee, few)).all(|few| {
                let mine = |b: &Vec<usize>| {
                    b.iter().filter(|o| committee.contains(o)).all(|o| few.contains(o))
                };
                let poor = p.ballots().iter().filter(|b| holds(b, agreed) && mine(b)).count();
                poor == 0 || poor * k < l * p.ballots().len()
            })
        })
    })
}

/// Proportionality for solid coalitions: voters who put the same options first, in whatever order,
/// and who have ℓ quotas, have ℓ of these options, or all.
fn solid_coalitions(p: &Profile, committee: &[usize], quotas: impl Fn(usize) -> usize) -> bool {
    (1..=p.options()).all(|size| {
        sets(p.options(), size).iter().all(|solid| {
            let first = |b: &Vec<usize>| b.len() >= size && holds(&b[..size], solid);
            let coalition = p.ballots().iter().filter(|b| first(b)).count();
            let members = solid.iter().filter(|o| committee.contains(o)).count();
            members >= quotas(coalition).min(size)
        })
    })
}

/// PAV by its definition: 60 parts, enough for five places.
fn pav_by_definition(p: &Profile, k: usize) -> Vec<Vec<usize>> {
    let parts = [0, 60, 90, 110, 125, 137];
    let score = |committee: &Vec<usize>| -> usize {
        let members = |b: &Vec<usize>| b.iter().filter(|o| committee.contains(o)).count();
        p.ballots().iter().map(|b| parts[members(b)]).sum()
    };
    let all = sets(p.options(), k);
    let most = all.iter().map(score).max().unwrap();
    let mut best: Vec<Vec<usize>> = all.into_iter().filter(|c| score(c) == most).collect();
    best.sort();
    best
}

proptest! {
    #[test]
    fn nobody_depends_on_the_order_of_ballots(
        ((p, k), shuffled) in elections().prop_flat_map(|(p, k)| {
            let shuffled = Just(p.ballots().to_vec()).prop_shuffle();
            (Just((p, k)), shuffled)
        })
    ) {
        let shuffled = Profile::new(p.options(), shuffled).unwrap();
        for (name, method) in METHODS {
            for ties in [Ties::Parallel, Ties::FirstListed] {
                prop_assert_eq!(method(&p, k, ties), method(&shuffled, k, ties), "{}", name);
            }
        }
    }

    #[test]
    fn no_option_is_favoured(
        ((p, k), names) in elections().prop_flat_map(|(p, k)| {
            let names = Just((0..p.options()).collect::<Vec<_>>()).prop_shuffle();
            (Just((p, k)), names)
        })
    ) {
        let rename = |list: &Vec<usize>| list.iter().map(|o| names[*o]).collect::<Vec<_>>();
        let renamed = Profile::new(p.options(), p.ballots().iter().map(rename).collect()).unwrap();
        for (name, method) in METHODS {
            let mut expected: Vec<Vec<usize>> =
                method(&p, k, Ties::Parallel).unwrap().iter().map(rename).collect();
            expected.iter_mut().for_each(|c| c.sort_unstable());
            expected.sort();
            prop_assert_eq!(method(&renamed, k, Ties::Parallel).unwrap(), expected, "{}", name);
        }
    }

    #[test]
    fn the_first_listed_policy_elects_one_of_the_parallel_committees((p, k) in elections()) {
        for (name, method) in METHODS {
            let one = method(&p, k, Ties::FirstListed).unwrap();
            prop_assert_eq!(one.len(), 1, "{}", name);
            prop_assert!(method(&p, k, Ties::Parallel).unwrap().contains(&one[0]), "{}", name);
        }
    }

    #[test]
    fn all_places_are_filled((p, k) in elections()) {
        for (name, method) in METHODS {
            for committee in method(&p, k, Ties::Parallel).unwrap() {
                let filled = if name == "equal shares" { committee.len() <= k } else { committee.len() == k };
                prop_assert!(filled, "{}: {:?}", name, committee);
            }
        }
    }

    #[test]
    fn one_more_place_takes_nobody_out_of_sequential_committees((p, k) in elections()) {
        prop_assume!(k < p.options());
        let monotone: [(&str, Method); 3] = [
            ("sequential pav", sequential_pav),
            ("reverse sequential pav", reverse_pav),
            ("phragmén", phragmen::sequential),
        ];
        for (name, method) in monotone {
            let fewer = method(&p, k, Ties::FirstListed).unwrap();
            let more = method(&p, k + 1, Ties::FirstListed).unwrap();
            prop_assert!(holds(&more[0], &fewer[0]), "{}", name);
        }
    }

    #[test]
    fn pav_and_equal_shares_represent_groups_that_agree((p, k) in elections()) {
        let methods: [(&str, Method); 3] =
            [("pav", pav), ("equal shares", equal_shares), ("completed", completed_shares)];
        for (name, method) in methods {
            for committee in method(&p, k, Ties::Parallel).unwrap() {
                prop_assert!(extended_representation(&p, k, &committee), "{}: {:?}", name, committee);
            }
        }
        for committee in phragmen::sequential(&p, k, Ties::Parallel).unwrap() {
            prop_assert!(proportional_representation(&p, k, &committee), "{:?}", committee);
        }
    }

    #[test]
    fn transferable_votes_represent_solid_coalitions((p, k) in elections()) {
        let voters = p.ballots().iter().filter(|b| !b.is_empty()).count();
        // The Scottish quota is whole: of one voter with two places it is one, which fills one.
        for committee in scottish::elected(&p, k, Ties::Parallel).unwrap() {
            let quotas = |coalition: usize| coalition / (voters / (k + 1) + 1);
            prop_assert!(solid_coalitions(&p, &committee, quotas), "{:?}", committee);
        }
        // More than ℓ/(k + 1) of the voters have ℓ quotas of Meek's.
        for committee in meek::elected(&p, k, Ties::Parallel).unwrap() {
            let more = |l: &usize, coalition: usize| coalition * (k + 1) > l * voters;
            let quotas = |coalition| (0..=k).rev().find(|l| more(l, coalition)).unwrap_or(0);
            prop_assert!(solid_coalitions(&p, &committee, quotas), "{:?}", committee);
        }
    }

    #[test]
    fn no_vote_is_lost_or_made((p, k) in elections()) {
        let valid = p.ballots().iter().filter(|b| !b.is_empty()).count();
        for count in scottish::counts(&p, k, Ties::Parallel).unwrap() {
            for stage in count.stages {
                let held: u64 = stage.votes.iter().sum();
                prop_assert_eq!(held + stage.non_transferable, u64::try_from(valid).unwrap() * VOTE);
            }
        }
        for count in meek::counts(&p, k, Ties::Parallel).unwrap() {
            for round in count.rounds {
                prop_assert!(round.votes.iter().sum::<u128>() <= u128::try_from(valid).unwrap() * meek::ONE);
            }
        }
    }

    #[test]
    fn pav_is_its_definition((p, k) in elections()) {
        prop_assert_eq!(pav(&p, k, Ties::Parallel).unwrap(), pav_by_definition(&p, k));
    }

    #[test]
    fn a_committee_of_one_has_the_most_approvals((p, _) in elections()) {
        let mut best = most(&marks(&p), 1);
        best.elected.append(&mut best.tied);
        let best: Vec<Vec<usize>> = best.elected.into_iter().map(|o| vec![o]).collect();
        let methods: [Method; 5] =
            [pav, coverage, sequential_pav, phragmen::sequential, completed_shares];
        for method in methods {
            prop_assert_eq!(&method(&p, 1, Ties::Parallel).unwrap(), &best);
        }
    }

    #[test]
    fn budgets_are_kept_and_spent(
        (p, _) in elections(), costs in proptest::collection::vec(1_u64..9, 5), budget in 0_u64..25
    ) {
        let costs = &costs[..p.options()];
        let spent = |set: &Vec<usize>| set.iter().map(|o| costs[*o]).sum::<u64>();
        let votes = marks(&p);
        for measure in [Measure::Votes, Measure::VotesForCost] {
            for set in budget::greedy(&p, costs, budget, measure, Ties::Parallel).unwrap() {
                prop_assert!(spent(&set) <= budget);
                // Nothing with a vote would still fit.
                let fits = |o: &usize| !set.contains(o) && votes[*o] > 0 && spent(&set) + costs[*o] <= budget;
                prop_assert!(!(0..p.options()).any(|o| fits(&o)));
            }
        }
        for utility in [Utility::Cost, Utility::Cardinality] {
            let funded = |completion| {
                budget::equal_shares(&p, costs, budget, utility, completion, Ties::Parallel).unwrap()
            };
            let completed = funded(budget::Completion::Greedy);
            for set in funded(budget::Completion::None) {
                prop_assert!(spent(&set) <= budget);
                prop_assert!(completed.iter().any(|more| holds(more, &set)));
            }
        }
    }

    #[test]
    fn a_budget_of_equal_costs_is_a_committee((p, k) in elections()) {
        let costs = vec![1; p.options()];
        let budget = u64::try_from(k).unwrap();
        for utility in [Utility::Cost, Utility::Cardinality] {
            let none = budget::Completion::None;
            let funded = budget::equal_shares(&p, &costs, budget, utility, none, Ties::Parallel);
            prop_assert_eq!(funded, equal_shares(&p, k, Ties::Parallel));
        }
    }
}
