//! Opinion groups: who votes alike on many statements, and what all groups agree with.
//!
//! In: for each participant a vote on each statement, agree, pass or disagree (1, 0, −1), or none;
//! and the fewest votes with which one is counted. The aim is that of Polis (Small, Bjorkegren,
//! Erkkilä, Shaw, Megill, "Polis: scaling deliberation by mapping high dimensional opinion spaces",
//! 2021). The way there is another one, as principal components over floating-point numbers differ
//! from machine to machine; so groups may differ from those of Polis:
//! 1. Participants with fewer votes than the floor are left out. The others stand in the order of
//!    their votes, so that nothing depends on who came first.
//! 2. The distance of two is Σ|a − b|/2 over the statements that both voted on, divided by their
//!    number, in [`UNIT`]ths, cut; one half where there is none.
//! 3. For k = 2, …, [`MAX_GROUPS`]: k medoids by PAM (Kaufman, Rousseeuw, "Finding groups in data",
//!    1990): BUILD, then the best SWAP until none lowers the sum of distances, at most [`MAX_SWAPS`]
//!    times; of equal ones the first. Each participant is with the nearest medoid, of equally near ones the first.
//! 4. The k with the greatest sum of silhouettes ((b − a)/max(a, b), in [`UNIT`]ths, cut; 0 for
//!    who is alone), of equal ones the smallest. One group where all votes agree or fewer than
//!    three are counted.
//! 5. Group-informed consensus of a statement: the product over groups of
//!    (agrees + 1)/(votes + 2), an exact fraction.

use crate::limits::MAX_SWAPS;

/// One: the distance of two who never agree.
pub const UNIT: u64 = 1_000_000_000;
/// The most groups that are looked for.
pub const MAX_GROUPS: usize = 5;

/// What somebody thinks of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Vote {
    /// −1
    Disagree,
    /// 0
    Pass,
    /// 1
    Agree,
}

/// A participant's votes, a place for each statement.
pub type Votes = Vec<Option<Vote>>;

/// Groups and what they agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinions {
    /// Participants of each group, in order; groups by their size, then by their first member.
    pub groups: Vec<Vec<usize>>,
    /// Who voted too little, in order.
    pub left_out: Vec<usize>,
    /// For each statement the product, as numerator and denominator.
    pub consensus: Vec<(u128, u128)>,
    /// The sum of silhouettes, in [`UNIT`]ths: near the number of participants where groups are
    /// far apart, near 0 or below where they are not.
    pub silhouette: i128,
}

/// Finds the groups.
#[must_use]
pub fn opinions(participants: &[Votes], statements: usize, floor: usize) -> Opinions {
    let voted = |votes: &Votes| votes.iter().flatten().count();
    let counted = |p: &usize| participants.get(*p).is_some_and(|v| voted(v) >= floor);
    let (mut order, left_out): (Vec<usize>, Vec<usize>) =
        (0..participants.len()).partition(|p| counted(p));
    order.sort_by_key(|p| participants.get(*p));
    let votes: Vec<&Votes> = order.iter().filter_map(|p| participants.get(*p)).collect();
    let (assigned, silhouette) = cluster(&Distances::new(&votes));
    let members = |group: usize| -> Vec<usize> {
        let mine = order.iter().zip(&assigned).filter(|(_, g)| **g == group);
        let mut members: Vec<usize> = mine.map(|(p, _)| *p).collect();
        members.sort_unstable();
        members
    };
    let mut groups: Vec<Vec<usize>> =
        (0..MAX_GROUPS).map(members).filter(|group| !group.is_empty()).collect();
    groups.sort_by_key(|group| (std::cmp::Reverse(group.len()), group.first().copied()));
    let consensus = (0..statements).map(|s| product(participants, &groups, s)).collect();
    Opinions { groups, left_out, consensus, silhouette }
}

/// The group-informed consensus of a statement.
fn product(participants: &[Votes], groups: &[Vec<usize>], statement: usize) -> (u128, u128) {
    let vote = |p: &usize| participants.get(*p)?.get(statement).copied().flatten();
    groups.iter().fold((1, 1), |(above, below), group| {
        let seen = group.iter().filter_map(vote);
        let (agrees, votes) = seen.fold((0_u128, 0_u128), |(agrees, votes), vote| {
            (agrees + u128::from(vote == Vote::Agree), votes + 1)
        });
        (above * (agrees + 1), below * (votes + 2))
    })
}

/// A square table of distances.
struct Distances {
    size: usize,
    cells: Vec<u64>,
}

