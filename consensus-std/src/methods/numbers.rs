//! One number from many: medians, means without the extremes, spread, the most frequent.
//!
//! In: numbers, in any order. Quartiles are medians of halves, without the median itself where the
//! number of values is odd (Tukey's hinges have it in; Moore and McCabe, "Introduction to the
//! practice of statistics", 1989, do not: theirs are used here). Means and medians between two
//! values are exact where 28 digits suffice, else rounded half to even by `rust_decimal`; sums that
//! do not fit are refused. Nothing ties but the most frequent value: there all are given.

use rust_decimal::Decimal;

/// The values in order, least first.
#[must_use]
pub fn ordered<N: Ord + Clone>(values: &[N]) -> Vec<N> {
    let mut ordered = values.to_vec();
    ordered.sort();
    ordered
}

/// The lower of the two values in the middle, or the one in the middle.
#[must_use]
pub fn median_low<N: Ord + Clone>(values: &[N]) -> Option<N> {
    ordered(values).get(values.len().saturating_sub(1) / 2).cloned()
}

/// The upper of the two values in the middle, or the one in the middle.
#[must_use]
pub fn median_high<N: Ord + Clone>(values: &[N]) -> Option<N> {
    ordered(values).get(values.len() / 2).cloned()
}

/// The mean of the two.
#[must_use]
pub fn median(values: &[Decimal]) -> Option<Decimal> {
    mean(&[median_low(values)?, median_high(values)?])
}

/// The sum by the number of values.
#[must_use]
pub fn mean(values: &[Decimal]) -> Option<Decimal> {
    let sum = values.iter().try_fold(Decimal::ZERO, |sum, value| sum.checked_add(*value))?;
    sum.checked_div(Decimal::from(values.len()))
}

/// The mean without the ⌊n·p/q⌋ least and as many greatest values, where p/q is below one half.
#[must_use]
pub fn trimmed_mean(values: &[Decimal], p: u64, q: u64) -> Option<Decimal> {
    let wide = u128::try_from(values.len()).ok()?;
    let cut = usize::try_from((wide * u128::from(p)).checked_div(u128::from(q))?).ok()?;
    let ordered = ordered(values);
    mean(ordered.get(cut..values.len().checked_sub(cut)?)?)
}

/// The first and the third quartile. Of one value both are that value.
#[must_use]
pub fn quartiles(values: &[Decimal]) -> Option<(Decimal, Decimal)> {
    let ordered = ordered(values);
    if let [only] = ordered.as_slice() {
        return Some((*only, *only));
    }
    let half = ordered.len() / 2;
    let lower = ordered.get(..half)?;
    let upper = ordered.get(ordered.len().checked_sub(half)?..)?;
    Some((median(lower)?, median(upper)?))
}

/// The third quartile less the first.
#[must_use]
pub fn interquartile_range(values: &[Decimal]) -> Option<Decimal> {
    let (first, third) = quartiles(values)?;
    third.checked_sub(first)
}

/// The values that are there most often, each once, least first.
#[must_use]
pub fn modes<N: Ord + Clone>(values: &[N]) -> Vec<N> {
    let mut counts: std::collections::BTreeMap<&N, usize> = std::collections::BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let most = counts.values().max().copied();
    let modes = counts.into_iter().filter(|(_, n)| Some(*n) == most);
    modes.map(|(value, _)| value.clone()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimals(numbers: &[i64]) -> Vec<Decimal> {
        numbers.iter().map(|n| Decimal::from(*n)).collect()
    }

    #[test]
    fn a_textbook_sample() {
        // Moore and McCabe's way: quartiles 15 and 43 of eleven values around the median 40.
        let sample = decimals(&[6, 7, 15, 36, 39, 40, 41, 42, 43, 47, 49]);
        assert_eq!(median(&sample), Some(Decimal::from(40)));
        assert_eq!(quartiles(&sample), Some((Decimal::from(15), Decimal::from(43))));
        let sample = decimals(&[7, 15, 36, 39, 40, 41]);
        assert_eq!(median(&sample), Some(Decimal::new(375, 1)));
        assert_eq!(quartiles(&sample), Some((Decimal::from(15), Decimal::from(40))));
        assert_eq!(median_low(&[4, 1, 3, 2]), Some(2));
        assert_eq!(median_high(&[4, 1, 3, 2]), Some(3));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn a_trimmed_mean_cuts_a_share_on_either_side() {
        let sample = decimals(&[
            92, 19, 101, 58, 1053, 91, 26, 78, 10, 13, -40, 101, 86, 85, 15, 89, 89, 28, -5, 41,
        ]);
        // Of twenty values 5 % are one on either side: -40 and 1053 go.
        assert_eq!(trimmed_mean(&sample, 1, 20), Some(Decimal::new(565, 1)));
        assert_eq!(trimmed_mean(&sample, 0, 1), Some(Decimal::new(1015, 1)));
    }

    #[test]
    fn most_frequent_are_all_that_tie() {
        assert_eq!(modes(&[3, 1, 3, 1, 2]), [1, 3]);
        assert_eq!(modes::<u8>(&[]), Vec::<u8>::new());
    }

    proptest! {
        #[test]
        fn nobody_depends_on_the_order_of_values(
            (numbers, shuffled) in proptest::collection::vec(-50_i64..50, 1..12)
                .prop_flat_map(|n| (Just(n.clone()), Just(n).prop_shuffle()))
        ) {
            let (a, b) = (decimals(&numbers), decimals(&shuffled));
            prop_assert_eq!(median(&a), median(&b));
            prop_assert_eq!(trimmed_mean(&a, 1, 4), trimmed_mean(&b, 1, 4));
            prop_assert_eq!(quartiles(&a), quartiles(&b));
            prop_assert_eq!(modes(&a), modes(&b));
        }

        #[test]
        fn one_liar_among_three_moves_a_median_no_further_than_the_others(
            honest in (-50_i64..50, -50_i64..50), lie in -5_000_i64..5_000
        ) {
            let median = median(&decimals(&[honest.0, honest.1, lie])).unwrap();
            prop_assert!(median >= Decimal::from(honest.0.min(honest.1)));
            prop_assert!(median <= Decimal::from(honest.0.max(honest.1)));
        }

        #[test]
        fn as_many_values_are_below_a_median_as_above(
            numbers in proptest::collection::vec(-50_i64..50, 1..12)
        ) {
            let values = decimals(&numbers);
            let median = median(&values).unwrap();
            let half = values.len() / 2;
            prop_assert!(values.iter().filter(|v| **v < median).count() <= half);
            prop_assert!(values.iter().filter(|v| **v > median).count() <= half);
        }
    }
}
