//! Exact shares of a vote: halves, thirds, …, of which so many make a whole one.
//!
//! A share 1/k with k up to [`MAX_OPTIONS`] is a whole number of parts of the least common multiple
//! of 1 to that; it is below 2⁹¹, and times [`crate::limits::MAX_MARKS`] below 2¹⁰⁹, so sums fit 128
//! bits.

use crate::limits::MAX_OPTIONS;

/// The parts of which a whole vote is made where votes are split among up to `options`.
#[must_use]
pub fn whole(options: usize) -> u128 {
    let most = u128::try_from(options.min(MAX_OPTIONS)).unwrap_or(1);
    (1..=most).fold(1, |whole: u128, k| whole / divisor(whole, k) * k)
}

/// The greatest common divisor of two numbers above 0 (Euclid's way).
fn divisor(a: u128, b: u128) -> u128 {
    match a.checked_rem(b) {
        Some(0) => b,
        Some(rest) => divisor(b, rest),
        None => a.max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_share_is_whole_and_all_of_them_fit() {
        assert_eq!((whole(1), whole(6), whole(10)), (1, 60, 2_520));
        let most = whole(MAX_OPTIONS);
        assert!((1..=64).all(|k| most.is_multiple_of(k)));
        assert!(most.checked_mul(262_144).is_some() && most < 1 << 91);
    }
}
