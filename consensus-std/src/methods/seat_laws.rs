//! Laws of apportionment over random counts, and each divisor against its definition.

use proptest::prelude::*;

use super::quotas::{Quota, above_threshold, largest_remainder};
use super::seats::{Divisors, Seats, highest_averages};

const DIVISORS: [Divisors; 6] = [
    Divisors::DHondt,
    Divisors::SainteLague,
    Divisors::ModifiedSainteLague,
    Divisors::Danish,
    Divisors::Imperiali,
    Divisors::HuntingtonHill,
];
const QUOTAS: [Quota; 4] = [Quota::Hare, Quota::Droop, Quota::HagenbachBischoff, Quota::Imperiali];

/// The House of Representatives of 1790: the free-and-three-fifths populations of fifteen states.
const STATES_1790: [u64; 15] = [
    630_560, 475_327, 432_879, 353_523, 331_589, 278_514, 236_841, 206_236, 179_570, 141_822,
    85_533, 70_835, 68_705, 68_446, 55_540,
];

#[test]
fn the_first_apportionment_of_the_house() {
    // Balinski and Young, "Fair representation", 1982: Jefferson's method is d'Hondt's, Webster's
    // is Sainte-Laguë's, Hamilton's the largest remainder. Jefferson's 105 seats became law.
    let with = |divisors| highest_averages(&STATES_1790, 105, divisors).seats;
    assert_eq!(with(Divisors::DHondt), [19, 14, 13, 10, 10, 8, 7, 6, 5, 4, 2, 2, 2, 2, 1]);
    assert_eq!(with(Divisors::SainteLague), [18, 14, 13, 10, 10, 8, 7, 6, 5, 4, 2, 2, 2, 2, 2]);
    // Hamilton's bill of 120 seats, which Washington vetoed.
    assert_eq!(
        largest_remainder(&STATES_1790, 120, Quota::Hare).seats,
        [21, 16, 14, 12, 11, 9, 8, 7, 6, 5, 3, 2, 2, 2, 2]
    );
}

#[test]
fn five_divisors_give_five_houses() {
    // Worked by hand: quotients for d'Hondt 53, 26.5, 24, 23, 17.7, 13.3, 12; for Imperiali 26.5,
    // 17.7, 13.3, 12, 11.5, 10.6, 8.8.
    let votes = [53_000, 24_000, 23_000];
    let with = |divisors| highest_averages(&votes, 7, divisors).seats;
    assert_eq!(with(Divisors::DHondt), [4, 2, 1]);
    assert_eq!(with(Divisors::SainteLague), [3, 2, 2]);
    assert_eq!(with(Divisors::Danish), [3, 2, 2]);
    assert_eq!(with(Divisors::Imperiali), [5, 1, 1]);
    // A list with few votes: its first seat costs 1.4 instead of 1, and nothing by Huntington-Hill.
    let votes = [60, 29, 9];
    assert_eq!(highest_averages(&votes, 6, Divisors::SainteLague).seats, [3, 2, 1]);
    assert_eq!(highest_averages(&votes, 6, Divisors::ModifiedSainteLague).seats, [4, 2, 0]);
    assert_eq!(highest_averages(&votes, 3, Divisors::HuntingtonHill).seats, [1, 1, 1]);
    assert_eq!(highest_averages(&[60, 29, 0], 2, Divisors::HuntingtonHill).seats, [1, 1, 0]);
}

#[test]
fn quotas_that_are_small_take_seats_back() {
    // Imperiali: 100/(3 + 2) = 20 gives 3 + 1 = 4 of three seats; the smaller rest gives one up.
    let given = largest_remainder(&[67, 33], 3, Quota::Imperiali);
    assert_eq!(given.seats, [2, 1]);
    // Level rests: each gives one up, and one is left.
    let given = largest_remainder(&[50, 50], 3, Quota::Imperiali);
    assert_eq!(given, Seats { seats: vec![1, 1], left: 1, tied: vec![0, 1] });
    // Six parties, ten seats: the quotas are 10,000 and 9,091.
    let votes = [47_000, 16_000, 15_800, 12_000, 6_100, 3_100];
    assert_eq!(largest_remainder(&votes, 10, Quota::Hare).seats, [5, 2, 1, 1, 1, 0]);
    assert_eq!(largest_remainder(&votes, 10, Quota::Droop).seats, [5, 2, 2, 1, 0, 0]);
}

#[test]
fn exactly_the_threshold_reaches_it() {
    assert_eq!(above_threshold(&[95, 5, 4], 5, 104), [0, 1]);
    assert_eq!(above_threshold(&[95, 5], 1, 20), [0, 1]);
    assert_eq!(above_threshold(&[96, 4], 1, 20), [0]);
}

fn votes() -> impl Strategy<Value = Vec<u64>> {
    proptest::collection::vec(0_u64..200, 1..6)
}

proptest! {
    #[test]
    fn every_seat_is_given_or_left(votes in votes(), seats in 0_u64..30) {
        let mut all: Vec<Seats> =
            DIVISORS.iter().map(|d| highest_averages(&votes, seats, *d)).collect();
        all.extend(QUOTAS.iter().map(|q| largest_remainder(&votes, seats, *q)));
        for given in all {
            prop_assert_eq!(given.seats.iter().sum::<u64>() + given.left, seats);
            prop_assert_eq!(given.left == 0, given.tied.is_empty());
        }
    }

    #[test]
    fn one_more_seat_takes_none_away(votes in votes(), seats in 0_u64..30) {
        // House monotonicity, which no quota has (the Alabama paradox).
        for divisors in DIVISORS {
            let fewer = highest_averages(&votes, seats, divisors);
            let more = highest_averages(&votes, seats + 1, divisors);
            prop_assert!(fewer.seats.iter().zip(&more.seats).all(|(a, b)| a <= b), "{:?}", divisors);
        }
    }

    #[test]
    fn no_next_quotient_is_above_a_last_one(votes in votes(), seats in 0_u64..30) {
        for divisors in DIVISORS {
            let given = highest_averages(&votes, seats, divisors).seats;
            for (a, next) in votes.iter().zip(&given) {
                for (b, last) in votes.iter().zip(&given).filter(|(_, last)| **last > 0) {
                    let order = divisors.order((*a, *next), (*b, last - 1));
                    prop_assert!(order.is_le(), "{:?}", divisors);
                }
            }
        }
    }

    #[test]
    fn who_has_more_votes_has_no_fewer_seats(votes in votes(), seats in 0_u64..30) {
        for quota in QUOTAS {
            let given = largest_remainder(&votes, seats, quota);
            // Who gave a seat up in a tie may have one fewer than who has fewer votes.
            prop_assume!(given.tied.is_empty());
            for (a, mine) in votes.iter().zip(&given.seats) {
                for (b, theirs) in votes.iter().zip(&given.seats) {
                    prop_assert!(a < b || mine >= theirs, "{:?} {:?}", quota, given);
                }
            }
        }
    }
}
