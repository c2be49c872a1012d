//! From an entry's id to its index in the log.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::EntryId;

/// The first 8 bytes of each id, and its index: a third of the memory of whole ids. Who looks compares
/// the whole id: ids that agree in these bytes (2^64 hashes to make one on purpose) are all given.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    first: BTreeMap<u64, u32>,
    /// Those whose first bytes an earlier one has.
    twins: BTreeSet<(u64, u32)>,
}

fn start(id: &EntryId) -> u64 {
    id.0.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

impl Index {
    /// All ids at once, in the order of their indices.
    pub(super) fn of<'a>(ids: impl Iterator<Item = &'a EntryId>) -> Self {
        let mut all: Vec<(u64, u32)> = ids.map(start).zip(0..).collect();
        all.sort_unstable();
        let mut before = None;
        let mut twins = BTreeSet::new();
        all.retain(|(start, index)| {
            let twin = before == Some(*start);
            before = Some(*start);
            if twin {
                twins.insert((*start, *index));
            }
            !twin
        });
        Self { first: all.into_iter().collect(), twins }
    }

    pub(super) fn add(&mut self, id: &EntryId, index: u32) {
        let start = start(id);
        if *self.first.entry(start).or_insert(index) != index {
            self.twins.insert((start, index));
        }
    }

    /// The indices that an id can have: nearly always one at most.
    pub(super) fn find(&self, id: &EntryId) -> impl Iterator<Item = u32> {
        let start = start(id);
        let first = self.first.get(&start).copied();
        let twins = first.filter(|_| !self.twins.is_empty()).into_iter().flat_map(move |_| {
            self.twins.range((start, 0)..=(start, u32::MAX)).map(|(_, index)| *index)
        });
        first.into_iter().chain(twins)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_with_the_same_first_bytes_are_all_given() {
        let id =
            |a: u8, b: u8| EntryId([[a; 8], [b; 8], [0; 8], [0; 8]].concat().try_into().unwrap());
        let ids = [id(1, 1), id(2, 1), id(1, 2), id(1, 3)];
        let mut one = Index::default();
        for (index, id) in (0..).zip(&ids) {
            one.add(id, index);
        }
        for index in [one, Index::of(ids.iter())] {
            let found = |id: EntryId| index.find(&id).collect::<Vec<_>>();
            assert_eq!(found(id(1, 9)), [0, 2, 3]);
            assert_eq!(found(id(2, 9)), [1]);
            assert_eq!(found(id(3, 1)), []);
        }
    }
}
