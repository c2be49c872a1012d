//! Delphi: rounds of estimates until they are close together.
//!
//! In: the estimates of each round, and a bound. Holds: the first round whose interquartile range is
//! at most the bound ends the matter, and its median is the answer. A round without estimates has
//! none. How many rounds there may be is for the rules that ask. Nothing ties. Source: Dalkey,
//! Helmer, "An experimental application of the Delphi method to the use of experts", 1963; the
//! interquartile range as measure: von der Gracht, "Consensus measurement in Delphi studies", 2012.

use rust_decimal::Decimal;

use crate::methods::numbers::{interquartile_range, median};

/// A round that ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// Which, from 1.
    pub round: usize,
    /// Its median.
    pub median: Decimal,
    /// Its interquartile range.
    pub range: Decimal,
}

/// The first round that is close enough.
#[must_use]
pub fn agreed(rounds: &[Vec<Decimal>], bound: Decimal) -> Option<Agreed> {
    (1..).zip(rounds).find_map(|(round, estimates)| {
        let range = interquartile_range(estimates).filter(|range| *range <= bound)?;
        Some(Agreed { round, median: median(estimates)?, range })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_close_round_is_the_answer() {
        let round = |numbers: [i64; 5]| numbers.map(Decimal::from).to_vec();
        let rounds =
            [round([10, 20, 30, 60, 90]), round([20, 28, 30, 34, 90]), round([30, 30, 30, 30, 30])];
        let agreed = |bound: i64| agreed(&rounds, Decimal::from(bound)).map(|a| a.round);
        // Interquartile ranges are 60, 38 and 0.
        assert_eq!(agreed(60), Some(1));
        assert_eq!(agreed(38), Some(2));
        assert_eq!(agreed(37), Some(3));
        assert_eq!(agreed(-1), None);
    }
}
