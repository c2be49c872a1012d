//! Methods that go step by step, where a step may tie: which ways are followed.
//!
//! A step's tie is either broken by the order of the options, or every way is followed in a count
//! of its own ("parallel universes": Conitzer, Rognlie, Xia, "Preference functions that score
//! rankings", 2009). States that two ways lead to are followed once.

use std::collections::BTreeSet;

use crate::limits::{MAX_BRANCHES, MAX_COMMITTEES};

/// What happens when a step ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ties {
    /// `parallel`: every way is followed, and all outcomes are results.
    Parallel,
    /// `first-listed`: of those level for a place the one listed first has it, and of those level
    /// for the last place the one listed last is out. One outcome, which favours what is listed
    /// first: where that must not be, the order of the options has to come from a draw.
    FirstListed,
}

impl Ties {
    /// Of those level for a place, in order: who has it, each in a universe of its own.
    #[must_use]
    pub fn takes(self, level: Vec<usize>) -> Vec<usize> {
        match self {
            Ties::Parallel => level,
            Ties::FirstListed => level.into_iter().take(1).collect(),
        }
    }

    /// Of those level for the last place, in order: who is out.
    #[must_use]
    pub fn drops(self, level: Vec<usize>) -> Vec<usize> {
        match self {
            Ties::Parallel => level,
            Ties::FirstListed => level.last().copied().into_iter().collect(),
        }
    }
}

/// Above a cap on work: there is no answer rather than a slow one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooMuch {
    /// Ties upon ties: more than [`MAX_BRANCHES`] states, or more than [`MAX_COMMITTEES`] outcomes.
    Ties,
    /// A search or a count of more steps than the method allows.
    Steps,
}

/// What a step leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<S> {
    /// The count is over.
    Done,
    /// It goes on with each of these.
    On(Vec<S>),
}

/// Follows every way; gives the states in which a count is over, in their order.
///
/// # Errors
/// [`TooMuch::Ties`] where there are more states than [`MAX_BRANCHES`], or what a step answers.
pub fn follow<S: Ord + Clone>(
    start: S,
    step: impl Fn(&S) -> Result<Step<S>, TooMuch>,
) -> Result<Vec<S>, TooMuch> {
    let mut open = vec![start.clone()];
    let mut seen = BTreeSet::from([start]);
    let mut done = Vec::new();
    while let Some(state) = open.pop() {
        match step(&state)? {
            Step::Done => done.push(state),
            Step::On(next) => {
                open.extend(next.into_iter().filter(|s| seen.insert(s.clone())));
            }
        }
        if seen.len() > MAX_BRANCHES {
            return Err(TooMuch::Ties);
        }
    }
    done.sort();
    Ok(done)
}

/// Committees, each in the order of the options, without repetition, in lexicographic order.
///
/// # Errors
/// [`TooMuch::Ties`] where there are more than [`MAX_COMMITTEES`].
pub fn committees(each: impl IntoIterator<Item = Vec<usize>>) -> Result<Vec<Vec<usize>>, TooMuch> {
    let mut all = BTreeSet::new();
    for mut committee in each {
        committee.sort_unstable();
        all.insert(committee);
        if all.len() > MAX_COMMITTEES {
            return Err(TooMuch::Ties);
        }
    }
    Ok(all.into_iter().collect())
}

/// A set in order with one more in it.
#[must_use]
pub fn with(set: &[usize], one: usize) -> Vec<usize> {
    let mut larger = set.to_vec();
    larger.insert(set.partition_point(|o| *o < one), one);
    larger
}

/// The places where the key is greatest, in order.
pub fn best<K: Ord>(
    among: impl IntoIterator<Item = usize>,
    key: impl Fn(usize) -> K,
) -> Vec<usize> {
    let mut best: Option<K> = None;
    let mut level = Vec::new();
    for option in among {
        let key = key(option);
        match best.as_ref().map(|b| key.cmp(b)) {
            Some(std::cmp::Ordering::Less) => {}
            Some(std::cmp::Ordering::Equal) => level.push(option),
            Some(std::cmp::Ordering::Greater) | None => {
                best = Some(key);
                level = vec![option];
            }
        }
    }
    level
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes two of three, any.
    #[allow(clippy::ptr_arg, reason = "what a step is given is the state itself")]
    fn two_of_three(chosen: &Vec<usize>) -> Result<Step<Vec<usize>>, TooMuch> {
        if chosen.len() == 2 {
            return Ok(Step::Done);
        }
        let left = (0..3).filter(|o| !chosen.contains(o));
        Ok(Step::On(left.map(|o| with(chosen, o)).collect()))
    }

    #[test]
    fn every_way_is_followed_once() {
        let ends = follow(Vec::new(), two_of_three).unwrap();
        assert_eq!(ends, [vec![0, 1], vec![0, 2], vec![1, 2]]);
    }

    #[test]
    fn too_many_states_are_refused() {
        let endless = |n: &usize| Ok(Step::On(vec![n + 1, n + 2]));
        assert_eq!(follow(0, endless), Err(TooMuch::Ties));
        let many = (0..=MAX_COMMITTEES).map(|n| vec![n]);
        assert_eq!(committees(many), Err(TooMuch::Ties));
    }

    #[test]
    fn a_tie_favours_the_first_listed() {
        assert_eq!(Ties::FirstListed.takes(vec![2, 5]), [2]);
        assert_eq!(Ties::FirstListed.drops(vec![2, 5]), [5]);
        assert_eq!(Ties::Parallel.drops(vec![2, 5]), [2, 5]);
        assert_eq!(best([3, 1, 2], |o| o % 2), [3, 1]);
    }
}
