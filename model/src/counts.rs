//! The state of a conversation that is being sealed, without its members' names.
//!
//! Two honest members with the same last seal have the same future, and a seal counts the same
//! whoever signed it. So a state is two tables: how many honest members sealed an outcome in a
//! round, and for how many of them it is their last seal. The rest have not sealed yet. Outcomes
//! keep their names: the rule prefers the smaller one when two tie.
//!
//! Liars have no state: what they could sign follows from what the honest have sealed, and only
//! grows.
//!
//! Tables are indexed by rounds and outcomes, below their limits by the setting.

use crate::limits::{DEPTH, OUTCOMES};
use crate::rule::Votes;
use crate::setting::Setting;

/// A number for each round and outcome.
pub type Table = [Votes; DEPTH];

/// A state, members without names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Honest members who sealed this outcome in this round.
    pub sealed: Table,
    /// Those of them who have not gone on to another round.
    pub standing: Table,
}

impl Counts {
    /// Nobody has sealed.
    pub const START: Self =
        Self { sealed: [[0; OUTCOMES]; DEPTH], standing: [[0; OUTCOMES]; DEPTH] };

    /// How many honest members have not sealed yet.
    #[must_use]
    pub fn fresh(&self, setting: &Setting) -> u8 {
        setting.honest() - self.standing.iter().flatten().sum::<u8>()
    }

    /// One member more seals this, coming from its seal before, or from none.
    #[must_use]
    pub fn seal(mut self, from: Option<(u8, u8)>, to: (u8, u8)) -> Self {
        if let Some((round, outcome)) = from {
            self.standing[usize::from(round)][usize::from(outcome)] -= 1;
        }
        let (round, outcome) = (usize::from(to.0), usize::from(to.1));
        self.standing[round][outcome] += 1;
        self.sealed[round][outcome] += 1;
        self
    }

    /// The state as one number: three bits a count.
    #[must_use]
    pub fn pack(&self, setting: &Setting) -> u128 {
        let (rounds, outcomes) = (usize::from(setting.rounds), usize::from(setting.outcomes));
        let rows = |table: &Table| -> u128 {
            let counts = table.iter().take(rounds).flat_map(|row| row.iter().take(outcomes));
            counts.fold(0, |packed, count| packed << 3 | u128::from(*count))
        };
        rows(&self.sealed) << (3 * rounds * outcomes) | rows(&self.standing)
    }

    /// The state that was packed.
    #[must_use]
    pub fn unpack(mut packed: u128, setting: &Setting) -> Self {
        let (rounds, outcomes) = (usize::from(setting.rounds), usize::from(setting.outcomes));
        let mut state = Self::START;
        for table in [&mut state.standing, &mut state.sealed] {
            for row in table.iter_mut().take(rounds).rev() {
                for count in row.iter_mut().take(outcomes).rev() {
                    *count = (packed & 7) as u8;
                    packed >>= 3;
                }
            }
        }
        state
    }
}
