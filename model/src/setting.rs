//! A setting: how many members, of what kind, how many outcomes and rounds, under which rule.

use std::fmt;

use crate::limits::{CELLS, HEALED, LIARS, MEMBERS, OUTCOMES, ROUNDS};
use crate::rule::{Judge, Outcomes, Rule};

/// What is explored.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// n, the members, liars among them.
    pub members: u8,
    /// q, how many seals make an outcome final.
    pub quorum: u8,
    /// f, who may seal several outcomes in one round, each for others to hear.
    pub liars: u8,
    /// Who seal at most once a round, but whatever and whenever they like, if nobody asks why.
    pub loose: u8,
    /// k.
    pub outcomes: u8,
    /// r.
    pub rounds: u8,
    /// The rule that the others keep.
    pub rule: Rule,
}

/// A setting that cannot be explored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// Fewer than two members, or more than the model holds.
    Members,
    /// A quorum of none, or of more than there are.
    Quorum,
    /// More liars than the model holds, or nobody honest.
    Liars,
    /// Fewer than two outcomes, or more than the model holds.
    Outcomes,
    /// No round, or more rounds and outcomes than a state holds.
    Rounds,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Members => write!(f, "members: from 2 to {MEMBERS}"),
            Self::Quorum => write!(f, "the quorum: from 1 to the number of members"),
            Self::Liars => write!(f, "liars: at most {LIARS}, and fewer than members"),
            Self::Outcomes => write!(f, "outcomes: from 2 to {OUTCOMES}"),
            Self::Rounds => {
                write!(f, "rounds: from 1 to {ROUNDS}; rounds times outcomes: at most {CELLS}")
            }
        }
    }
}

impl std::error::Error for Misfit {}

impl Setting {
    /// The setting itself, if it can be explored.
    ///
    /// # Errors
    /// What does not fit.
    pub fn checked(self) -> Result<Self, Misfit> {
        let within =
            |value: u8, least: usize, most: usize| (least..=most).contains(&usize::from(value));
        let cells = usize::from(self.outcomes) * usize::from(self.rounds);
        if !within(self.members, 2, MEMBERS) {
            Err(Misfit::Members)
        } else if !within(self.quorum, 1, usize::from(self.members)) {
            Err(Misfit::Quorum)
        } else if !within(self.liars, 0, LIARS) || self.liars + self.loose >= self.members {
            Err(Misfit::Liars)
        } else if !within(self.outcomes, 2, OUTCOMES) {
            Err(Misfit::Outcomes)
        } else if !within(self.rounds, 1, ROUNDS) || cells > CELLS {
            Err(Misfit::Rounds)
        } else {
            Ok(self)
        }
    }

    /// The rule, with the numbers that it needs.
    #[must_use]
    pub fn judge(&self) -> Judge {
        let Self { members, quorum, outcomes, rule, .. } = *self;
        Judge { rule, members, quorum, outcomes }
    }

    /// Members who keep the rule, and those who seal once a round at least.
    #[must_use]
    pub fn honest(&self) -> u8 {
        self.members - self.liars
    }

    /// The same, with the rounds that healing adds. It is not for packing states.
    #[must_use]
    pub fn prolonged(self) -> Self {
        Self { rounds: self.rounds + HEALED as u8, ..self }
    }

    /// Every outcome.
    #[must_use]
    pub fn all(&self) -> Outcomes {
        (1 << self.outcomes) - 1
    }
}
