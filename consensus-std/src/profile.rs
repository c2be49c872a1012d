//! A profile: how many options there are, and what everybody put on the ballot.

/// Ballots over the options `0..options`. What a ballot's list means is the method's: a ranking
/// from best to worst, or a set of approved options. Invariant, kept by [`Profile::new`]: every
/// option on a ballot is below `options`, and stands there once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    options: usize,
    ballots: Vec<Vec<usize>>,
}

impl Profile {
    /// `None` where a ballot names an option that is not there, or one twice.
    #[must_use]
    pub fn new(options: usize, ballots: Vec<Vec<usize>>) -> Option<Self> {
        let sound = |ballot: &Vec<usize>| {
            let mut seen = vec![false; options];
            ballot.iter().all(|o| seen.get_mut(*o).is_some_and(|s| !std::mem::replace(s, true)))
        };
        ballots.iter().all(sound).then_some(Self { options, ballots })
    }

    /// How many options there are.
    #[must_use]
    pub fn options(&self) -> usize {
        self.options
    }

    /// The ballots.
    #[must_use]
    pub fn ballots(&self) -> &[Vec<usize>] {
        &self.ballots
    }
}

/// The places of the greatest number: all of them where all are equal.
#[must_use]
pub fn greatest<N: Ord + Copy>(numbers: &[N]) -> Vec<usize> {
    let best = numbers.iter().max().copied();
    (0..numbers.len()).filter(|i| numbers.get(*i).copied() == best).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ballot_with_a_strange_or_repeated_option_is_no_profile() {
        assert!(Profile::new(3, vec![vec![0, 2], vec![]]).is_some());
        assert!(Profile::new(3, vec![vec![3]]).is_none());
        assert!(Profile::new(3, vec![vec![1, 1]]).is_none());
    }

    #[test]
    fn the_greatest_are_all_that_tie_in_order() {
        assert_eq!(greatest(&[1, 3, 2, 3]), [1, 3]);
        assert_eq!(greatest(&[0, 0]), [0, 1]);
        assert_eq!(greatest::<u64>(&[]), Vec::<usize>::new());
    }
}
