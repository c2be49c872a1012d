//! Ballots that are alike, counted once: what the methods for several winners work on.

use std::collections::BTreeMap;

use crate::profile::Profile;

/// Equal ballots, and how many there are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Papers {
    /// What is on each.
    pub marks: Vec<usize>,
    /// How many.
    pub count: u64,
}

/// Rankings, equal ones together; empty ones are left out.
#[must_use]
pub fn rankings(profile: &Profile) -> Vec<Papers> {
    together(profile.ballots().iter().cloned())
}

/// Approvals: the order of the marks means nothing. Empty ones are left out.
#[must_use]
pub fn approvals(profile: &Profile) -> Vec<Papers> {
    together(profile.ballots().iter().map(|ballot| {
        let mut marks = ballot.clone();
        marks.sort_unstable();
        marks
    }))
}

fn together(ballots: impl Iterator<Item = Vec<usize>>) -> Vec<Papers> {
    let mut groups: BTreeMap<Vec<usize>, u64> = BTreeMap::new();
    for marks in ballots.filter(|marks| !marks.is_empty()) {
        let count = groups.entry(marks).or_default();
        *count = count.saturating_add(1);
    }
    groups.into_iter().map(|(marks, count)| Papers { marks, count }).collect()
}

/// For each option the ballots that name it.
#[must_use]
pub fn named(options: usize, papers: &[Papers]) -> Vec<u64> {
    let mut counts = vec![0_u64; options];
    for group in papers {
        for mark in &group.marks {
            if let Some(count) = counts.get_mut(*mark) {
                *count = count.saturating_add(group.count);
            }
        }
    }
    counts
}

/// How many marks there are on groups of equal ballots: the measure of work.
#[must_use]
pub fn marks(papers: &[Papers]) -> usize {
    papers.iter().map(|group| group.marks.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ballots_are_counted_together() {
        let profile = Profile::new(3, vec![vec![1, 0], vec![0, 1], vec![], vec![1, 0]]).unwrap();
        let group = |marks: &[usize], count| Papers { marks: marks.to_vec(), count };
        assert_eq!(rankings(&profile), [group(&[0, 1], 1), group(&[1, 0], 2)]);
        assert_eq!(approvals(&profile), [group(&[0, 1], 3)]);
        assert_eq!(named(3, &approvals(&profile)), [3, 3, 0]);
    }
}
