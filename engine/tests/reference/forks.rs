//! Forks by their definition (`spec/entry.md`): who has what in their causal past, and no rival.

use std::collections::{BTreeMap, BTreeSet};

use mundi_engine::entry::{Entry, EntryId};
use mundi_identity::{DevicePublic, Fingerprint};

/// The entries that do not stand.
pub fn refused(
    sorted: &[&Entry],
    devices: &BTreeMap<DevicePublic, Fingerprint>,
) -> BTreeSet<EntryId> {
    // Times grow along every edge, so what comes before is known already.
    let mut past: BTreeMap<EntryId, BTreeSet<EntryId>> = BTreeMap::new();
    for entry in sorted {
        let mut all = BTreeSet::from([entry.id()]);
        for before in entry.parents().chain(entry.prev()) {
            all.extend(past[&before].iter().copied());
        }
        past.insert(entry.id(), all);
    }
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
