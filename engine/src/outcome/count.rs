//! The seals of one round: whether an outcome is final, and what the move to the next round gives.
//!
//! `spec/outcome.md`, "Rounds". A function of what is heard, so that a log, a certificate's
//! justification and a simulator count alike. Generic in what stands for an outcome: its order breaks
//! ties.

use std::collections::{BTreeMap, BTreeSet};

#[cfg(feature = "faults")]
use crate::faults::{Fault, planted};

/// The seals of one round, by sealers' numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count<O> {
    /// Who has sealed each outcome.
    seals: BTreeMap<O, BTreeSet<u32>>,
    /// Who has sealed anything.
    heard: BTreeSet<u32>,
    /// Who has sealed two outcomes.
    twice: BTreeSet<u32>,
}

impl<O> Default for Count<O> {
    fn default() -> Self {
        Self { seals: BTreeMap::new(), heard: BTreeSet::new(), twice: BTreeSet::new() }
    }
}

impl<O: Ord + Clone> Count<O> {
    /// Adds a seal that counts.
    pub fn add(&mut self, sealer: u32, outcome: &O) {
        let by = self.seals.entry(outcome.clone()).or_default();
        if by.insert(sealer) && !self.heard.insert(sealer) {
            self.twice.insert(sealer);
        }
    }

    /// The outcomes that have at least q seals.
    pub fn finals(&self, q: usize) -> impl Iterator<Item = &O> {
        #[cfg(feature = "faults")]
        let q = q.saturating_sub(usize::from(planted(Fault::QuorumTooSmall)));
        let enough = move |by: &BTreeSet<u32>| {
            #[cfg(feature = "faults")]
            if planted(Fault::TwiceDropped) {
                return by.difference(&self.twice).count() >= q;
            }
            by.len() >= q
        };
        self.seals.iter().filter(move |(_, by)| enough(by)).map(|(outcome, _)| outcome)
    }

    /// What a sealer who has heard just these seals seals in the next round; `None` where there is
    /// no moving on.
    #[must_use]
    pub fn moves(&self, n: usize, q: usize) -> Option<O> {
        if self.heard.len() < q || self.finals(q).next().is_some() {
            return None;
        }
        let wild = self.wild(n);
        if wild >= q {
            // Even an outcome that nobody here has heard of can still be final.
            return None;
        }
        let mut possible = self.seals.keys().filter(|outcome| self.reach(outcome, n) >= q);
        match (possible.next(), possible.next()) {
            (Some(_), Some(_)) => None,
            (Some(one), None) => Some(one.clone()),
            (None, _) => self.leading(),
        }
    }

    /// How many may have sealed anything: not heard, or proven to have sealed twice.
    fn wild(&self, n: usize) -> usize {
        #[cfg(feature = "faults")]
        if planted(Fault::UnheardIgnored) {
            return self.twice.len();
        } else if planted(Fault::TwiceNotWild) {
            return n.saturating_sub(self.heard.len());
        }
        n.saturating_sub(self.heard.len()) + self.twice.len()
    }

    /// How many may have sealed an outcome.
    fn reach(&self, outcome: &O, n: usize) -> usize {
        let sure = self.seals.get(outcome).map_or(0, |by| by.difference(&self.twice).count());
        sure + self.wild(n)
    }

    /// The outcome with most seals by those who have not sealed twice; of several, the smallest.
    fn leading(&self) -> Option<O> {
        let single = |by: &BTreeSet<u32>| by.difference(&self.twice).count();
        let best =
            self.seals.iter().max_by_key(|(outcome, by)| (single(by), std::cmp::Reverse(*outcome)));
        best.map(|(outcome, _)| outcome.clone())
    }

    /// The outcome with most seals, of several the smallest: what a sealer adopts.
    #[must_use]
    pub fn most_sealed(&self) -> Option<&O> {
        let best =
            self.seals.iter().max_by_key(|(outcome, by)| (by.len(), std::cmp::Reverse(*outcome)));
        best.map(|(outcome, _)| outcome)
    }

    /// The outcomes that are sealed, and by whom.
    #[must_use]
    pub fn seals(&self) -> &BTreeMap<O, BTreeSet<u32>> {
        &self.seals
    }

    /// Who has sealed anything.
    #[must_use]
    pub fn heard(&self) -> &BTreeSet<u32> {
        &self.heard
    }

    /// Who has sealed two outcomes.
    #[must_use]
    pub fn twice(&self) -> &BTreeSet<u32> {
        &self.twice
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seals as letters: a sealer's place in the list, and what they have sealed.
    fn count(all: &[&str]) -> Count<char> {
        let mut count = Count::default();
        for (sealer, seals) in (0..).zip(all) {
            seals.chars().for_each(|letter| count.add(sealer, &letter));
        }
        count
    }

    #[test]
    fn moves_are_those_of_the_law() {
        // n, q, seals, the move.
        let rows: &[(usize, usize, &[&str], Option<char>)] = &[
            // Too few are heard.
            (3, 2, &["X", "", ""], None),
            // One is final.
            (3, 2, &["X", "X", ""], None),
            // The silent one decides whether either is final: both are possible.
            (3, 2, &["X", "Y", ""], None),
            // A split, all heard: none is possible; ties go to the smallest.
            (4, 3, &["Y", "Y", "X", "X"], Some('X')),
            (4, 3, &["Y", "Y", "X", ""], Some('Y')),
            (5, 3, &["Z", "Z", "Y", "Y", "X"], Some('Y')),
            // One is still possible, though another leads in ties.
            (4, 4, &["Y", "Y", "Y", "X"], Some('Y')),
            // Who seals twice may have given either to the world: both are still possible.
            (4, 3, &["Y", "X", "X", "XY"], None),
            (3, 2, &["X", "Y", "XY"], None),
            // With so many liars even something unheard of could be final.
            (3, 2, &["X", "XY", "XY"], None),
            (4, 3, &["X", "X", "YX", "Z"], None),
        ];
        for (n, q, seals, expected) in rows {
            assert_eq!(count(seals).moves(*n, *q), *expected, "{n} {q} {seals:?}");
        }
    }

    #[test]
    fn who_has_sealed_twice_counts_for_each_final() {
        let count = count(&["X", "XY", "Y"]);
        assert_eq!(count.finals(2).collect::<Vec<_>>(), [&'X', &'Y']);
        assert_eq!(count.twice().iter().collect::<Vec<_>>(), [&1]);
    }

    #[test]
    fn a_sealer_adopts_what_most_have_sealed() {
        assert_eq!(count(&["Y", "Y", "X"]).most_sealed(), Some(&'Y'));
        assert_eq!(count(&["Y", "X", ""]).most_sealed(), Some(&'X'));
        assert_eq!(count(&[""]).most_sealed(), None);
    }
}
