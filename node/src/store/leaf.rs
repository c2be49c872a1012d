//! One leaf of the index of entries: pairs of a hash and a row, sorted, in 16 bytes each (two
//! numbers of 64 bits, little-endian).

/// Pairs of one leaf at most. Four such leaves fill a page of 4096 bytes, less what SQLite and
/// SQLCipher need; SQLite copies a leaf whenever it is read, so it is not a whole page.
pub(super) const MOST: usize = 60;

/// Pairs of each leaf when one that has grown too large is cut: room for as many again as a third.
const CUT: usize = 45;

/// A hash, and the row of the entry that has it.
pub(super) type Pair = (i64, i64);

fn pair(bytes: &[u8; 16]) -> Pair {
    let number = |bytes: Option<&[u8; 8]>| bytes.copied().map_or(0, i64::from_le_bytes);
    (number(bytes.first_chunk()), number(bytes.last_chunk()))
}

/// All pairs of a leaf. Fewer than 16 bytes at the end, which are never written, are left out.
pub(super) fn pairs(leaf: &[u8]) -> impl Iterator<Item = Pair> {
    leaf.as_chunks().0.iter().map(pair)
}

/// The rows of a hash.
pub(super) fn find(leaf: &[u8], hash: i64) -> impl Iterator<Item = i64> {
    let all = leaf.as_chunks().0;
    let first = all.partition_point(|bytes| pair(bytes).0 < hash);
    let from = all.get(first..).unwrap_or_default();
    from.iter().map(pair).take_while(move |(found, _)| *found == hash).map(|(_, row)| row)
}

/// The bytes of a leaf.
pub(super) fn bytes(pairs: &[Pair]) -> Vec<u8> {
    let mut leaf = Vec::with_capacity(pairs.len().saturating_mul(16));
    for (hash, row) in pairs {
        leaf.extend_from_slice(&hash.to_le_bytes());
        leaf.extend_from_slice(&row.to_le_bytes());
    }
    leaf
}

/// Cuts sorted pairs into leaves, if they are too many for one. Pairs of one hash stay together.
pub(super) fn cut(pairs: &[Pair]) -> Vec<&[Pair]> {
    if pairs.len() <= MOST {
        return vec![pairs];
    }
    let size = pairs.len().div_ceil(pairs.len().div_ceil(CUT));
    let mut rest = pairs;
    let mut leaves = Vec::new();
    while !rest.is_empty() {
        let last = rest.get(size.saturating_sub(1)).map(|(hash, _)| *hash);
        let end = last.map_or(rest.len(), |last| rest.partition_point(|(hash, _)| *hash <= last));
        let (leaf, others) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        leaves.push(leaf);
        rest = others;
    }
    leaves
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, proptest};

    use super::{CUT, MOST, Pair, bytes, cut, find, pairs};

    fn sorted(hashes: i64, most: usize) -> impl Strategy<Value = Vec<Pair>> {
        let one = (-hashes..=hashes, any::<i64>());
        proptest::collection::btree_set(one, 0..most).prop_map(|set| set.into_iter().collect())
    }

    proptest! {
        #[test]
        fn a_leaf_gives_back_its_pairs_and_the_rows_of_every_hash(all in sorted(20, 100)) {
            let leaf = bytes(&all);
            assert_eq!(pairs(&leaf).collect::<Vec<_>>(), all);
            for hash in -21..=21 {
                let rows: Vec<i64> = find(&leaf, hash).collect();
                let expected: Vec<i64> =
                    all.iter().filter(|(h, _)| *h == hash).map(|(_, row)| *row).collect();
                assert_eq!(rows, expected);
            }
        }

        #[test]
        fn leaves_that_are_cut_hold_all_pairs_and_no_hash_is_in_two(all in sorted(5_000, 3_000)) {
            let leaves = cut(&all);
            assert_eq!(leaves.concat(), all);
            for two in leaves.windows(2) {
                assert!(two[0].last().unwrap().0 < two[1].first().unwrap().0);
            }
            // Of few pairs a hash, none is much larger than it should be.
            assert!(all.len() <= MOST || leaves.iter().all(|leaf| leaf.len() <= CUT + 20));
        }
    }

    #[test]
    fn pairs_of_one_hash_are_never_parted() {
        let all: Vec<Pair> = (0..1_000).map(|row| (7, row)).collect();
        assert_eq!(cut(&all), [&all[..]]);
    }
}
