//! Mistakes that the simulator plants, to see whether it finds them. Only with the feature `faults`, which
//! no program has.

use std::sync::atomic::{AtomicU8, Ordering};

/// A mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Fault {
    /// One seal less than the rules ask for is enough.
    QuorumTooSmall = 1,
    /// Moving to the next round, those who are not heard are taken to have sealed nothing.
    UnheardIgnored,
    /// Those who have sealed twice are taken to have sealed nothing else.
    TwiceNotWild,
    /// The seals of those who have sealed twice are not counted any more.
    TwiceDropped,
    /// A seal of a later round need not be justified.
    UnjustifiedCounts,
    /// A sealer may skip a round.
    RoundsSkipped,
    /// A sealer may seal a round again.
    SealedAgain,
    /// A seal for an outcome that its cut does not have counts.
    WrongOutcomeCounts,
    /// A cut need not be the heads of its past, nor in the past of the seal.
    AnyCut,
    /// Entries of one time stand in the order in which they came.
    TieByArrival,
    /// A late entry is folded after what stands behind it.
    LateNotRolledBack,
    /// Going back, a checkpoint is used that was taken after the place of a late entry.
    StaleCheckpoint,
    /// Who has seen two branches of a fork supports the one seen last.
    RivalsSupported,
    /// An entry is taken in though what it builds on is missing.
    WaitingCounted,
    /// An entry of another conversation is taken in.
    ForeignTaken,
}

static PLANTED: AtomicU8 = AtomicU8::new(0);

/// Plants a mistake in the whole process, or takes away the one that is there.
pub fn plant(fault: Option<Fault>) {
    PLANTED.store(fault.map_or(0, |fault| fault as u8), Ordering::SeqCst);
}

/// Whether a mistake is planted.
pub(crate) fn planted(fault: Fault) -> bool {
    PLANTED.load(Ordering::Relaxed) == fault as u8
}
