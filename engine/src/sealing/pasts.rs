//! Which seals are in the causal past of each entry, the entry itself included.
//!
//! An entry's past never changes, so a set is made once, from those of what it builds on. Before the first
//! seal there are none; most entries share the set of what they build on.

use std::sync::Arc;

/// Sets of seals, by the entries' indices in the log.
#[derive(Clone, Debug, Default)]
pub(super) struct Pasts {
    /// The first entry that has a set.
    from: u32,
    sets: Vec<Arc<Vec<u64>>>,
}

impl Pasts {
    fn set(&self, index: u32) -> Option<&Arc<Vec<u64>>> {
        self.sets.get(index.checked_sub(self.from)? as usize)
    }

    /// Whether a seal is in an entry's past.
    pub(super) fn has(&self, index: u32, seal: u32) -> bool {
        self.set(index).is_some_and(|set| holds(set, seal))
    }

    /// Adds the next entry of the log: what it builds on, and its number if it is a seal.
    pub(super) fn push(&mut self, index: u32, under: impl Iterator<Item = u32>, seal: Option<u32>) {
        if self.sets.is_empty() {
            if seal.is_none() {
                return;
            }
            self.from = index;
        }
        let mut all: Arc<Vec<u64>> = Arc::default();
        for one in under {
            if let Some(set) = self.set(one) {
                unite(&mut all, set);
            }
        }
        if let Some(seal) = seal {
            add(Arc::make_mut(&mut all), seal);
        }
        self.sets.push(all);
    }
}

fn holds(set: &[u64], seal: u32) -> bool {
    set.get(seal as usize / 64).is_some_and(|word| word >> (seal % 64) & 1 == 1)
}

fn add(set: &mut Vec<u64>, seal: u32) {
    let word = seal as usize / 64;
    if set.len() <= word {
        set.resize(word + 1, 0);
    }
    if let Some(word) = set.get_mut(word) {
        *word |= 1 << (seal % 64);
    }
}

/// Adds a set to another, sharing where one holds all of the other.
fn unite(all: &mut Arc<Vec<u64>>, more: &Arc<Vec<u64>>) {
    let within = |a: &[u64], b: &[u64]| {
        a.iter().enumerate().all(|(n, word)| word & !b.get(n).copied().unwrap_or(0) == 0)
    };
    if within(more, all) {
        return;
    }
    if within(all, more) {
        *all = more.clone();
        return;
    }
    let into = Arc::make_mut(all);
    if into.len() < more.len() {
        into.resize(more.len(), 0);
    }
    into.iter_mut().zip(more.iter()).for_each(|(word, one)| *word |= one);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_past_is_the_union_of_what_is_built_on() {
        let mut pasts = Pasts::default();
        pasts.push(0, [].into_iter(), None);
        pasts.push(1, [0].into_iter(), Some(0));
        pasts.push(2, [0].into_iter(), Some(1));
        pasts.push(3, [1].into_iter(), None);
        pasts.push(4, [3, 2].into_iter(), Some(70));
        for (entry, seal, expected) in [
            (0, 0, false),
            (1, 0, true),
            (2, 0, false),
            (2, 1, true),
            (3, 0, true),
            (3, 1, false),
            (4, 0, true),
            (4, 1, true),
            (4, 70, true),
            (4, 69, false),
            (9, 0, false),
        ] {
            assert_eq!(pasts.has(entry, seal), expected, "{entry} {seal}");
        }
    }
}
