//! Laws of opinion groups over random small conversations.

use proptest::prelude::*;

use super::opinion_groups::{Vote, Votes, opinions};

fn votes(row: &str) -> Votes {
    let vote = |c| match c {
        '+' => Some(Vote::Agree),
        '-' => Some(Vote::Disagree),
        '0' => Some(Vote::Pass),
        _ => None,
    };
    row.chars().map(vote).collect()
}

#[test]
fn two_camps_and_what_both_agree_with() {
    let rows = ["++-+", "++-.", "++0+", "--++", "--+0", "...+"];
    let participants: Vec<Votes> = rows.iter().map(|row| votes(row)).collect();
    let found = opinions(&participants, 4, 2);
    assert_eq!(found.groups, [vec![0, 1, 2], vec![3, 4]]);
    assert_eq!(found.left_out, [5]);
    // Of the first statement: (3 + 1)/(3 + 2) × (0 + 1)/(2 + 2). Of the last: 3/4 × 2/4.
    assert_eq!(found.consensus, [(4, 20), (4, 20), (3, 20), (6, 16)]);
}

#[test]
fn one_mind_is_one_group() {
    let participants = vec![votes("+-"); 4];
    let found = opinions(&participants, 2, 0);
    assert_eq!(found.groups, [vec![0, 1, 2, 3]]);
    assert_eq!(found.consensus, [(5, 6), (1, 6)]);
    assert!(opinions(&[], 2, 0).groups.is_empty());
}

fn conversations() -> impl Strategy<Value = Vec<Votes>> {
    let vote = prop_oneof![
        Just(None),
        Just(Some(Vote::Agree)),
        Just(Some(Vote::Pass)),
        Just(Some(Vote::Disagree))
    ];
    proptest::collection::vec(proptest::collection::vec(vote, 4), 0..10)
}

proptest! {
    #[test]
    fn everybody_is_in_one_group_or_left_out(participants in conversations(), floor in 0_usize..4) {
        let found = opinions(&participants, 4, floor);
        let mut all = found.groups.concat();
        for left_out in &found.left_out {
            let voted = participants[*left_out].iter().flatten().count();
            prop_assert!(voted < floor);
        }
        all.extend(found.left_out);
        all.sort_unstable();
        prop_assert_eq!(all, (0..participants.len()).collect::<Vec<_>>());
    }

    #[test]
    fn nobody_depends_on_the_order_of_participants(
        (participants, order) in conversations().prop_flat_map(|p| {
            let order = Just((0..p.len()).collect::<Vec<_>>()).prop_shuffle();
            (Just(p), order)
        })
    ) {
        let shuffled: Vec<Votes> = order.iter().map(|p| participants[*p].clone()).collect();
        let (a, b) = (opinions(&participants, 4, 1), opinions(&shuffled, 4, 1));
        prop_assert_eq!(a.consensus.clone(), b.consensus.clone());
        // Compared by what the members voted, as who votes alike may change places.
        let minds = |people: &[Votes], groups: &[Vec<usize>]| {
            let mind = |group: &Vec<usize>| {
                let mut votes: Vec<Votes> = group.iter().map(|p| people[*p].clone()).collect();
                votes.sort();
                votes
            };
            let mut minds: Vec<Vec<Votes>> = groups.iter().map(mind).collect();
            minds.sort();
            minds
        };
        prop_assert_eq!(minds(&participants, &a.groups), minds(&shuffled, &b.groups));
    }

    #[test]
    fn a_consensus_is_a_probability(participants in conversations()) {
        for (above, below) in opinions(&participants, 4, 1).consensus {
            prop_assert!(above <= below && above > 0);
        }
    }

    #[test]
    fn one_who_turns_to_agree_raises_the_consensus(
        mut participants in conversations(), one in 0_usize..10
    ) {
        prop_assume!(!participants.is_empty());
        let one = one % participants.len();
        participants[one][0] = Some(Vote::Disagree);
        let mut kinder = participants.clone();
        kinder[one][0] = Some(Vote::Agree);
        let (a, b) = (opinions(&participants, 4, 1), opinions(&kinder, 4, 1));
        // The new vote may move groups; within the same groups it raises the product.
        if a.groups == b.groups {
            let ((n, d), (m, e)) = (a.consensus[0], b.consensus[0]);
            prop_assert!(m * d > n * e);
        }
    }
}
