//! Liquid delegation: a member votes, or names another member to vote for them, who may name a third.
//!
//! In: members; votes, each of a member; delegations, each from a member to a member. A vote of one's
//! own overrides a delegation. A weight follows delegations until it comes to a vote. It abstains where
//! the chain comes to somebody who has done neither, runs in a circle, or comes to somebody who has
//! contradicted themselves: two different votes, or no vote and two different delegations. Holds: the
//! weight of a vote is one for each member whose chain ends at it. Ties: none. Source: Ford, "Delegative
//! democracy", 2002.

/// Where each member's weight goes: the member whose vote it joins, or nobody.
///
/// `votes` says of each member whether they have a vote that counts; `delegates` whom they name, where
/// they have neither voted nor contradicted themselves.
#[must_use]
pub fn ends(votes: &[bool], delegates: &[Option<usize>]) -> Vec<Option<usize>> {
    let members = votes.len();
    let mut ends: Vec<Option<Option<usize>>> =
        votes.iter().enumerate().map(|(m, votes)| votes.then_some(Some(m))).collect();
    for start in 0..members {
        let mut chain = Vec::new();
        let mut at = Some(start);
        // A chain longer than there are members has gone round.
        let end = loop {
            match at {
                None => break None,
                Some(member) => match ends.get(member).copied().flatten() {
                    Some(end) => break end,
                    None if chain.len() > members => break None,
                    None => {
                        chain.push(member);
                        at = delegates.get(member).copied().flatten();
                    }
                },
            }
        };
        for member in chain {
            if let Some(place) = ends.get_mut(member) {
                *place = Some(end);
            }
        }
    }
    ends.into_iter().map(Option::flatten).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_ends_at_a_vote_and_a_circle_nowhere() {
        // 0 votes; 1 → 0; 2 → 1; 3 → 4 → 3; 5 → 3; 6 does nothing; 7 → 6.
        let votes = [true, false, false, false, false, false, false, false];
        let delegates = [None, Some(0), Some(1), Some(4), Some(3), Some(3), None, Some(6)];
        let expected = [Some(0), Some(0), Some(0), None, None, None, None, None];
        assert_eq!(ends(&votes, &delegates), expected);
    }

    #[test]
    fn a_vote_overrides_a_delegation() {
        assert_eq!(ends(&[true, true], &[Some(1), Some(0)]), [Some(0), Some(1)]);
    }
}
