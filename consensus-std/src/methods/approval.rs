//! Approval: each approves of as many options as they like, most approvals win.
//!
//! In: ballots as sets of options, in any order. Holds: an option wins when no other has more
//! approvals. Ties: all with the most. Source: Brams and Fishburn, 1978.

use crate::methods::plurality;
use crate::profile::{Profile, greatest};

/// Approvals of each option.
#[must_use]
pub fn counts(profile: &Profile) -> Vec<u64> {
    plurality::counts(profile.options(), &profile.ballots().concat())
}

/// The options with the most approvals, in their order.
#[must_use]
pub fn approval(profile: &Profile) -> Vec<usize> {
    greatest(&counts(profile))
}
