//! The closed forms: what arithmetic says, for exploration to agree with.

use crate::finals::Verdict;

/// What two finals need, for n members, a quorum of q and f who may seal twice: see the argument.
#[must_use]
pub fn verdict(n: u8, q: u8, f: u8) -> Verdict {
    if 2 * q <= n {
        Verdict::Unproven
    } else if f == 0 || 3 * q > 2 * n + 2 * f {
        Verdict::Safe
    } else {
        Verdict::Proven
    }
}

/// Whether an outcome becomes final once the network has healed, whoever s silent members are.
#[must_use]
pub fn live(n: u8, q: u8, s: u8) -> bool {
    q + s <= n && 2 * q > n + s
}

/// What two finals need if the rule allows for f undiscovered double-sealers.
#[must_use]
pub fn verdict_with_allowance(n: u8, q: u8, f: u8) -> Verdict {
    if 2 * q <= n {
        Verdict::Unproven
    } else if 2 * q > n + f {
        Verdict::Safe
    } else {
        Verdict::Proven
    }
}

/// Whether sealing roles that grow with the cut keep two quorums apart: one of n members, and one
/// of the m who are there later.
#[must_use]
pub fn disjoint(q_of_n: u8, q_of_m: u8, m: u8) -> bool {
    q_of_n + q_of_m <= m
}
