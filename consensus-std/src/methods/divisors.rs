//! Divisors of the highest averages: what a list's votes are divided by for its next seat.
//!
//! A list's n + 1st seat has the quotient votes/d(n). Sources: d'Hondt 1878 (Jefferson 1792);
//! Sainte-Laguë 1910 (Webster 1832); modified Sainte-Laguë, Sweden and Norway 1952, where the first
//! divisor is 1.4; the Danish method, 1, 4, 7, …, which favours small lists; Imperiali, 2, 3, 4, …,
//! which favours large ones; Huntington, Hill 1911: √(n(n + 1)), the geometric mean, by which every
//! list with a vote has a seat before any has two. All comparisons are exact: the squares of
//! quotients for Huntington and Hill, tenths for 1.4.

use std::cmp::Ordering;

/// A rule that gives out seats one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Divisors {
    /// 1, 2, 3, …
    DHondt,
    /// 1, 3, 5, …
    SainteLague,
    /// 1.4, 3, 5, …
    ModifiedSainteLague,
    /// 1, 4, 7, …
    Danish,
    /// 2, 3, 4, …
    Imperiali,
    /// 0, √2, √6, √12, …
    HuntingtonHill,
}

impl Divisors {
    /// The divisor after so many seats, in units of the rule; for Huntington and Hill its square.
    fn after(self, seats: u64) -> u128 {
        let seats = u128::from(seats);
        match self {
            Divisors::DHondt => seats + 1,
            Divisors::SainteLague => 2 * seats + 1,
            Divisors::ModifiedSainteLague if seats == 0 => 14,
            Divisors::ModifiedSainteLague => 20 * seats + 10,
            Divisors::Danish => 3 * seats + 1,
            Divisors::Imperiali => seats + 2,
            Divisors::HuntingtonHill => seats * (seats + 1),
        }
    }

    /// Which of two lists, each with its votes and the seats that it has, is ahead for the next
    /// seat. Votes are at most [`crate::limits::MAX_VOTES`] and seats at most
    /// [`crate::limits::MAX_SEATS`], so that no product overflows.
    #[must_use]
    pub fn order(self, a: (u64, u64), b: (u64, u64)) -> Ordering {
        let value = |(votes, _): (u64, u64)| match self {
            Divisors::HuntingtonHill => u128::from(votes) * u128::from(votes),
            _ => u128::from(votes),
        };
        let divisor = |(_, seats): (u64, u64)| self.after(seats);
        match (divisor(a), divisor(b)) {
            // Before the first seat a quotient is without bound; of two such, more votes are ahead.
            (0, 0) => value(a).cmp(&value(b)),
            (0, _) if a.0 > 0 => Ordering::Greater,
            (_, 0) if b.0 > 0 => Ordering::Less,
            (of_a, of_b) => (value(a) * of_b).cmp(&(value(b) * of_a)),
        }
    }
}
