//! The `fork` entry: that a device wrote two entries with one seq, shown to all (`spec/order.md`, "Forks").
//!
//! Its parents are the proof, and it has no fields. Ordinary entries name one head of a device, so that
//! without it a second branch might stay with those who happened to get it.

use mundi_identity::DevicePublic;

use crate::draft::Draft;
use crate::limits::PARENTS;
use crate::log::{FORK, Log};
use crate::replica::Replica;

/// Two heads of one device, which is not this one: of a third branch of a fork that has been shown, say. An
/// ordinary entry names one of them, so the other would be in nobody's past, and in every cut.
fn two_heads(log: &Log, device: &DevicePublic) -> Option<(u32, u32)> {
    let mut heads: Vec<u32> = log.heads().filter(|head| log.device(*head) != *device).collect();
    heads.sort_by_key(|head| (log.device(*head), log.person(*head), log.at(*head), log.id(*head)));
    let same = |one: u32, other: u32| {
        log.device(one) == log.device(other) && log.person(one) == log.person(other)
    };
    heads.windows(2).find_map(|pair| match pair {
        [one, other] if same(*one, *other) => Some((*one, *other)),
        _ => None,
    })
}

impl Replica {
    /// The entry by which a device shows a fork of another that nobody has shown yet, or further branches of
    /// one, at a time (ms since 1970; moved after all that it builds on).
    #[must_use]
    pub fn show_fork(&self, device: &DevicePublic, at: u64) -> Option<Draft> {
        let (mut parents, _) = self.parents_for(device);
        {
            let world = self.sandbox().world();
            let log = &world.log;
            let (one, other) = log.unshown_fork().or_else(|| two_heads(log, device))?;
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
