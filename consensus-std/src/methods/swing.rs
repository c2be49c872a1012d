//! Swing: which side of a debate changed the most minds.
//!
//! In: each voter's side before and after. Only who voted both times is counted. Holds: the side
//! that has gained most voters wins, even where it lost the vote itself; as before and after have
//! the same voters, a difference of votes is one of shares. Ties: all that gained most. Source: the
//! Oxford-style debate as Intelligence Squared counts it.

use crate::profile::greatest;

/// Votes of a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// Before the debate.
    pub before: u64,
    /// After it.
    pub after: u64,
}

impl Side {
    /// What it gained, or lost.
    #[must_use]
    pub fn swing(self) -> i64 {
        let wide = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        wide(self.after) - wide(self.before)
    }
}

/// Counts the sides `0..sides` of voters that voted both times.
#[must_use]
pub fn count(sides: usize, voters: &[(usize, usize)]) -> Vec<Side> {
    let votes = |of: fn(&(usize, usize)) -> usize, side: usize| {
        let votes = voters.iter().filter(|v| of(v) == side).count();
        u64::try_from(votes).unwrap_or(u64::MAX)
    };
    let side = |s| Side { before: votes(|v| v.0, s), after: votes(|v| v.1, s) };
    (0..sides).map(side).collect()
}

/// The sides that gained most, in order.
#[must_use]
pub fn winners(sides: &[Side]) -> Vec<usize> {
    greatest(&sides.iter().map(|side| side.swing()).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_convinces_most_wins_a_lost_vote() {
        // For, against, undecided: 5 and 2 and 3 before, 5 and 4 and 1 after.
        let mut voters = vec![(0, 0); 5];
        voters.extend([(1, 1), (1, 1), (2, 1), (2, 1), (2, 2)]);
        let sides = count(3, &voters);
        assert_eq!(sides.iter().map(|s| s.swing()).collect::<Vec<_>>(), [0, 2, -2]);
        assert_eq!(winners(&sides), [1]);
        assert_eq!(sides.iter().map(|s| s.swing()).sum::<i64>(), 0);
    }

    #[test]
    fn without_a_change_all_sides_tie() {
        assert_eq!(winners(&count(2, &[(0, 0), (1, 1)])), [0, 1]);
    }
}
