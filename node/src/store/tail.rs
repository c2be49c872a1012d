//! The newest entries' hashes and rows, in memory.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::leaf::Pair;

/// What is not yet merged into the index.
#[derive(Default)]
pub(super) struct Tail {
    rows: HashMap<i64, i64, BuildHasherDefault<AsItIs>>,
    /// Those whose hash another one has: nearly always none.
    twins: Vec<Pair>,
}

impl Tail {
    /// How many.
    pub(super) fn len(&self) -> usize {
        self.rows.len().saturating_add(self.twins.len())
    }

    /// Adds one.
    pub(super) fn add(&mut self, hash: i64, row: i64) {
        if let Some(other) = self.rows.insert(hash, row) {
            self.twins.push((hash, other));
        }
    }

    /// Adds the hashes of rows that follow each other, 8 bytes each, little-endian.
    pub(super) fn add_run(&mut self, first: i64, hashes: &[u8]) {
        let (hashes, _) = hashes.as_chunks();
        self.rows.reserve(hashes.len());
        for (row, hash) in (first..).zip(hashes) {
            self.add(i64::from_le_bytes(*hash), row);
        }
    }

    /// The rows of a hash.
    pub(super) fn find(&self, hash: i64) -> impl Iterator<Item = i64> {
        let twins = self.twins.iter().filter(move |(twin, _)| *twin == hash);
        self.rows.get(&hash).copied().into_iter().chain(twins.map(|(_, row)| *row))
    }

    /// Takes one out; whether it was there.
    pub(super) fn remove(&mut self, hash: i64, row: i64) -> bool {
        let before = self.len();
        self.twins.retain(|twin| *twin != (hash, row));
        if self.rows.get(&hash) == Some(&row) {
            self.rows.remove(&hash);
            // A twin takes its place, so that it stays known that there is one.
            if let Some(twin) = self.twins.iter().position(|(twin, _)| *twin == hash) {
                let (hash, row) = self.twins.swap_remove(twin);
                self.rows.insert(hash, row);
            }
        }
        self.len() < before
    }

    /// Takes all out, sorted by hash.
    pub(super) fn take(&mut self) -> Vec<Pair> {
        let mut all: Vec<Pair> = self.rows.drain().chain(self.twins.drain(..)).collect();
        all.sort_unstable();
        all
    }
}

/// A number that is a hash already, with a secret key, stands for itself.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_i64(&mut self, number: i64) {
        self.0 = number.cast_unsigned();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::{any, proptest};

    use super::Tail;

    proptest! {
        /// Few hashes and few rows, so that many have twins.
        #[test]
        fn a_tail_is_a_set_of_pairs(
            deeds in proptest::collection::vec((any::<bool>(), 0i64..4, 0i64..6), 0..60)
        ) {
            let (mut tail, mut model) = (Tail::default(), BTreeSet::new());
            for (add, hash, row) in deeds {
                if add && model.insert((hash, row)) {
                    tail.add(hash, row);
                } else if !add {
                    assert_eq!(tail.remove(hash, row), model.remove(&(hash, row)));
                }
                assert_eq!(tail.len(), model.len());
                for hash in 0..4 {
                    let mut rows: Vec<i64> = tail.find(hash).collect();
                    rows.sort_unstable();
                    let expected = model.iter().filter(|(h, _)| *h == hash).map(|(_, row)| *row);
                    assert_eq!(rows, expected.collect::<Vec<_>>());
                }
            }
            assert_eq!(tail.take(), model.into_iter().collect::<Vec<_>>());
            assert_eq!(tail.len(), 0);
        }
    }

    #[test]
    fn a_run_of_hashes_has_rows_one_after_another() {
        let mut tail = Tail::default();
        tail.add_run(40, &[5i64, 6, 5].map(i64::to_le_bytes).concat());
        assert_eq!(tail.take(), [(5, 40), (5, 42), (6, 41)]);
    }
}
