//! What can be made to go wrong.

/// What happens at a step: a write, a truncation or a sync.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This step fails as on a full disk. Of a write, some sectors may be there; what a sync did
    /// not write is still read, and may be lost in spite of later syncs.
    Full,
    /// This step fails as on a broken disk, with the same consequences.
    Io,
    /// The power goes: this step and all that is asked afterwards fail, until
    /// [`crash`](crate::Disk::crash) or [`restore`](crate::Disk::restore) has the machine start
    /// again.
    Power,
}

/// The faults of one disk.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// How many steps go well before which fault.
    armed: Option<(u64, Fault)>,
    power_off: bool,
    steps: u64,
    pub(crate) read_only: bool,
    pub(crate) ignore_syncs: bool,
    /// Bytes that all files together may have.
    pub(crate) room: Option<u64>,
}

impl Faults {
    /// Arms a fault for the n-th step from here on, where the next one is the first.
    pub(crate) fn arm(&mut self, nth: u64, fault: Fault) {
        self.armed = Some((nth.saturating_sub(1), fault));
    }

    /// The machine starts again.
    pub(crate) fn start(&mut self) {
        self.armed = None;
        self.power_off = false;
    }

    pub(crate) fn is_off(&self) -> bool {
        self.power_off
    }

    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }

    /// One step is made; says what goes wrong with it.
    pub(crate) fn step(&mut self) -> Option<Fault> {
        self.steps = self.steps.saturating_add(1);
        let (left, fault) = self.armed?;
        if left > 0 {
            self.armed = Some((left.saturating_sub(1), fault));
            return None;
        }
        self.armed = None;
        self.power_off = fault == Fault::Power;
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Faults};

    #[test]
    fn the_nth_step_fails_and_no_other() {
        let mut faults = Faults::default();
        faults.arm(3, Fault::Full);
        let met: Vec<Option<Fault>> = (0..5).map(|_| faults.step()).collect();
        assert_eq!(met, [None, None, Some(Fault::Full), None, None]);
        assert_eq!(faults.steps(), 5);
    }

    #[test]
    fn power_stays_off_until_the_start() {
        let mut faults = Faults::default();
        faults.arm(1, Fault::Power);
        assert_eq!(faults.step(), Some(Fault::Power));
        assert!(faults.is_off());
        faults.start();
        assert!(!faults.is_off() && faults.step().is_none());
    }
}
