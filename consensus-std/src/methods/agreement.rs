//! Yes or no: thresholds on counts, compared exactly. Counts are of people or votes, never
//! negative; fractions are `p/q` and compared by multiplying, in 128 bits, so nothing is rounded.
//!
//! In every one of them nobody is not enough: with no member, or no vote cast, none of them holds.

/// A fraction `p/q` with `0 < p ≤ q`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    p: u64,
    q: u64,
}

impl Share {
    /// `None` unless `0 < p ≤ q`.
    #[must_use]
    pub fn new(p: u64, q: u64) -> Option<Self> {
        (p > 0 && p <= q).then_some(Self { p, q })
    }

    /// Whether `part` is at least this share of `whole`: `part·q ≥ p·whole`.
    #[must_use]
    pub fn reached(self, part: u64, whole: u64) -> bool {
        u128::from(part) * u128::from(self.q) >= u128::from(self.p) * u128::from(whole)
    }
}

/// Everybody said yes. Silence is not a yes.
#[must_use]
pub fn unanimity(yes: u64, members: u64) -> bool {
    members > 0 && yes == members
}

/// At least `k` said yes: two of three signatures.
#[must_use]
pub fn k_of_n(yes: u64, k: u64) -> bool {
    yes >= k
}

/// More yes than no among the votes cast. Abstentions are neither; a tie is not a majority.
#[must_use]
pub fn majority(yes: u64, no: u64) -> bool {
    yes > no
}

/// More than half of all members said yes, so that not voting works like a no.
#[must_use]
pub fn absolute_majority(yes: u64, members: u64) -> bool {
    u128::from(yes) * 2 > u128::from(members)
}

/// At least the share `p/q` of the votes cast is yes, and there is a yes: exactly two thirds is
/// two thirds.
#[must_use]
pub fn super_majority(yes: u64, no: u64, share: Share) -> bool {
    let p = u128::from(share.p);
    let cast = u128::from(yes) + u128::from(no);
    // No product overflows: each factor is below 2⁶⁵ and 2⁶³ where counts come from the language.
    yes > 0 && p.checked_mul(cast).is_some_and(|need| u128::from(yes) * u128::from(share.q) >= need)
}

/// At least the share `p/q` of the members took part, and somebody did.
#[must_use]
pub fn quorum(cast: u64, members: u64, share: Share) -> bool {
    cast > 0 && share.reached(cast, members)
}

/// Everybody has answered and nobody objects.
#[must_use]
pub fn consent(objections: u64, answered: u64, members: u64) -> bool {
    members > 0 && objections == 0 && answered == members
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(p: u64, q: u64) -> Share {
        Share::new(p, q).unwrap()
    }

    #[test]
    fn a_tie_is_not_a_majority_and_half_is_not_an_absolute_one() {
        assert!(majority(3, 2));
        assert!(!majority(2, 2));
        assert!(!majority(0, 0));
        assert!(absolute_majority(3, 5));
        assert!(!absolute_majority(2, 4));
    }

    #[test]
    fn exactly_two_thirds_is_two_thirds() {
        assert!(super_majority(2, 1, share(2, 3)));
        assert!(super_majority(200, 100, share(2, 3)));
        assert!(!super_majority(199, 100, share(2, 3)));
        assert!(!super_majority(666_666_666_666_666_666, 333_333_333_333_333_334, share(2, 3)));
        assert!(super_majority(666_666_666_666_666_667, 333_333_333_333_333_333, share(2, 3)));
    }

    #[test]
    fn the_largest_counts_of_the_language_do_not_overflow() {
        let most = u64::try_from(i64::MAX).unwrap();
        assert!(super_majority(most, most, share(1, 2)));
        assert!(!super_majority(most, most, share(most, most)));
        assert!(quorum(most, most, share(most, most)));
        assert!(absolute_majority(most, most));
    }

    #[test]
    fn nobody_is_never_enough() {
        assert!(!unanimity(0, 0));
        assert!(!super_majority(0, 0, share(1, 2)));
        assert!(!quorum(0, 0, share(1, 2)));
        assert!(!consent(0, 0, 0));
    }

    #[test]
    fn silence_is_no_consent_and_no_unanimity() {
        assert!(unanimity(4, 4));
        assert!(!unanimity(3, 4));
        assert!(consent(0, 4, 4));
        assert!(!consent(0, 3, 4));
        assert!(!consent(1, 4, 4));
    }

    #[test]
    fn a_share_is_above_nothing_and_at_most_all() {
        assert_eq!(Share::new(0, 3), None);
        assert_eq!(Share::new(4, 3), None);
        assert_eq!(Share::new(0, 0), None);
        assert!(k_of_n(2, 2) && !k_of_n(1, 2));
        assert!(quorum(1, 3, share(1, 3)) && !quorum(1, 4, share(1, 3)));
    }
}
