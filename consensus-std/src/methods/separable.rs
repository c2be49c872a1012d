//! Committees of those with the most points: each option's points depend on no other option.
//!
//! In: points, and how many places there are. Holds: a committee has the options with the most
//! points. Ties: those level for places of which there are too few are not in it; they are
//! [`Elected::tied`] for [`Elected::left`] places. The methods are named by what a ballot may do:
//! single non-transferable vote (one mark), limited vote (fewer marks than places), block vote (as
//! many), multi-winner approval (any number), and satisfaction approval (Brams, Kilgour,
//! "Satisfaction approval voting", 2014: each ballot shares one vote among those that it marks).

use num_bigint::BigUint;

use crate::methods::papers::{approvals, named};
use crate::profile::Profile;

/// Who is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elected {
    /// Beyond doubt, in order.
    pub elected: Vec<usize>,
    /// Level for the places that are left, in order; empty where none are left.
    pub tied: Vec<usize>,
    /// Places that are left because of a tie.
    pub left: usize,
}

/// Those with the most points.
#[must_use]
pub fn most<N: Ord>(points: &[N], places: usize) -> Elected {
    let above = |own: &N| points.iter().filter(|p| *p > own).count();
    let level = |own: &N| points.iter().filter(|p| *p == own).count();
    let (mut elected, mut tied) = (Vec::new(), Vec::new());
    for (option, own) in points.iter().enumerate() {
        let above = above(own);
        if above + level(own) <= places {
            elected.push(option);
        } else if above < places {
            tied.push(option);
        }
    }
    let left = if tied.is_empty() { 0 } else { places.saturating_sub(elected.len()) };
    Elected { elected, tied, left }
}

/// Marks of each option: single, limited, block and approval votes.
#[must_use]
pub fn marks(profile: &Profile) -> Vec<u64> {
    named(profile.options(), &approvals(profile))
}

/// Satisfaction of each option: the sum over the ballots that mark it of one by the marks on the
/// ballot, times the least common multiple of the sizes of ballots, which makes it whole.
#[must_use]
pub fn satisfaction(profile: &Profile) -> Vec<BigUint> {
    let papers = approvals(profile);
    let scale = papers.iter().fold(BigUint::from(1_u8), |scale, group| {
        let size = BigUint::from(group.marks.len());
        let common = gcd(scale.clone(), size.clone());
        scale * size / common
    });
    let mut points = vec![BigUint::ZERO; profile.options()];
    for group in &papers {
        let share = &scale * group.count / BigUint::from(group.marks.len());
        for mark in &group.marks {
            if let Some(sum) = points.get_mut(*mark) {
                *sum += &share;
            }
        }
    }
    points
}

fn gcd(a: BigUint, b: BigUint) -> BigUint {
    let (mut a, mut b) = (a, b);
    while b != BigUint::ZERO {
        (a, b) = (b.clone(), a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn level_options_leave_the_place_open() {
        let tie = Elected { elected: vec![2], tied: vec![0, 1], left: 1 };
        assert_eq!(most(&[3, 3, 5, 1], 2), tie);
        assert_eq!(most(&[3, 3, 5, 1], 3).elected, [0, 1, 2]);
        assert_eq!(most(&[0, 0], 1), Elected { elected: vec![], tied: vec![0, 1], left: 1 });
    }

    #[test]
    fn a_ballot_shares_its_vote() {
        // Brams and Kilgour: who approves of fewer gives each more.
        let ballots = vec![vec![0, 1], vec![2], vec![0, 1, 2]];
        let profile = Profile::new(3, ballots).unwrap();
        let points: Vec<BigUint> = [5_u8, 5, 8].map(BigUint::from).to_vec();
        assert_eq!(satisfaction(&profile), points);
    }

    proptest! {
        #[test]
        fn one_more_place_takes_nobody_out(
            points in proptest::collection::vec(0_u32..5, 1..8), places in 0_usize..7
        ) {
            let (fewer, more) = (most(&points, places), most(&points, places + 1));
            prop_assert!(fewer.elected.iter().all(|o| more.elected.contains(o)));
            prop_assert_eq!(
                fewer.elected.len() + fewer.left, places.min(points.len())
            );
        }
    }
}
