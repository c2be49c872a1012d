//! Devices that their person has revoked: which of their entries stand (`spec/entry.md`, "Revoked
//! devices").
//!
//! A function of the set. For each revoked device every entry has a [`View`]: how much of the
//! device's chain is in its past, and whether it knows of the revocation. An entry's past never
//! changes, so a view is made once, from the views of what the entry builds on. Without a
//! revocation there is none.

use std::collections::BTreeMap;

use mundi_identity::{DevicePublic, Fingerprint};

use super::chains::Chains;
use super::rows::{NONE, Rows};

/// What an entry has in its past, itself included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct View {
    /// How many entries of the device's chain, up to the one with the highest seq.
    seen: u64,
    /// Whether a `rekey` that revokes it.
    knows: bool,
}

/// One revoked device of one person.
#[derive(Clone, Debug, Default)]
struct Cut {
    /// By index: all entries' views.
    views: Vec<View>,
    /// How many entries of the chain stand.
    stands: u64,
}

/// All revoked devices.
#[derive(Clone, Debug, Default)]
pub(crate) struct Revoked {
    cuts: BTreeMap<Key, Cut>,
    /// What each `rekey` revokes, by its index: enough to make the rest anew.
    said: BTreeMap<u32, Vec<Key>>,
}

/// A person's device.
pub(crate) type Key = (DevicePublic, Fingerprint);

/// The same by the numbers of the log; a device that has written nothing has none.
#[derive(Clone, Copy)]
struct Numbers {
    device: Option<u32>,
    person: Option<u32>,
}

impl Numbers {
    fn of(chains: &Chains, key: &Key) -> Self {
        Self { device: chains.find(key.0, key.1), person: chains.number(&key.1) }
    }
}

impl Revoked {
    /// The revocations of a log that is there already, from what its entries revoke.
    pub(crate) fn of_all(rows: &Rows, chains: &Chains, said: BTreeMap<u32, Vec<Key>>) -> Self {
        let mut cuts = BTreeMap::new();
        for key in said.values().flatten() {
            cuts.entry(*key).or_insert_with(|| {
                let (mut cut, whose) = (Cut::default(), Numbers::of(chains, key));
                for one in 0..rows.len() {
                    let revokes = said.get(&one).is_some_and(|keys| keys.contains(key));
                    cut.step(rows, chains, whose, one, revokes);
                }
                cut
            });
        }
        Self { cuts, said }
    }

    /// What entries revoke, by their indices.
    pub(crate) fn said(&self) -> &BTreeMap<u32, Vec<Key>> {
        &self.said
    }

    /// Whether an entry of a device has no effect, because the device is revoked.
    pub(crate) fn refuses(&self, rows: &Rows, chains: &Chains, index: u32) -> bool {
        if self.cuts.is_empty() {
            return false;
        }
        let Some(row) = rows.get(index) else { return false };
        let person = chains.owner(row.device).and_then(|person| chains.fingerprint(person));
        let key = chains.public(row.device).zip(person);
        let cut = key.and_then(|key| self.cuts.get(&key));
        cut.is_some_and(|cut| u64::from(row.seq) >= cut.stands)
    }

    /// Whether an entry has a revocation of its author's device in its past.
    pub(crate) fn knows(&self, rows: &Rows, chains: &Chains, index: u32) -> bool {
        if self.cuts.is_empty() {
            return false;
        }
        let Some(row) = rows.get(index) else { return false };
        let person = chains.owner(row.device).and_then(|person| chains.fingerprint(person));
        let key = chains.public(row.device).zip(person);
        key.and_then(|key| self.cuts.get(&key)).is_some_and(|cut| cut.view(index).knows)
    }

    /// Takes note of the newest entry and of the devices of its author that it revokes. Gives the
    /// entries whose standing may have changed.
    pub(crate) fn add(
        &mut self,
        rows: &Rows,
        chains: &Chains,
        index: u32,
        revokes: &[Key],
    ) -> Vec<u32> {
        let mut changed = Vec::new();
        if !revokes.is_empty() {
            self.said.insert(index, revokes.to_vec());
        }
        for key in revokes {
            if self.cuts.contains_key(key) {
                continue;
            }
            let (mut cut, whose) = (Cut::default(), Numbers::of(chains, key));
            for one in 0..index {
                cut.step(rows, chains, whose, one, false);
            }
            self.cuts.insert(*key, cut);
            // All its entries stood until now.
            changed.extend(entries_of(rows, chains, key, 0..u64::MAX));
        }
        for (key, cut) in &mut self.cuts {
            let before = cut.stands;
            cut.step(rows, chains, Numbers::of(chains, key), index, revokes.contains(key));
            if cut.stands > before {
                changed.extend(entries_of(rows, chains, key, before..cut.stands));
            }
        }
        changed
    }
}

/// A person's device's entries with seqs in a range.
fn entries_of(rows: &Rows, chains: &Chains, key: &Key, seqs: std::ops::Range<u64>) -> Vec<u32> {
    let Some(device) = chains.find(key.0, key.1) else { return Vec::new() };
    let of_it = |index: &u32| {
        rows.get(*index)
            .is_some_and(|row| row.device == device && seqs.contains(&u64::from(row.seq)))
    };
    (0..rows.len()).filter(of_it).collect()
}

impl Cut {
    fn view(&self, index: u32) -> View {
        let known = (index != NONE).then(|| self.views.get(index as usize)).flatten();
        known.copied().unwrap_or_default()
    }

    /// Notes the next entry's view, and what it lets stand.
    fn step(&mut self, rows: &Rows, chains: &Chains, whose: Numbers, index: u32, revokes: bool) {
        let Some(row) = rows.get(index) else { return };
        let mut view = View { seen: 0, knows: revokes };
        for under in rows.parents(index).iter().chain([&row.prev]) {
            let under = self.view(*under);
            view.seen = view.seen.max(under.seen);
            view.knows |= under.knows;
        }
        let owner = chains.owner(row.device);
        if whose.device == Some(row.device) {
            view.seen = view.seen.max(u64::from(row.seq) + 1);
        }
        self.views.push(view);
        let by_another = owner != whose.person && !view.knows;
        if revokes || by_another {
            self.stands = self.stands.max(view.seen);
        }
    }
}
