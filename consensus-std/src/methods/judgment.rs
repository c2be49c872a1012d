//! Majority judgment and its kin: the highest median grade.
//!
//! In: for each option a grade from every ballot, whole numbers, the greater the better; left out is
//! 0. An option's grade is its median, of two middle ones the lower. Holds: the highest median wins. Of
//! options with one median the method says which is better:
//! - majority judgment: one grade of the median is taken from each, and again, until medians differ
//!   (Balinski and Laraki);
//! - by p above the median, q below it and r at it (Fabre): typical judgment by p - q, central judgment
//!   by (p - q)/(p + q), usual judgment by (p - q)/r, each exact.
//!
//! Ties: all that are still level. Sources: Balinski and Laraki, "Majority judgment", 2010; Fabre,
//! "Tie-breaking the highest median", 2021.

use std::cmp::Ordering;

/// How options with one median are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// Medians of what is left when a median is taken away.
    Majority,
    /// p - q
    Typical,
    /// (p - q)/(p + q)
    Central,
    /// (p - q)/r
    Usual,
}

/// The winners, in order; `grades` has for each option a grade of every ballot.
#[must_use]
pub fn judgment(mut grades: Vec<Vec<i64>>, chain: Chain) -> Vec<usize> {
    grades.iter_mut().for_each(|grades| grades.sort_unstable());
    let compare = |a: &Vec<i64>, b: &Vec<i64>| match chain {
        Chain::Majority => medians(a).cmp(medians(b)),
        _ => median(a).cmp(&median(b)).then_with(|| by_sides(a, b, chain)),
    };
    let best = grades.iter().max_by(|a, b| compare(a, b)).cloned().unwrap_or_default();
    let level = |(_, grades): &(usize, &Vec<i64>)| compare(grades, &best) == Ordering::Equal;
    grades.iter().enumerate().filter(level).map(|(option, _)| option).collect()
}

/// The lower middle of sorted grades.
fn median(grades: &[i64]) -> Option<i64> {
    grades.get(grades.len().saturating_sub(1) / 2).copied()
}

/// The medians of sorted grades, each taken away in turn: the lower middle, then, where their number
/// is even, the one above it, the one below, and so on outwards; where it is odd, the one below first.
fn medians(grades: &[i64]) -> impl Iterator<Item = i64> {
    let middle = grades.len().saturating_sub(1) / 2;
    let (below, from) = grades.split_at(middle.min(grades.len()));
    let (mut down, mut up) = (below.iter().rev().copied(), from.iter().copied());
    let mut upward = true;
    let mut first = true;
    let even = grades.len().is_multiple_of(2);
    std::iter::from_fn(move || {
        let next = if upward { up.next().or_else(|| down.next()) } else { down.next() };
        upward = if first { even } else { !upward };
        first = false;
        next.or_else(|| up.next())
    })
}

/// Which of two with one median is better, by the shares above, below and at it.
fn by_sides(a: &[i64], b: &[i64], chain: Chain) -> Ordering {
    let (a, b) = (Sides::of(a), Sides::of(b));
    // Counts are below 2⁶³ and products of two below 2¹²⁶.
    let lead = |s: &Sides| s.above - s.below;
    match chain {
        Chain::Majority | Chain::Typical => lead(&a).cmp(&lead(&b)),
        Chain::Usual => (lead(&a) * b.at).cmp(&(lead(&b) * a.at)),
        Chain::Central => {
            // Nobody above or below is a lead of 0 over anything.
            let (x, y) = ((a.above + a.below).max(1), (b.above + b.below).max(1));
            (lead(&a) * y).cmp(&(lead(&b) * x))
        }
    }
}

struct Sides {
    above: i128,
    below: i128,
    at: i128,
}

impl Sides {
    fn of(grades: &[i64]) -> Self {
        let median = median(grades).unwrap_or(0);
        let count = |side: Ordering| {
            i128::try_from(grades.iter().filter(|g| (*g).cmp(&median) == side).count()).unwrap_or(0)
        };
        Self {
            above: count(Ordering::Greater),
            below: count(Ordering::Less),
            at: count(Ordering::Equal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition: take the lower median away, again and again.
    fn by_definition(grades: &[i64]) -> Vec<i64> {
        let mut left = grades.to_vec();
        let mut medians = Vec::new();
        while !left.is_empty() {
            medians.push(left.remove((left.len() - 1) / 2));
        }
        medians
    }

    #[test]
    fn medians_are_those_of_what_is_left() {
        for n in 0..9 {
            let grades: Vec<i64> = (0..n).collect();
            assert_eq!(medians(&grades).collect::<Vec<_>>(), by_definition(&grades), "{n}");
        }
    }

    #[test]
    fn chains_differ() {
        // One median, 3; the first has more above it, the second fewer below it.
        let grades = || vec![vec![1, 1, 3, 3, 3, 5, 5, 5, 3], vec![3, 3, 3, 3, 3, 3, 3, 5, 3]];
        assert_eq!(judgment(grades(), Chain::Typical), [0, 1]);
        assert_eq!(judgment(grades(), Chain::Central), [1]);
        assert_eq!(judgment(grades(), Chain::Usual), [0]);
    }
}
