//! Seats in proportion to votes.
//!
//! In: votes for each list, and how many seats there are. Highest averages: seats go one by one to
//! the list with the greatest votes/divisor, where the divisor grows with the seats it has
//! ([`Divisors`]). Largest remainder: each list
//! has the whole part of its share, and the seats that are left go to the largest remainders
//! (Hare, Hamilton). All comparisons are exact. Ties: where more lists are level than there are
//! seats left, nobody gets these; they are [`Seats::left`], and the lists [`Seats::tied`].

use std::cmp::Ordering;

pub use crate::methods::divisors::Divisors;

/// Who has how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seats {
    /// The seats of each list that are beyond doubt.
    pub seats: Vec<u64>,
    /// Seats that are left because of a tie.
    pub left: u64,
    /// The lists that are level for them, in order; empty where none are left.
    pub tied: Vec<usize>,
}

/// Highest averages. Takes lists × seats steps.
#[must_use]
pub fn highest_averages(votes: &[u64], seats: u64, divisors: Divisors) -> Seats {
    let mut given = none_given(votes, seats);
    while given.left > 0 && given.tied.is_empty() {
        let next = leaders(votes, &given.seats, divisors);
        if !give(&mut given, next) {
            break;
        }
    }
    given
}

/// The beginning; where nobody has a vote, the end.
fn none_given(votes: &[u64], seats: u64) -> Seats {
    let nothing = seats > 0 && votes.iter().all(|v| *v == 0);
    let tied = if nothing { (0..votes.len()).collect() } else { Vec::new() };
    Seats { seats: vec![0; votes.len()], left: seats, tied }
}

/// The lists with votes that have the greatest quotient.
fn leaders(votes: &[u64], seats: &[u64], divisors: Divisors) -> Vec<usize> {
    let mut leaders = Vec::new();
    let mut best: Option<(u64, u64)> = None;
    for (list, (votes, seats)) in votes.iter().zip(seats).enumerate().filter(|(_, l)| *l.0 > 0) {
        let own = (*votes, *seats);
        match best.map_or(Ordering::Greater, |best| divisors.order(own, best)) {
            Ordering::Greater => {
                best = Some(own);
                leaders = vec![list];
            }
            Ordering::Equal => leaders.push(list),
            Ordering::Less => {}
        }
    }
    leaders
}

/// A seat for each of these, or, where there are not enough, for none: then they are tied.
fn give(given: &mut Seats, to: Vec<usize>) -> bool {
    let wanted = u64::try_from(to.len()).unwrap_or(u64::MAX);
    if wanted == 0 {
        return false;
    }
    if wanted > given.left {
        given.tied = to;
        return false;
    }
    for list in to {
        if let Some(seats) = given.seats.get_mut(list) {
            *seats = seats.saturating_add(1);
        }
    }
    given.left = given.left.saturating_sub(wanted);
    true
}

