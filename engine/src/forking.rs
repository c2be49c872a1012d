//! The `fork` entry: that a device wrote two entries with one seq, shown to all (`spec/order.md`, "Forks").
//!
//! Its parents are the proof, and it has no fields. Ordinary entries name one head of a device, so that
//! without it a second branch might stay with those who happened to get it.

use mundi_identity::DevicePublic;

use crate::draft::Draft;
use crate::limits::PARENTS;
use crate::log::FORK;
use crate::replica::Replica;

impl Replica {
    /// The entry by which a device shows a fork of another that nobody has shown yet, at a time (ms since
    /// 1970; moved after all that it builds on).
    #[must_use]
    pub fn show_fork(&self, device: &DevicePublic, at: u64) -> Option<Draft> {
        let (mut parents, _) = self.parents_for(device);
        {
            let world = self.sandbox().world();
            let log = &world.log;
            let (one, other) = log.unshown_fork()?;
            let forked = log.device(one);
            if forked == *device {
                return None;
            }
            parents.retain(|id| log.find(id).is_some_and(|index| log.device(index) != forked));
            parents.truncate(PARENTS - 2);
            parents.extend([log.id(one), log.id(other)]);
        }
        Some(self.chained(*device, FORK, vec![0xa0], at, Some(parents)))
    }
}
