//! The pattern of a conversation: which message may come next, and from whom.
//!
//! In goes the checked pattern, then one message after another; out comes whether each is in
//! turn, what may come next, and whether the pattern may end. Matched by derivatives: the state
//! is what is left of the pattern, and a step costs the same however long the log is and however
//! many people stand under an `each`. Implements `spec/pattern.md`.
//!
//! Invariant: a state is a function of the history alone, never of what is remembered.

mod compile;
mod digest;
pub mod limits;
mod look;
mod members;
mod memo;
mod node;
mod owed;
mod possible;
mod program;
mod remainder;
mod saved;
mod step;
mod table;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use mundi_lang::rules::{MessageId, Pattern, RoleId};

pub(crate) use digest::Renamed;
use limits::{MAX_NODES, MAX_WAYS};
use look::Look;
use memo::Memo;
use node::{Node, Ways};
pub use owed::{Due, persons};
use possible::Found;
use program::Program;
pub use remainder::Names;
use step::Step;

/// A message that asks to be in turn.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// Which message.
    pub message: MessageId,
    /// The role through which it counts.
    pub role: RoleId,
    /// Who says it, as the fold numbers persons.
    pub person: u32,
    /// This entry, as the fold numbers entries.
    pub entry: u32,
    /// The entries that its `ref` fields name.
    pub refs: &'a [u32],
}

/// Who is present. Supplied by the fold.
pub trait People {
    /// How many distinct present persons hold any of these roles.
    fn present(&self, roles: &[RoleId]) -> u32;
    /// These persons, each once.
    fn holders(&self, roles: &[RoleId]) -> Vec<u32>;
    /// Whether a person is present and holds a role.
    fn holds(&self, person: u32, role: RoleId) -> bool;
}

/// What may come next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Possible {
    /// The message.
    pub message: MessageId,
    /// Through this role.
    pub role: RoleId,
    /// From whom.
    pub who: Who,
}

/// Who may say a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Any holder of the role.
    AnyHolder,
    /// These persons, in order of their numbers.
    Only(Vec<u32>),
}

/// The state of the pattern has more readings or parts than [`limits`] allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the pattern can be read in too many ways here: write it so that each message can be read \
     in one way"
)]
pub struct TooLarge;

/// What is left of the pattern after a history: cheap to clone, equal for equal histories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The first reading, kept apart so that the usual state, of one reading, is one pointer.
    first: Arc<Node>,
    others: Ways,
}

impl State {
    fn new(first: Arc<Node>) -> Self {
        Self { first, others: Ways::new() }
    }

    /// Equal readings are one.
    fn of(ways: impl IntoIterator<Item = Arc<Node>>) -> Option<Self> {
        let mut ways = ways.into_iter();
        let mut state = Self::new(ways.next()?);
        for way in ways {
            if way != state.first && !state.others.contains(&way) {
                state.others.push(way);
            }
        }
        Some(state)
    }

    fn ways(&self) -> impl Iterator<Item = &Arc<Node>> {
        std::iter::once(&self.first).chain(&self.others)
    }

    fn is_too_large(&self) -> bool {
        if self.others.is_empty() {
            return false;
        }
        let nodes = self.ways().fold(0_usize, |sum, way| sum.saturating_add(way.size()));
        self.others.len() >= MAX_WAYS || nodes > MAX_NODES
    }
}

/// A compiled pattern, with a memory of steps that is a cache only.
#[derive(Debug)]
pub struct Machine {
    program: Program,
    memo: Memo,
}

impl Machine {
    /// Compiles a pattern. `role_is_open` says of each role whether people may join it.
    #[must_use]
    pub fn new(pattern: &Pattern, role_is_open: &[bool]) -> Self {
        Self { program: compile::compile(pattern, role_is_open), memo: Memo::default() }
    }

    /// The state before the first message.
    #[must_use]
    pub fn start(&self) -> State {
        State::new(self.program.fresh(self.program.root))
    }

    /// The state after a message; `None` where the message is out of turn.
    ///
    /// # Errors
    /// [`TooLarge`] where the readings of the history outgrow [`limits`]. It depends on the
    /// history alone.
    pub fn step(
        &mut self,
        state: &State,
        event: &Event<'_>,
        people: &dyn People,
    ) -> Result<Option<State>, TooLarge> {
        if state.others.is_empty()
            && let Some(first) = self.memo.only(&state.first, event.message, event.role)
        {
            return Ok(Some(State::new(first)));
        }
        let mut step = Step { program: &self.program, memo: &mut self.memo, event, people };
        let mut next: Ways = Vec::new();
        for way in state.ways() {
            next.extend(step.step(way, None)?.into_iter().map(|(node, _)| node));
        }
        match State::of(next) {
            Some(state) if state.is_too_large() => Err(TooLarge),
            next => Ok(next),
        }
    }

    /// The places among the messages of the pattern, in the order in which they are written, at which a
    /// message can be read now.
    #[must_use]
    pub fn read_at(&mut self, state: &State, event: &Event<'_>, people: &dyn People) -> Vec<usize> {
        let mut step = Step { program: &self.program, memo: &mut self.memo, event, people };
        let ways = state.ways().filter_map(|way| step.step(way, None).ok()).flatten();
        let read: std::collections::BTreeSet<_> = ways.map(|(_, term)| term).collect();
        let all = self.program.terms.iter().enumerate();
        let messages = all.filter(|(_, term)| matches!(term, program::Term::Message(..)));
        let at = messages.enumerate().filter(|(_, (term, _))| read.contains(term));
        at.map(|(place, _)| place).collect()
    }

    /// The state after a person joined; `people` has the person already. A newcomer stands at
    /// the start of every `each` that is not past.
    #[must_use]
    pub fn joined(&self, state: &State, _person: u32, _people: &dyn People) -> State {
        state.clone()
    }

    /// The state after a person left a role; `people` has that already.
    #[must_use]
    pub fn left(&self, state: &State, person: u32, people: &dyn People) -> State {
        let look = self.look(people);
        let next = State::of(state.ways().map(|way| look.without(way, person)));
        next.unwrap_or_else(|| state.clone())
    }

    /// Whether the pattern may end here.
    #[must_use]
    pub fn complete(&self, state: &State, people: &dyn People) -> bool {
        let look = self.look(people);
        state.ways().any(|way| look.may_end(way, None))
    }

    /// Whether any message can still come.
    #[must_use]
    pub fn can_come(&self, state: &State, people: &dyn People) -> bool {
        let look = self.look(people);
        state.ways().any(|way| look.can_come(way, None))
    }

    /// What may come next, in order of messages and roles, by pattern and roles only.
    #[must_use]
    pub fn possible(&self, state: &State, people: &dyn People) -> Vec<Possible> {
        let look = self.look(people);
        let mut found = Found::new();
        state.ways().for_each(|way| look.possible(way, None, &mut found));
        look.listed(found)
    }

    /// Forgets remembered steps. It changes no answer.
    pub fn forget(&mut self) {
        self.memo.clear();
    }

    fn look<'a>(&'a self, people: &'a dyn People) -> Look<'a> {
        Look { program: &self.program, people }
    }
}
