//! Devices that wrote two entries with one seq: which branch stands.
//!
//! A function of the set, so nobody need know who is honest: a branch's support is the number of
//! *other* persons with an entry that has it, and no rival, in its causal past. The branch with
//! most support stands (ties: the smaller id), and of it the entries that themselves have support;
//! the device's others from the forked seq on are refused (`spec/entry.md`, "Forks").
//!
//! An entry's past never changes, so for each forked device every entry from the fork on has one
//! [`View`] of its chain, made from the views of what it builds on. Without a fork there is none.
//! Invariant: an entry by another person supports exactly what is at or before its view's tip.

use std::collections::{BTreeMap, BTreeSet};

use super::chains::Chains;
use super::rows::{NONE, Rows};

/// How an entry fares where its device has forked or was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No fork at or before it in its chain.
    Unforked,
    /// Its branch stands, and others have built on it.
    Stands,
    /// It has no effect: `forked`.
    Refused,
    /// It has no effect: `revoked`.
    Revoked,
}

/// What of a forked chain is in an entry's past: all up to the tip, and nothing else of the chain,
/// or, in conflict, more than one branch after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct View {
    /// [`NONE`]: nothing from the fork on, or nothing that the branches share.
    tip: u32,
    conflict: bool,
}

const NOTHING: View = View { tip: NONE, conflict: false };

/// One forked device.
#[derive(Clone, Debug, Default)]
struct Forked {
    device: u32,
    /// The first seq with two entries.
    seq: u32,
    /// The first entry from the fork on: nothing before it in order of arrival sees any.
    from: u32,
    /// The views of all entries from `from` on.
    views: Vec<View>,
    /// Each other person's views' tips, without those that lie before another of theirs.
    tips: BTreeMap<u32, BTreeSet<u32>>,
    /// The device's entries from the fork on, by what they follow ([`NONE`]: the fork).
    next: BTreeMap<u32, Vec<u32>>,
    /// Which of them stand.
    stands: BTreeMap<u32, bool>,
}

/// All forked devices.
#[derive(Clone, Debug, Default)]
pub(crate) struct Forks {
    devices: BTreeMap<u32, Forked>,
    /// The devices whose fork some entry of the log shows.
    shown: BTreeSet<u32>,
}

impl Forks {
    /// The forks of a log that is there already, from the lowest forked seq of each device.
    pub(crate) fn of_all(rows: &Rows, chains: &Chains, forked: &BTreeMap<u32, u32>) -> Self {
        let mut forks = Self::default();
        for (device, seq) in forked {
            let Some(from) = chains.at(*device, *seq) else { continue };
            let mut forked = Forked { device: *device, seq: *seq, from, ..Forked::default() };
            for one in from..rows.len() {
                forked.step(rows, chains, one);
            }
            forked.judge(rows);
            forks.devices.insert(*device, forked);
        }
        forks
    }

    /// Takes note of a `fork` entry: the devices of which it names two entries.
    pub(crate) fn show(&mut self, rows: &Rows, index: u32) {
        let prev = rows.get(index).map(|row| row.prev);
        let under = rows.parents(index).iter().copied().chain(prev);
        let mut devices: Vec<u32> = under.filter_map(|i| Some(rows.get(i)?.device)).collect();
        devices.sort_unstable();
        let twice = devices.windows(2).filter(|pair| pair.first() == pair.last());
        self.shown.extend(twice.filter_map(|pair| pair.first()));
    }

    /// The last entries of two branches of a device whose fork no entry shows yet.
    pub(crate) fn unshown(&self, rows: &Rows) -> Option<(u32, u32)> {
        let forked = self.devices.values().find(|forked| !self.shown.contains(&forked.device))?;
        forked.branches(rows)
    }

    /// The forked devices, and the seq from which on.
    pub(crate) fn devices(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.devices.values().map(|forked| (forked.device, forked.seq))
    }

    pub(crate) fn standing(&self, index: u32) -> Standing {
        match self.devices.values().find_map(|forked| forked.stands.get(&index)) {
            None => Standing::Unforked,
            Some(true) => Standing::Stands,
            Some(false) => Standing::Refused,
        }
    }

    /// Takes note of the newest entry, and of the one with the same device and seq if it forks.
    /// Gives the entries whose standing has changed.
    pub(crate) fn add(
        &mut self,
        rows: &Rows,
        chains: &Chains,
        index: u32,
        rival: Option<u32>,
    ) -> Vec<u32> {
        let mut changed = Vec::new();
        for forked in self.devices.values_mut() {
            if forked.step(rows, chains, index) {
                changed.extend(forked.judge(rows));
            }
        }
        let Some(row) = rows.get(index).filter(|_| rival.is_some()) else { return changed };
        let earlier = self.devices.get(&row.device).is_none_or(|forked| row.seq < forked.seq);
        if let Some(from) = chains.at(row.device, row.seq).filter(|_| earlier) {
            let mut forked = Forked { device: row.device, seq: row.seq, from, ..Forked::default() };
            for one in from..=index {
                forked.step(rows, chains, one);
            }
            changed.extend(forked.judge(rows));
            self.devices.insert(row.device, forked);
        }
        changed
    }
}

