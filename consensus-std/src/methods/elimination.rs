//! Counts in which options drop out one after another.
//!
//! A method says for the options that are left who has won or who has to go ([`Step`]); this file
//! says what happens when several are equally last ([`Ties`]). Parallel universes: Conitzer,
//! Rognlie, Xia, "Preference functions that score rankings and maximum likelihood estimation", 2009.

use std::collections::BTreeSet;

use crate::limits::MAX_UNIVERSES;

/// What happens when several options are equally last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ties {
    /// `drop-all`: all of them are out at once.
    DropAll,
    /// `parallel`: every one of them is out in a count of its own; whoever wins one of the counts
    /// is a winner.
    Parallel,
    /// `last-listed`: of them the one that stands last in the options is out. Favours what is
    /// listed first.
    LastListed,
}

/// More counts side by side than [`MAX_UNIVERSES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyTies;

/// What a method says of the options that are left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// These have won.
    Won(Vec<usize>),
    /// One of these has to go; where there are several, [`Ties`] says which.
    Last(Vec<usize>),
    /// All of these go, whatever becomes of ties.
    Out(Vec<usize>),
}

/// The options that are still in, in order.
type Remaining = Vec<usize>;

/// The winners, in the order of the options. Each set of remaining options is looked at once.
///
/// # Errors
/// Under [`Ties::Parallel`], where ties upon ties make too many counts.
pub fn eliminate(
    options: usize,
    ties: Ties,
    step: impl Fn(&[usize]) -> Step,
) -> Result<Vec<usize>, TooManyTies> {
    let mut open: Vec<Remaining> = vec![(0..options).collect()];
    let mut seen: BTreeSet<Remaining> = open.iter().cloned().collect();
    let mut winners = BTreeSet::new();
    while let Some(remaining) = open.pop() {
        match next(&remaining, ties, step(&remaining)) {
            Next::Won(won) => winners.extend(won),
            Next::On(next) => open.extend(next.into_iter().filter(|r| seen.insert(r.clone()))),
        }
        if seen.len() > MAX_UNIVERSES && ties == Ties::Parallel {
            return Err(TooManyTies);
        }
    }
    Ok(winners.into_iter().collect())
}

enum Next {
    Won(Vec<usize>),
    On(Vec<Remaining>),
}

fn next(remaining: &[usize], ties: Ties, step: Step) -> Next {
    let without = |out: &[usize]| -> Remaining {
        remaining.iter().copied().filter(|o| !out.contains(o)).collect()
    };
    match (step, ties) {
        _ if remaining.len() <= 1 => Next::Won(remaining.to_vec()),
        (Step::Won(won), _) => Next::Won(won),
        // A method that drops all, or none, has no more to say: what is left has won.
        (Step::Out(out), _) if out.is_empty() || out.len() >= remaining.len() => {
            Next::Won(remaining.to_vec())
        }
        (Step::Out(out), _) => Next::On(vec![without(&out)]),
        (Step::Last(last), _) if last.is_empty() => Next::Won(remaining.to_vec()),
        (Step::Last(last), Ties::LastListed) => {
            Next::On(vec![without(last.last().map_or(&[], std::slice::from_ref))])
        }
        (Step::Last(last), Ties::DropAll) if last.len() >= remaining.len() => Next::Won(last),
        (Step::Last(last), Ties::DropAll) => Next::On(vec![without(&last)]),
        (Step::Last(last), Ties::Parallel) => {
            Next::On(last.iter().map(|out| without(&[*out])).collect())
        }
    }
}

/// Of some options those with the least number, in order.
pub fn least<N: Ord + Copy>(options: &[usize], number: impl Fn(usize) -> N) -> Vec<usize> {
    let least = options.iter().map(|o| number(*o)).min();
    options.iter().copied().filter(|o| Some(number(*o)) == least).collect()
}

/// Of some options those with the greatest number, in order.
pub fn most<N: Ord + Copy>(options: &[usize], number: impl Fn(usize) -> N) -> Vec<usize> {
    least(options, |o| std::cmp::Reverse(number(o)))
}
