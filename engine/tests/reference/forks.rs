//! Forks and revocations by their definition (`spec/entry.md`): who has what in their causal past.

use std::collections::{BTreeMap, BTreeSet};

use mundi_engine::entry::{Entry, EntryId};
use mundi_engine::rekeying;
use mundi_identity::{DevicePublic, Fingerprint};

/// Everything that each entry builds on, itself included.
fn pasts(sorted: &[&Entry]) -> BTreeMap<EntryId, BTreeSet<EntryId>> {
    // Times grow along every edge, so what comes before is known already.
    let mut past: BTreeMap<EntryId, BTreeSet<EntryId>> = BTreeMap::new();
    for entry in sorted {
        let mut all = BTreeSet::from([entry.id()]);
        for before in entry.parents().chain(entry.prev()) {
            all.extend(past[&before].iter().copied());
        }
        past.insert(entry.id(), all);
    }
    past
}

/// The entries that do not stand because their device has forked.
pub fn refused(
    sorted: &[&Entry],
    devices: &BTreeMap<DevicePublic, Fingerprint>,
) -> BTreeSet<EntryId> {
    let past = pasts(sorted);
    let mut chains: BTreeMap<DevicePublic, Vec<&Entry>> = BTreeMap::new();
    for entry in sorted {
        chains.entry(entry.author()).or_default().push(entry);
    }
    let mut refused = BTreeSet::new();
    for (device, chain) in chains {
        let seqs: Vec<u32> = chain.iter().map(|e| e.seq()).collect();
        let twice = |seq: &&u32| seqs.iter().filter(|s| s == seq).count() > 1;
        let Some(fork) = seqs.iter().filter(twice).min() else { continue };
        // In the chain, that is; a branch may also have seen the other by way of somebody else.
        let prev = |id: EntryId| chain.iter().find(|e| e.id() == id).and_then(|e| e.prev());
        let follows = |a: &Entry, b: &Entry| {
            std::iter::successors(Some(a.id()), |id| prev(*id)).any(|id| id == b.id())
        };
        let support = |e: &Entry| {
            let rival = |r: &&&Entry| !follows(r, e) && !follows(e, r);
            let rivals: Vec<_> = chain.iter().filter(rival).map(|r| r.id()).collect();
            let backs = |by: &&&Entry| {
                let seen = &past[&by.id()];
                devices.get(&by.author()) != devices.get(&device)
                    && seen.contains(&e.id())
                    && !rivals.iter().any(|r| seen.contains(r))
            };
            let persons = sorted.iter().filter(backs).map(|by| devices.get(&by.author()));
            persons.collect::<BTreeSet<_>>().len()
        };
        refused.extend(chain.iter().filter(|e| e.seq() >= *fork).map(|e| e.id()));
        let mut stands: Option<EntryId> = None;
        for seq in *fork.. {
            let next =
                chain.iter().filter(|e| e.seq() == seq && (seq == *fork || e.prev() == stands));
            let best = next.max_by_key(|e| (support(e), std::cmp::Reverse(e.id())));
            let Some(best) = best.filter(|e| support(e) > 0) else { break };
            stands = Some(best.id());
            refused.remove(&best.id());
        }
    }
    refused
}

/// The entries that do not stand because their device is revoked.
pub fn revoked(
    sorted: &[&Entry],
    devices: &BTreeMap<DevicePublic, Fingerprint>,
) -> BTreeSet<EntryId> {
    let past = pasts(sorted);
    let mut refused = BTreeSet::new();
    for (device, person) in devices {
        let revokes = |e: &&&Entry| {
            let revocations = rekeying::read(e).map(|r| r.revoked).unwrap_or_default();
            e.author() != *device
                && devices.get(&e.author()) == Some(person)
                && revocations.iter().any(|r| r.device() == *device && r.person() == *person)
        };
        let rekeys: Vec<EntryId> = sorted.iter().filter(revokes).map(|e| e.id()).collect();
        if rekeys.is_empty() {
            continue;
        }
        let keeps = |e: &&&Entry| {
            let knows = rekeys.iter().any(|r| past[&e.id()].contains(r));
            rekeys.contains(&e.id()) || (!knows && devices.get(&e.author()) != Some(person))
        };
        let chain: Vec<_> = sorted.iter().filter(|e| e.author() == *device).collect();
        let kept: BTreeSet<EntryId> =
            sorted.iter().filter(keeps).flat_map(|e| past[&e.id()].iter().copied()).collect();
        let last = chain.iter().filter(|e| kept.contains(&e.id())).map(|e| e.seq()).max();
        let gone = chain.iter().filter(|e| last.is_none_or(|last| e.seq() > last));
        refused.extend(gone.map(|e| e.id()));
    }
    refused
}