impl Distances {
    fn new(votes: &[&Votes]) -> Self {
        let row = |a: &&Votes| votes.iter().map(|b| distance(a, b)).collect::<Vec<_>>();
        Self { size: votes.len(), cells: votes.iter().flat_map(row).collect() }
    }

    fn get(&self, a: usize, b: usize) -> u64 {
        self.cells.get(a * self.size + b).copied().unwrap_or(0)
    }

    /// The distance to the nearest of some.
    fn nearest(&self, from: usize, medoids: &[usize]) -> u64 {
        medoids.iter().map(|m| self.get(from, *m)).min().unwrap_or(UNIT)
    }

    /// The sum of everybody's.
    fn cost(&self, medoids: &[usize]) -> u64 {
        (0..self.size).map(|p| self.nearest(p, medoids)).sum()
    }
}

fn distance(a: &Votes, b: &Votes) -> u64 {
    let place = |vote: &Vote| match vote {
        Vote::Disagree => 0_u64,
        Vote::Pass => 1,
        Vote::Agree => 2,
    };
    let both = a.iter().zip(b).filter_map(|(a, b)| Some((a.as_ref()?, b.as_ref()?)));
    let (sum, shared) =
        both.fold((0, 0), |(sum, shared), (a, b)| (sum + place(a).abs_diff(place(b)), shared + 1));
    (sum * UNIT).checked_div(2 * shared).unwrap_or(UNIT / 2)
}

/// The group of each participant, and the sum of silhouettes.
fn cluster(distances: &Distances) -> (Vec<usize>, i128) {
    let n = distances.size;
    let mut best: Option<(Vec<usize>, i128)> = None;
    if n >= 3 && distances.cells.iter().any(|d| *d > 0) {
        for k in 2..=MAX_GROUPS.min(n - 1) {
            let assigned = assign(distances, &medoids(distances, k));
            let sum = (0..n).map(|p| silhouette(distances, &assigned, p)).sum();
            if best.as_ref().is_none_or(|(_, most)| sum > *most) {
                best = Some((assigned, sum));
            }
        }
    }
    best.unwrap_or((vec![0; n], 0))
}

fn assign(distances: &Distances, medoids: &[usize]) -> Vec<usize> {
    let group = |p: usize| {
        let nearest = distances.nearest(p, medoids);
        medoids.iter().position(|m| distances.get(p, *m) == nearest).unwrap_or(0)
    };
    (0..distances.size).map(group).collect()
}

/// BUILD and SWAP.
fn medoids(distances: &Distances, k: usize) -> Vec<usize> {
    let mut medoids: Vec<usize> = Vec::new();
    let others = |medoids: &[usize]| {
        let medoids = medoids.to_vec();
        (0..distances.size).filter(move |p| !medoids.contains(p))
    };
    while medoids.len() < k {
        let with = |p: &usize| distances.cost(&[medoids.as_slice(), &[*p]].concat());
        let Some(next) = others(&medoids).min_by_key(with) else { break };
        medoids.push(next);
    }
    for _ in 0..MAX_SWAPS {
        let swaps = (0..medoids.len()).flat_map(|at| others(&medoids).map(move |p| (at, p)));
        let swapped = |(at, p): (usize, usize)| {
            let each = medoids.iter().enumerate();
            each.map(|(i, m)| if i == at { p } else { *m }).collect::<Vec<usize>>()
        };
        let best = swaps.map(swapped).min_by_key(|m| distances.cost(m));
        match best.filter(|best| distances.cost(best) < distances.cost(&medoids)) {
            Some(better) => medoids = better,
            None => break,
        }
    }
    medoids
}

/// How much nearer one's own group is than the next one.
fn silhouette(distances: &Distances, assigned: &[usize], p: usize) -> i128 {
    let own = assigned.get(p).copied().unwrap_or(0);
    let to = |group: usize| {
        let members = assigned.iter().enumerate().filter(|(q, g)| **g == group && *q != p);
        members.fold((0_i128, 0_i128), |(sum, n), (q, _)| {
            (sum + i128::from(distances.get(p, q)), n + 1)
        })
    };
    let (within, company) = to(own);
    let outside = (0..MAX_GROUPS).filter(|g| *g != own).map(to).filter(|(_, n)| *n > 0);
    // Means compared crosswise.
    let next = outside.min_by(|(a, n), (b, m)| (a * m).cmp(&(b * n)));
    let Some((away, others)) = next.filter(|_| company > 0) else { return 0 };
    let (a, b) = (within * others, away * company);
    ((b - a) * i128::from(UNIT)).checked_div(a.max(b)).unwrap_or(0)
}
