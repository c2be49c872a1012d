//! Numbers from a seed (SplitMix64): small, fast, the same on every machine.

/// A row of numbers.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

fn mixed(mut n: u64) -> u64 {
    n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

impl Chance {
    /// A row that belongs to a number, so that the rows of others do not move it.
    pub(crate) fn of(seed: u64, number: u64) -> Self {
        Self(mixed(seed ^ mixed(number.wrapping_add(0x9e37_79b9_7f4a_7c15))))
    }

    /// A row that belongs to a name.
    pub(crate) fn named(seed: u64, name: &str) -> Self {
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self::of(seed, hash)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// A number below another; 0 below 0.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        // The odds are uneven by less than can be noticed: `end` is small.
        self.next().checked_rem(end).unwrap_or(0)
    }

    pub(crate) fn fill(&mut self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(8) {
            let drawn = self.next().to_le_bytes();
            part.iter_mut().zip(drawn).for_each(|(byte, new)| *byte = new);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        let mut chance = Chance(1_234_567);
        let known = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973];
        assert_eq!([chance.next(), chance.next()], known);
    }

    #[test]
    fn names_and_numbers_have_rows_of_their_own() {
        let firsts = ["a", "b", ""].map(|name| Chance::named(1, name).next());
        assert!(firsts[0] != firsts[1] && firsts[1] != firsts[2]);
        assert_ne!(Chance::of(1, 2).next(), Chance::of(2, 1).next());
    }
}
