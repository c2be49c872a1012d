//! What a crash does to what was not synced.
//!
//! One crash treats a file in one [`Mood`]: were each write's fate drawn alone, a long row of writes
//! would never be kept whole, nor lost whole. A fate belongs to the file's name and to the number of
//! the write since the last sync, and to no content.

use crate::chance::Chance;
use crate::limits::SECTOR_BYTES;

/// What becomes of one write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is there.
    Kept,
    /// It never was.
    Lost,
    /// Its bytes never came, but the file has grown for them: there are zeros.
    Hollow,
    /// Of its sectors, so many of the first are there.
    Begun(u64),
    /// Of its sectors, those are there whose bits are set; beyond the 64th, it begins anew.
    Torn(u64),
}

impl Fate {
    /// Whether the n-th sector of a write is there.
    pub(crate) fn keeps(self, sector: u64) -> bool {
        match self {
            Self::Kept => true,
            Self::Lost | Self::Hollow => false,
            Self::Begun(count) => sector < count,
            Self::Torn(bits) => (bits >> (sector % 64)) & 1 == 1,
        }
    }

    /// Whether the file has grown for all of it.
    pub(crate) fn grows(self) -> bool {
        matches!(self, Self::Kept | Self::Hollow | Self::Torn(_))
    }
}

/// How a crash treats one file.
#[derive(Clone, Copy, Debug)]
enum Mood {
    /// All had come to the disk.
    KeepsAll,
    /// Nothing had.
    LosesAll,
    /// Writes came in order, so many of them; the next one was begun.
    InOrder(u64),
    /// Each alone; of 16, so many do not come whole.
    Mixed(u64),
}

/// The fates of one file's pending writes in one crash.
pub(crate) struct Fates {
    seed: u64,
    mood: Mood,
}

impl Fates {
    /// For a file with so many pending writes.
    pub(crate) fn new(seed: u64, name: &str, writes: u64) -> Self {
        let mut chance = Chance::named(seed, name);
        let mood = match chance.below(8) {
            0 => Mood::KeepsAll,
            1 => Mood::LosesAll,
            2 | 3 => Mood::InOrder(chance.below(writes.saturating_add(1))),
            4 | 5 => Mood::Mixed(2),
            _ => Mood::Mixed(11),
        };
        Self { seed: chance.next(), mood }
    }

    /// That of the n-th, which touches so many sectors.
    pub(crate) fn of(&self, nth: u64, sectors: u64) -> Fate {
        let mut chance = Chance::of(self.seed, nth);
        match self.mood {
            Mood::KeepsAll => Fate::Kept,
            Mood::LosesAll => Fate::Lost,
            Mood::InOrder(count) if nth < count => Fate::Kept,
            Mood::InOrder(count) if nth == count => Fate::Begun(chance.below(sectors)),
            Mood::InOrder(_) => Fate::Lost,
            Mood::Mixed(spoiled) if chance.below(16) >= spoiled => Fate::Kept,
            Mood::Mixed(_) => spoiled(&mut chance, sectors),
        }
    }

    /// Whether the n-th change of the file's length, which no write made, is there.
    pub(crate) fn keeps_length(&self, nth: u64) -> bool {
        self.of(nth, 1) == Fate::Kept
    }
}

fn spoiled(chance: &mut Chance, sectors: u64) -> Fate {
    match chance.below(4) {
        0 => Fate::Hollow,
        1 => Fate::Begun(chance.below(sectors)),
        2 => Fate::Torn(chance.next()),
        _ => Fate::Lost,
    }
}

/// How many sectors bytes at a place touch.
pub(crate) fn sectors(at: u64, length: u64) -> u64 {
    let first = at / SECTOR_BYTES;
    let end = at.saturating_add(length).div_ceil(SECTOR_BYTES);
    end.saturating_sub(first)
}

#[cfg(test)]
mod tests {
    use super::{Fate, Fates, sectors};

    #[test]
    fn a_write_touches_the_sectors_that_it_lies_in() {
        assert_eq!([sectors(0, 512), sectors(511, 2), sectors(32, 4_120)], [1, 2, 9]);
    }

    #[test]
    fn every_fate_is_met_and_the_same_seed_gives_the_same() {
        let fates = |seed| -> Vec<Fate> {
            let fates = Fates::new(seed, "db", 9);
            (0..9).map(|nth| fates.of(nth, 9)).collect()
        };
        let mut met = [0_u32; 5];
        let (mut all, mut none) = (0, 0);
        for seed in 0..500 {
            let drawn = fates(seed);
            assert_eq!(drawn, fates(seed));
            all += u32::from(drawn.iter().all(|fate| *fate == Fate::Kept));
            none += u32::from(drawn.iter().all(|fate| *fate == Fate::Lost));
            for fate in drawn {
                met[match fate {
                    Fate::Kept => 0,
                    Fate::Lost => 1,
                    Fate::Hollow => 2,
                    Fate::Begun(_) => 3,
                    Fate::Torn(_) => 4,
                }] += 1;
            }
        }
        assert!(met.iter().all(|count| *count > 50), "{met:?}");
        assert!(all > 40 && none > 40, "{all} {none}");
    }
}
