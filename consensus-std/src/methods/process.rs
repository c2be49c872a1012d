//! Ways to agree that look at more than yes and no: vetoes, turnout, time, levels of agreement.
//!
//! Counts are of people or votes, never negative and at most 2⁶³; times are in milliseconds. As in
//! [`crate::methods::agreement`], nobody is not enough.

use crate::methods::agreement::Share;

/// A simple majority against which nobody used a veto.
#[must_use]
pub fn without_veto(yes: u64, no: u64, vetoes: u64) -> bool {
    vetoes == 0 && yes > no
}

/// Somebody said yes and nobody no, whoever abstained (*nemine contradicente*).
#[must_use]
pub fn no_dissent(yes: u64, no: u64) -> bool {
    yes > 0 && no == 0
}

/// All members have answered, and no more than `k` object.
#[must_use]
pub fn consensus_minus(objections: u64, answered: u64, members: u64, k: u64) -> bool {
    members > 0 && answered == members && objections <= k && objections < members
}

/// Yes and abstentions together are at least a share of the members: a no does not help.
#[must_use]
pub fn quorum_without_no(yes: u64, abstained: u64, members: u64, share: Share) -> bool {
    yes.checked_add(abstained).is_some_and(|some| some > 0 && share.reached(some, members))
}

/// At least `least` prefer the option to things as they are, and more do than not.
#[must_use]
pub fn option_quorum(above: u64, below: u64, least: u64) -> bool {
    above > below && above >= least
}

/// Which side a low turnout makes it harder for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bias {
    /// The yes: `no/√turnout < yes/√members`.
    Approve,
    /// The no: `no/√members < yes/√turnout`.
    Against,
}

/// A majority that turnout makes easier or harder. The roots are compared by their squares.
/// `None` where a square does not fit 128 bits.
#[must_use]
pub fn turnout_majority(yes: u64, no: u64, members: u64, bias: Bias) -> Option<bool> {
    let turnout = u128::from(yes) + u128::from(no);
    let members = u128::from(members);
    let (by_no, by_yes) = match bias {
        Bias::Approve => (members, turnout),
        Bias::Against => (turnout, members),
    };
    let square = |n: u64| u128::from(n) * u128::from(n);
    Some(square(no).checked_mul(by_no)? < square(yes).checked_mul(by_yes)?)
}

/// No vote that is still out can change which of yes and no is more.
#[must_use]
pub fn decided(yes: u64, no: u64, members: u64) -> bool {
    let out = u128::from(members).saturating_sub(u128::from(yes) + u128::from(no));
    u128::from(yes.abs_diff(no)) > out || (out == 0 && members > 0)
}

/// Nobody has objected and the time for it is over.
#[must_use]
pub fn silence(objections: u64, enough: u64, now: i64, until: i64) -> bool {
    now >= until && objections < enough
}

/// When a vote closes: at least `grace` after the quorum was reached.
#[must_use]
pub fn extended(until: i64, reached: i64, grace: i64) -> i64 {
    until.max(reached.saturating_add(grace))
}

/// Levels of agreement: somebody has one, none is below `least`, and their mean is at least `p/q`.
#[must_use]
pub fn levels_reach(levels: &[u64], least: u64, p: u64, q: u64) -> bool {
    let total: u128 = levels.iter().map(|l| u128::from(*l)).sum();
    let voters = u128::try_from(levels.len()).unwrap_or(0);
    let enough = total.checked_mul(u128::from(q)).zip(voters.checked_mul(u128::from(p)));
    let mean = enough.is_some_and(|(have, need)| have >= need);
    !levels.is_empty() && levels.iter().all(|l| *l >= least) && mean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_veto_or_a_no_is_enough() {
        assert!(without_veto(3, 1, 0) && !without_veto(3, 1, 1) && !without_veto(2, 2, 0));
        assert!(no_dissent(1, 0) && !no_dissent(9, 1) && !no_dissent(0, 0));
        assert!(consensus_minus(1, 5, 5, 1) && !consensus_minus(2, 5, 5, 1));
        assert!(!consensus_minus(1, 1, 1, 1) && !consensus_minus(0, 0, 0, 1));
    }

    #[test]
    fn a_no_does_not_help_the_quorum_of_yes_and_abstentions() {
        let third = Share::new(1, 3).unwrap();
        assert!(quorum_without_no(3, 1, 12, third));
        assert!(!quorum_without_no(3, 0, 12, third));
        assert!(option_quorum(5, 4, 5) && !option_quorum(4, 4, 0) && !option_quorum(4, 0, 5));
    }

    #[test]
    fn a_low_turnout_asks_more_of_one_side() {
        // A quarter of 100 took part: by `Approve` yes must be twice the no.
        let majority = |yes, no, bias| turnout_majority(yes, no, 100, bias).unwrap();
        assert!(majority(17, 8, Bias::Approve) && !majority(16, 9, Bias::Approve));
        assert!(majority(9, 16, Bias::Against) && !majority(8, 17, Bias::Against));
        // All took part: a simple majority by either.
        for bias in [Bias::Approve, Bias::Against] {
            assert!(majority(51, 49, bias) && !majority(50, 50, bias));
        }
        assert_eq!(turnout_majority(u64::MAX, u64::MAX, u64::MAX, Bias::Approve), None);
    }

    #[test]
    fn what_cannot_change_is_decided() {
        assert!(decided(6, 1, 11) && !decided(5, 1, 11));
        assert!(decided(2, 2, 4) && !decided(0, 0, 0));
    }

    #[test]
    fn time_counts() {
        assert!(silence(0, 1, 5, 5) && !silence(0, 1, 4, 5) && !silence(1, 1, 5, 5));
        assert_eq!((extended(10, 3, 4), extended(10, 8, 4)), (10, 12));
    }

    #[test]
    fn levels_have_a_floor_and_a_mean() {
        assert!(levels_reach(&[5, 3, 4], 1, 4, 1));
        assert!(!levels_reach(&[5, 5, 0], 1, 3, 1));
        assert!(!levels_reach(&[3, 3, 4], 1, 4, 1) && !levels_reach(&[], 0, 0, 1));
    }
}
