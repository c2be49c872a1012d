//! The causal past of entries: all that they build on, themselves included.

use super::Log;
use super::rows::NONE;

/// A causally closed part of a log.
#[derive(Clone, Debug)]
pub struct Closure {
    /// By index in the log.
    inside: Vec<bool>,
    count: usize,
}

impl Closure {
    /// Whether an entry is in it.
    #[must_use]
    pub fn contains(&self, index: u32) -> bool {
        self.inside.get(index as usize) == Some(&true)
    }

    /// How many entries are in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether it is of no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Its entries in order of arrival: each after all that it builds on.
    pub fn entries(&self) -> impl Iterator<Item = u32> + '_ {
        (0..).zip(&self.inside).filter(|(_, inside)| **inside).map(|(index, _)| index)
    }
}

impl Log {
    /// What an entry builds on directly.
    pub(crate) fn under(&self, index: u32) -> impl Iterator<Item = u32> + '_ {
        self.parents(index).iter().copied().chain(self.prev(index)).filter(|one| *one != NONE)
    }

    /// All that entries build on, themselves included. Costs a step for each entry of the log.
    #[must_use]
    pub fn past(&self, of: impl IntoIterator<Item = u32>) -> Closure {
        let mut inside = vec![false; self.len()];
        let mut count = 0;
        for index in of {
            if let Some(place) = inside.get_mut(index as usize) {
                *place = true;
            }
        }
        // Whatever an entry builds on has come before it.
        for index in (0..u32::try_from(inside.len()).unwrap_or(NONE)).rev() {
            if inside.get(index as usize) != Some(&true) {
                continue;
            }
            count += 1;
            for under in self.under(index) {
                if let Some(place) = inside.get_mut(under as usize) {
                    *place = true;
                }
            }
        }
        Closure { inside, count }
    }

    /// The entries of a closed part on which nothing else of it builds.
    #[must_use]
    pub fn heads_of(&self, closure: &Closure) -> Vec<u32> {
        let mut built_on = vec![false; self.len()];
        for index in closure.entries() {
            for under in self.under(index) {
                if let Some(place) = built_on.get_mut(under as usize) {
                    *place = true;
                }
            }
        }
        closure.entries().filter(|one| built_on.get(*one as usize) != Some(&true)).collect()
    }

    /// The first entries of the order, which are causally closed.
    #[must_use]
    pub fn prefix(&self, length: usize) -> Closure {
        let mut inside = vec![false; self.len()];
        let first = self.order().get(..length).unwrap_or(self.order());
        for index in first {
            if let Some(place) = inside.get_mut(*index as usize) {
                *place = true;
            }
        }
        Closure { inside, count: first.len() }
    }
}
