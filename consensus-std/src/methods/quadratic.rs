//! Quadratic voting: n votes cost n² credits.
//!
//! In: for each ballot credits on options, for or (negative) against; together at most a budget. Credits
//! c buy √c votes, rounded down to a thousandth of a vote: the whole root of c · 1,000,000 is the
//! thousandths. Holds: the greatest sum of votes wins. Ties: all with the greatest. Source: Posner and
//! Weyl, "Voting squared", 2015.

/// The thousandths of a vote that credits buy: `⌊√(credits · 10⁶)⌋`, with the sign of the credits.
#[must_use]
pub fn thousandths(credits: i64) -> i64 {
    let root = (u128::from(credits.unsigned_abs()) * 1_000_000).isqrt();
    let root = i64::try_from(root).unwrap_or(i64::MAX);
    if credits < 0 { -root } else { root }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_rounded_towards_nothing() {
        assert_eq!(
            [0, 1, 2, 3, 4, 9, 10].map(thousandths),
            [0, 1_000, 1_414, 1_732, 2_000, 3_000, 3_162]
        );
        assert_eq!(thousandths(-2), -1_414);
        assert_eq!(thousandths(i64::MAX), 3_037_000_499_976);
    }
}
