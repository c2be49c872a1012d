//! Open sealing roles: members and quorum depend on the cut that is sealed. Left out of the rule.
//!
//! A cut before somebody joined has the first n members and their majority; one after has m members
//! and theirs. One round is enough, and nobody lies.

use std::fmt;

use crate::rule::Outcomes;
use crate::story::member;

/// Two cuts, and who seals which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Members and quorum in the earlier cut.
    pub early: (u8, u8),
    /// Members and quorum in the later cut.
    pub late: (u8, u8),
    /// Each member's seal: for the outcome of the earlier cut, of the later one, or none.
    pub seals: Vec<Outcomes>,
}

/// The earlier cut's outcome.
pub const EARLY: Outcomes = 1;

/// The later cut's outcome.
pub const LATE: Outcomes = 2;

/// A majority of so many.
#[must_use]
pub fn majority(members: u8) -> u8 {
    members / 2 + 1
}

/// Looks at every way of sealing for one that makes both final; that with fewest seals.
#[must_use]
pub fn split(early: u8, late: u8) -> Option<Split> {
    let (early, late) = ((early, majority(early)), (late, majority(late)));
    let ways = 3_u32.pow(u32::from(late.0));
    let seals = (0..ways).map(|way| {
        let digit = |member| (way / 3_u32.pow(member) % 3) as Outcomes;
        (0..u32::from(late.0)).map(digit).collect::<Vec<_>>()
    });
    let both = |seals: &Vec<Outcomes>| {
        let of = |outcome, members: u8| {
            seals.iter().take(usize::from(members)).filter(|seal| **seal == outcome).count()
        };
        of(EARLY, early.0) >= usize::from(early.1) && of(LATE, late.0) >= usize::from(late.1)
    };
    let fewest = |seals: &Vec<Outcomes>| seals.iter().filter(|seal| **seal != 0).count();
    let seals = seals.filter(both).min_by_key(fewest)?;
    Some(Split { early, late, seals })
}

impl fmt::Display for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = |outcome| {
            let sealed = (0..).zip(&self.seals).filter(move |(_, seal)| **seal == outcome);
            sealed.map(|(who, _)| member(who).to_string()).collect::<Vec<_>>().join(", ")
        };
        let ((n, q), (m, p)) = (self.early, self.late);
        writeln!(f, "{n} members, then {m}; nobody lies")?;
        writeln!(f, "  1. {} seal A, on a cut with {n} sealers and a quorum of {q}.", who(EARLY))?;
        writeln!(f, "  2. {} seal B, on a cut with {m} sealers and a quorum of {p}.", who(LATE))?;
        writeln!(f, "  Final: A and B. Nobody has sealed twice.")
    }
}