impl Forked {
    /// What an entry of the chain follows: [`NONE`] at the fork.
    fn before(&self, rows: &Rows, index: u32) -> u32 {
        rows.get(index).filter(|row| row.seq > self.seq).map_or(NONE, |row| row.prev)
    }

    /// The last entry that two of the chain share. Costs their distance.
    fn common(&self, rows: &Rows, mut a: u32, mut b: u32) -> u32 {
        let depth = |index: u32| rows.get(index).map_or(0, |row| u64::from(row.seq) + 1);
        while a != b {
            if depth(a) >= depth(b) {
                a = self.before(rows, a);
            } else {
                b = self.before(rows, b);
            }
        }
        a
    }

    /// What is seen by whoever sees both.
    fn merge(&self, rows: &Rows, a: View, b: View) -> View {
        let common = self.common(rows, a.tip, b.tip);
        match (common == a.tip, common == b.tip) {
            (true, true) => View { tip: common, conflict: a.conflict || b.conflict },
            // `b` sees farther; that is a conflict where `a` sees another branch.
            (true, false) => {
                if a.conflict {
                    a
                } else {
                    b
                }
            }
            (false, true) => {
                if b.conflict {
                    b
                } else {
                    a
                }
            }
            #[cfg(feature = "faults")]
            (false, false) if crate::faults::planted(crate::faults::Fault::RivalsSupported) => b,
            (false, false) => View { tip: common, conflict: true },
        }
    }

    fn view(&self, index: u32) -> View {
        let at = index.checked_sub(self.from).filter(|_| index != NONE);
        at.and_then(|at| self.views.get(at as usize)).copied().unwrap_or(NOTHING)
    }

    /// Notes the next entry's view; says whether the standing may have changed.
    fn step(&mut self, rows: &Rows, chains: &Chains, index: u32) -> bool {
        let Some(row) = rows.get(index) else { return false };
        let under = rows.parents(index).iter().chain([&row.prev]).map(|i| self.view(*i));
        let mut view = under.fold(NOTHING, |all, one| self.merge(rows, all, one));
        let own = row.device == self.device && row.seq >= self.seq;
        if own {
            view = self.merge(rows, view, View { tip: index, conflict: false });
        }
        self.views.push(view);
        if own {
            self.next.entry(self.before(rows, index)).or_default().push(index);
            return true;
        }
        let person = chains.owner(row.device);
        let other = person.filter(|person| Some(*person) != chains.owner(self.device));
        other.is_some_and(|person| self.support(rows, person, view.tip))
    }

    /// A person supports all up to a tip; says whether that is news.
    fn support(&mut self, rows: &Rows, person: u32, tip: u32) -> bool {
        let empty = BTreeSet::new();
        let tips = self.tips.get(&person).unwrap_or(&empty);
        if tip == NONE || tips.iter().any(|one| self.common(rows, *one, tip) == tip) {
            return false;
        }
        let mut kept: BTreeSet<u32> =
            tips.iter().filter(|one| self.common(rows, **one, tip) != **one).copied().collect();
        kept.insert(tip);
        self.tips.insert(person, kept);
        true
    }

    /// How many other persons support each entry of the chain from the fork on.
    fn supports(&self, rows: &Rows) -> BTreeMap<u32, usize> {
        let mut supports = BTreeMap::new();
        for tips in self.tips.values() {
            let mut counted = BTreeSet::new();
            for tip in tips {
                let mut at = *tip;
                while at != NONE && counted.insert(at) {
                    *supports.entry(at).or_default() += 1;
                    at = self.before(rows, at);
                }
            }
        }
        supports
    }

    /// The last entries of the first two branches, by their ids.
    fn branches(&self, rows: &Rows) -> Option<(u32, u32)> {
        let mut starts = self.next.get(&NONE)?.clone();
        starts.sort_by_key(|index| rows.get(*index).map(|row| row.id));
        let last = |mut at: u32| {
            while let Some(next) = self.next.get(&at).and_then(|next| next.first()) {
                at = *next;
            }
            at
        };
        Some((last(*starts.first()?), last(*starts.get(1)?)))
    }

    /// Decides anew which entries stand; gives those for which that changed.
    fn judge(&mut self, rows: &Rows) -> Vec<u32> {
        let supports = self.supports(rows);
        let mut stands: BTreeMap<u32, bool> =
            self.next.values().flatten().map(|index| (*index, false)).collect();
        let mut at = NONE;
        while let Some(branches) = self.next.get(&at) {
            let support = |index: &u32| supports.get(index).copied().unwrap_or(0);
            let id = |index: &u32| rows.get(*index).map(|row| row.id);
            let best = branches.iter().max_by_key(|i| (support(i), std::cmp::Reverse(id(i))));
            let Some(best) = best.filter(|best| support(best) > 0) else { break };
            stands.insert(*best, true);
            at = *best;
        }
        let changed = stands.iter().filter(|(index, yes)| self.stands.get(index) != Some(yes));
        let changed = changed.map(|(index, _)| *index).collect();
        self.stands = stands;
        changed
    }
}
