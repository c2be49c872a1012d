//! One file: its bytes as they are read, as they are durable, and what is pending between the two.

use std::sync::Arc;

use crate::fate::{Fate, Fates, sectors};
use crate::limits::SECTOR_BYTES;
use crate::locks::Locks;

/// A change that was not synced.
#[derive(Debug)]
enum Change {
    /// Bytes at a place.
    Write(u64, Vec<u8>),
    /// A new length.
    Length(u64),
}

/// A file.
#[derive(Debug, Default)]
pub(crate) struct File {
    now: Arc<Vec<u8>>,
    durable: Arc<Vec<u8>>,
    /// What makes `now` out of `durable`, in order.
    pending: Vec<Change>,
    pub(crate) locks: Locks,
}

fn index(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

fn set_length(bytes: &mut Vec<u8>, length: u64) {
    bytes.resize(index(length), 0);
}

fn grow(bytes: &mut Vec<u8>, length: u64) {
    if (bytes.len() as u64) < length {
        set_length(bytes, length);
    }
}

/// Lays bytes at a place; a gap before them is filled with zeros.
fn lay(bytes: &mut Vec<u8>, at: u64, new: &[u8]) {
    grow(bytes, at.saturating_add(new.len() as u64));
    let place = bytes.get_mut(index(at)..).unwrap_or_default();
    place.iter_mut().zip(new).for_each(|(byte, new)| *byte = *new);
}

/// Lays those sectors of a write that its fate keeps.
fn lay_kept(bytes: &mut Vec<u8>, at: u64, new: &[u8], fate: Fate) {
    if fate == Fate::Kept {
        return lay(bytes, at, new);
    }
    let (mut place, mut rest, mut sector) = (at, new, 0);
    while !rest.is_empty() {
        let to_end = index(SECTOR_BYTES.saturating_sub(place % SECTOR_BYTES));
        let (part, others) = rest.split_at_checked(to_end).unwrap_or((rest, &[]));
        if fate.keeps(sector) {
            lay(bytes, place, part);
        }
        place = place.saturating_add(part.len() as u64);
        rest = others;
        sector += 1;
    }
    if fate.grows() {
        grow(bytes, at.saturating_add(new.len() as u64));
    }
}

impl File {
    /// One whose bytes are durable.
    pub(crate) fn durable(bytes: Arc<Vec<u8>>) -> Self {
        Self { now: Arc::clone(&bytes), durable: bytes, ..Self::default() }
    }

    /// The bytes as they are read.
    pub(crate) fn bytes(&self) -> &Arc<Vec<u8>> {
        &self.now
    }

    pub(crate) fn length(&self) -> u64 {
        self.now.len() as u64
    }

    /// How many changes are pending.
    pub(crate) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Reads what is there, and says how much.
    pub(crate) fn read(&self, at: u64, into: &mut [u8]) -> usize {
        let found = self.now.get(index(at)..).unwrap_or_default();
        let count = found.len().min(into.len());
        if let (Some(into), Some(found)) = (into.get_mut(..count), found.get(..count)) {
            into.copy_from_slice(found);
        }
        count
    }

    /// Writes, not durably.
    pub(crate) fn write(&mut self, at: u64, bytes: &[u8]) {
        lay(Arc::make_mut(&mut self.now), at, bytes);
        self.pending.push(Change::Write(at, bytes.to_vec()));
    }

    /// Cuts or lengthens, not durably.
    pub(crate) fn set_length(&mut self, length: u64) {
        set_length(Arc::make_mut(&mut self.now), length);
        self.pending.push(Change::Length(length));
    }

    /// All that was written is durable.
    pub(crate) fn sync(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let durable = Arc::make_mut(&mut self.durable);
        for change in self.pending.drain(..) {
            match change {
                Change::Write(at, new) => lay(durable, at, &new),
                Change::Length(length) => set_length(durable, length),
            }
        }
    }

    /// The file as it is after the machine has started again.
    pub(crate) fn crashed(mut self, seed: u64, name: &str) -> Self {
        self.spoil(&Fates::new(seed, name, self.pending.len() as u64));
        Self::durable(self.durable)
    }

    /// A sync has failed. What was pending is as good as written for who reads, and no later sync
    /// makes it durable, unless it is written again: a kernel takes the pages that it could not
    /// write for clean ones.
    pub(crate) fn sync_failed(&mut self, seed: u64) {
        self.spoil(&Fates::new(seed, "", self.pending.len() as u64));
    }

    /// What is pending becomes durable, lost or torn.
    fn spoil(&mut self, fates: &Fates) {
        if self.pending.is_empty() {
            return;
        }
        let durable = Arc::make_mut(&mut self.durable);
        for (nth, change) in (0..).zip(self.pending.drain(..)) {
            match change {
                Change::Write(at, new) => {
                    let fate = fates.of(nth, sectors(at, new.len() as u64));
                    lay_kept(durable, at, &new, fate);
                }
                Change::Length(length) if fates.keeps_length(nth) => set_length(durable, length),
                Change::Length(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{File, lay_kept};
    use crate::fate::Fate;

    #[test]
    fn what_was_synced_is_there_after_every_crash() {
        for seed in 0..200 {
            let mut file = File::default();
            file.write(0, &[1; 2_000]);
            file.sync();
            file.write(1_000, &[2; 3_000]);
            let left = file.crashed(seed, "a");
            assert!(left.length() >= 2_000);
            assert!(left.bytes()[..1_000].iter().all(|byte| *byte == 1));
        }
    }

    #[test]
    fn what_a_sync_failed_to_write_is_read_and_may_be_lost_in_spite_of_a_later_sync() {
        let lost = (0..50).filter(|seed| {
            let mut file = File::default();
            file.write(0, &[1; 512]);
            file.sync_failed(*seed);
            assert_eq!(file.bytes()[..], [1; 512]);
            file.write(512, &[2; 512]);
            file.sync();
            let left = file.crashed(*seed, "a");
            assert_eq!(left.bytes()[512..], [2; 512]);
            left.bytes()[..512] != [1; 512]
        });
        assert!((5..45).contains(&lost.count()));
    }

    #[test]
    fn a_write_is_torn_where_a_sector_ends() {
        let mut bytes = vec![0; 2_048];
        lay_kept(&mut bytes, 100, &[7; 1_500], Fate::Torn(0b0101));
        let runs = [(0..100, 0), (100..512, 7), (512..1_024, 0), (1_024..1_536, 7)];
        for (range, expected) in runs {
            assert!(bytes[range.clone()].iter().all(|byte| *byte == expected), "{range:?}");
        }
        assert!(bytes[1_536..].iter().all(|byte| *byte == 0));
    }

    #[test]
    fn a_later_write_outlives_an_earlier_one() {
        let met = (0..500).any(|seed| {
            let mut file = File::default();
            file.write(0, &[1; 512]);
            file.write(512, &[2; 512]);
            let left = file.crashed(seed, "a");
            left.bytes()[..] == [[0; 512], [2; 512]].concat()
        });
        assert!(met);
    }
}
