//! A filter (Bloom's, in blocks of one word) before the index: who writes many entries asks of each
//! whether it is there already, and nearly always it is not.
//!
//! Invariant: a hash that is in the index is in the filter. The other way round does not hold.

/// Hashes for each word of 64 bits at most: above, too many are let through.
const PER_WORD: usize = 5;

/// A set of hashes that may say yes where it should say no.
pub(super) struct Filter {
    /// A power of two of them, at least one.
    words: Vec<u64>,
    held: usize,
}

impl Filter {
    /// An empty one with room for so many hashes and half as many again.
    pub(super) fn with_room(hashes: usize) -> Self {
        Self { words: vec![0; (hashes / 3).max(1).next_power_of_two()], held: 0 }
    }

    /// The word of a hash, and its four bits there. A hash is as good as random.
    fn place(&self, hash: i64) -> (usize, u64) {
        let hash = hash.cast_unsigned();
        let bit = |shift: u32| 1u64 << ((hash >> shift) & 63);
        let word = usize::try_from(hash >> 32).unwrap_or(0) & self.words.len().saturating_sub(1);
        (word, bit(0) | bit(6) | bit(12) | bit(18))
    }

    /// Adds a hash; whether there was room for it.
    pub(super) fn add(&mut self, hash: i64) -> bool {
        let (word, bits) = self.place(hash);
        if let Some(word) = self.words.get_mut(word) {
            *word |= bits;
        }
        self.held = self.held.saturating_add(1);
        self.held <= self.words.len().saturating_mul(PER_WORD)
    }

    /// Whether a hash may be there.
    pub(super) fn may_have(&self, hash: i64) -> bool {
        let (word, bits) = self.place(hash);
        self.words.get(word).is_none_or(|word| word & bits == bits)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::Filter;

    proptest! {
        #[test]
        fn what_was_added_is_never_denied(
            room in 0usize..100,
            hashes in proptest::collection::vec(any::<i64>(), 0..400)
        ) {
            let mut filter = Filter::with_room(room);
            for hash in &hashes {
                filter.add(*hash);
            }
            assert!(hashes.iter().all(|hash| filter.may_have(*hash)));
        }
    }

    #[test]
    fn nearly_all_that_was_not_added_is_denied_while_there_is_room() {
        let mut filter = Filter::with_room(10_000);
        let mixed = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29) ^ n;
        let hash = |n: u64| mixed(mixed(n)).wrapping_mul(0xd6e8_feb8_6659_fd93).cast_signed();
        assert!((0..15_000).all(|n| filter.add(hash(n))));
        let wrong = (1_000_000..1_100_000).filter(|n| filter.may_have(hash(*n))).count();
        assert!(wrong < 5_000, "{wrong} of 100,000");
        assert!(!(0..50_000).all(|n| filter.add(hash(n))));
    }
}
