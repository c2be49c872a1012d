//! Mistakes that the simulator plants, to see whether it finds them. Only with the feature `faults`, which
//! no program has.

use std::sync::atomic::{AtomicU8, Ordering};

/// A mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Fault {
    /// What is said is acknowledged before it is written down, and the machine may stop in between.
    SaidBeforeCommit = 1,
    /// A seal is sent before it is written down, and the machine may stop in between.
    SealBeforeCommit,
    /// A device that was restored from an old copy goes on sealing.
    RestoredSeals,
    /// An entry that is dated ahead is taken in at once.
    AheadTaken,
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
