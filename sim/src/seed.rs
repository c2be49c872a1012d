//! Numbers from a seed: SplitMix64, the same on every machine.

/// A row of numbers.
#[derive(Clone, Debug)]
pub struct Numbers(u64);

/// Mixes a number, so that near ones are far apart.
#[must_use]
pub fn mixed(mut n: u64) -> u64 {
    n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

impl Numbers {
    /// A row of a seed, for one use of it: the rows of other uses do not move it.
    #[must_use]
    pub fn of(seed: u64, purpose: u64) -> Self {
        Self(mixed(seed ^ mixed(purpose.wrapping_add(0x9e37_79b9_7f4a_7c15))))
    }

    /// The next number.
    #[allow(clippy::should_implement_trait, reason = "a row of numbers has no end")]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// A number below another; 0 below 0.
    pub fn below(&mut self, end: u64) -> u64 {
        // The odds are uneven by less than can be noticed: `end` is small.
        self.next().checked_rem(end).unwrap_or(0)
    }

    /// An index into so many.
    pub fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }

    /// A number from one to another, both included.
    pub fn from_to(&mut self, first: u64, last: u64) -> u64 {
        first.saturating_add(self.below(last.saturating_sub(first).saturating_add(1)))
    }

    /// What comes true so many times in a hundred.
    pub fn percent(&mut self, odds: u64) -> bool {
        self.below(100) < odds
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.index(all.len()))
    }

    /// Brings these into an order of chance.
    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for end in (1..all.len()).rev() {
            all.swap(end, self.index(end + 1));
        }
    }

    /// Fills a buffer.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(8) {
            let drawn = self.next().to_le_bytes();
            part.iter_mut().zip(drawn).for_each(|(byte, new)| *byte = new);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Numbers;

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        let mut numbers = Numbers(1_234_567);
        let known = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973];
        assert_eq!([numbers.next(), numbers.next()], known);
    }

    #[test]
    fn shuffling_loses_nothing() {
        let mut all: Vec<u32> = (0..50).collect();
        Numbers::of(1, 2).shuffle(&mut all);
        assert_ne!(all, (0..50).collect::<Vec<_>>());
        all.sort_unstable();
        assert_eq!(all, (0..50).collect::<Vec<_>>());
    }
}
