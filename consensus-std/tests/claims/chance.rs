//! Random numbers from a seed: `SplitMix64`, so that a failure can be repeated.

/// A generator.
pub(crate) struct Chance(u64);

impl Chance {
    /// From a name and a number, so that each method has profiles of its own.
    pub(crate) fn of(name: &str, seed: u64) -> Self {
        Self(name.bytes().fold(seed, |s, b| s.wrapping_mul(31).wrapping_add(u64::from(b))))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below a number that is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    /// From `low` to `high`.
    pub(crate) fn grade(&mut self, low: i64, high: i64) -> i64 {
        low + i64::try_from(self.below(usize::try_from(high - low + 1).unwrap())).unwrap()
    }

    /// Any order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end + 1));
        }
    }
}