/// Largest remainder with the Hare quota, votes cast by seats.
#[must_use]
pub fn largest_remainder(votes: &[u64], seats: u64) -> Seats {
    let mut given = none_given(votes, seats);
    if !given.tied.is_empty() {
        return given;
    }
    let cast: u128 = votes.iter().map(|v| u128::from(*v)).sum();
    let share = |v: &u64| u128::from(*v) * u128::from(seats);
    let whole = |v: &u64| share(v).checked_div(cast).unwrap_or(0);
    given.seats = votes.iter().map(|v| u64::try_from(whole(v)).unwrap_or(0)).collect();
    given.left = seats.saturating_sub(given.seats.iter().sum());
    let mut remainders: Vec<(u128, usize)> =
        votes.iter().map(|v| share(v).checked_rem(cast).unwrap_or(0)).zip(0..).collect();
    while given.left > 0 {
        let most = remainders.iter().map(|(r, _)| *r).max().unwrap_or(0);
        let (next, rest) = remainders.into_iter().partition(|(r, _)| *r == most);
        remainders = rest;
        let next: Vec<(u128, usize)> = next;
        if !give(&mut given, next.into_iter().map(|(_, list)| list).collect()) {
            break;
        }
    }
    given
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Method = fn(&[u64], u64) -> Seats;

    fn dhondt(votes: &[u64], seats: u64) -> Seats {
        highest_averages(votes, seats, Divisors::DHondt)
    }
    fn sainte_lague(votes: &[u64], seats: u64) -> Seats {
        highest_averages(votes, seats, Divisors::SainteLague)
    }
    const METHODS: [Method; 3] = [dhondt, sainte_lague, largest_remainder];

    /// Slovakia, 29 February 2020: the lists above the threshold.
    const SLOVAKIA: [u64; 6] = [721_166, 527_172, 237_531, 229_660, 179_246, 166_325];
    /// New Zealand, 20 September 2014: party votes.
    const NEW_ZEALAND: [u64; 7] = [1_131_501, 604_535, 257_359, 208_300, 31_849, 16_689, 5_286];

    #[test]
    fn the_national_council_of_slovakia() {
        assert_eq!(largest_remainder(&SLOVAKIA, 150).seats, [53, 38, 17, 17, 13, 12]);
        assert_eq!(dhondt(&SLOVAKIA, 150).seats, [53, 39, 17, 16, 13, 12]);
    }

    #[test]
    fn the_house_of_new_zealand() {
        assert_eq!(sainte_lague(&NEW_ZEALAND, 120).seats, [60, 32, 14, 11, 2, 1, 0]);
    }

    #[test]
    fn level_lists_leave_the_seat_open() {
        let tie = Seats { seats: vec![1, 1], left: 1, tied: vec![0, 1] };
        for method in METHODS {
            assert_eq!(method(&[10, 10], 3), tie);
            assert_eq!(method(&[10, 10], 2).left, 0);
            assert_eq!(method(&[0, 0], 2), Seats { seats: vec![0, 0], left: 2, tied: vec![0, 1] });
            assert_eq!(method(&[5, 0], 3).seats, [3, 0]);
        }
    }

    proptest! {
        #[test]
        fn every_seat_is_given_or_left(
            votes in proptest::collection::vec(0_u64..200, 1..6), seats in 0_u64..30
        ) {
            for method in METHODS {
                let given = method(&votes, seats);
                prop_assert_eq!(given.seats.iter().sum::<u64>() + given.left, seats);
                prop_assert_eq!(given.left == 0, given.tied.is_empty());
            }
        }

        #[test]
        fn who_has_more_votes_has_no_fewer_seats(
            votes in proptest::collection::vec(0_u64..200, 2..6), seats in 0_u64..30
        ) {
            for method in METHODS {
                let given = method(&votes, seats).seats;
                for (a, b) in (0..votes.len()).flat_map(|a| (0..votes.len()).map(move |b| (a, b))) {
                    prop_assert!(votes[a] < votes[b] || given[a] >= given[b]);
                }
            }
        }

        #[test]
        fn largest_remainders_keep_the_quota(
            votes in proptest::collection::vec(1_u64..200, 1..6), seats in 0_u64..30
        ) {
            let cast: u64 = votes.iter().sum();
            let given = largest_remainder(&votes, seats).seats;
            for (votes, given) in votes.iter().zip(given) {
                prop_assert!(given >= votes * seats / cast);
                prop_assert!(given <= (votes * seats).div_ceil(cast));
            }
        }

        #[test]
        fn no_seat_moved_would_lower_the_dearest_seat_of_dhondt(
            votes in proptest::collection::vec(1_u64..200, 2..6), seats in 1_u64..30
        ) {
            // The definition: a common divisor fits, so no next quotient is above a last one given.
            for (k, method) in [(1, dhondt as Method), (2, sainte_lague)] {
                let given = method(&votes, seats).seats;
                let divisor = |n: u64| k * n + 1;
                for (a, b) in (0..votes.len()).flat_map(|a| (0..votes.len()).map(move |b| (a, b))) {
                    if given[b] > 0 {
                        let next = votes[a] * divisor(given[b] - 1);
                        prop_assert!(next <= votes[b] * divisor(given[a]));
                    }
                }
            }
        }
    }
}
