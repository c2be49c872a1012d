//! Thiele's methods: a ballot's satisfaction grows by w₁, w₂, … with each member it approves of.
//!
//! In: approvals, and how many places there are. Proportional approval voting (PAV) has wᵢ = 1/i,
//! Chamberlin-Courant (for approvals) w₁ = 1 and then 0. Holds: `optimal`: the committees with the
//! greatest sum over all ballots, found by trying all; `sequential`: the option that adds most
//! joins, one after the other; `reverse`: from all options the one that is missed least goes.
//! Fractions are compared exactly, as multiples of the least common multiple of 1, …, k. Ties:
//! [`Ties`]; for `optimal`, all committees with the greatest sum, or the first of them in
//! lexicographic order. Sources: Thiele, "Om Flerfoldsvalg", 1895; Chamberlin, Courant,
//! "Representative deliberations and representative decisions", 1983; Lackner, Skowron,
//! "Multi-winner voting with approval preferences", 2023.

use crate::limits::{MAX_COMMITTEES, MAX_SEARCH};
use crate::methods::papers::{Papers, approvals};
use crate::methods::universes::{Step, Ties, TooMuch, best, committees, follow, with};
use crate::profile::Profile;

/// How satisfaction grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weights {
    /// 1, 1/2, 1/3, …
    Proportional,
    /// 1, 0, 0, …
    Coverage,
}

/// The weights from the second number on, as whole numbers: w₁ is at `[0]`.
fn scaled(weights: Weights, members: usize) -> Vec<u128> {
    match weights {
        Weights::Coverage => (0..members).map(|i| u128::from(i == 0)).collect(),
        Weights::Proportional => {
            let up_to = 1..=u128::try_from(members).unwrap_or(u128::MAX);
            // At most the least common multiple of 1, …, 64, which is below 2⁹¹.
            let scale = up_to.clone().fold(1, |scale: u128, i| scale / gcd(scale, i) * i);
            up_to.map(|i| scale / i).collect()
        }
    }
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// What one more member adds for ballots that have `hits` members already.
fn gain(weights: &[u128], hits: usize, count: u64) -> u128 {
    weights.get(hits).copied().unwrap_or(0).saturating_mul(u128::from(count))
}

fn hits(group: &Papers, committee: &[usize]) -> usize {
    group.marks.iter().filter(|m| committee.contains(m)).count()
}

/// The committees with the greatest satisfaction.
///
/// # Errors
/// [`TooMuch::Steps`] where committees × different ballots are more than [`MAX_SEARCH`];
/// [`TooMuch::Ties`] where more than [`MAX_COMMITTEES`] are level.
pub fn optimal(
    profile: &Profile,
    places: usize,
    weights: Weights,
    ties: Ties,
) -> Result<Vec<Vec<usize>>, TooMuch> {
    let papers = approvals(profile);
    let places = places.min(profile.options());
    let each = u64::try_from(papers.len().max(1)).unwrap_or(u64::MAX);
    if combinations(profile.options(), places).saturating_mul(each) > MAX_SEARCH {
        return Err(TooMuch::Steps);
    }
    let start = Found { score: 0, committees: Vec::new(), more: false };
    let mut search = Search {
        papers: &papers,
        options: profile.options(),
        weights: &scaled(weights, places),
        best: start,
    };
    search.extend(&mut Vec::with_capacity(places), 0, places, &vec![0; papers.len()], 0);
    match ties {
        Ties::FirstListed => Ok(search.best.committees.into_iter().take(1).collect()),
        Ties::Parallel if search.best.more => Err(TooMuch::Ties),
        Ties::Parallel => Ok(search.best.committees),
    }
}

/// How many committees there are.
#[must_use]
pub fn combinations(options: usize, places: usize) -> u64 {
    let wide = |n: usize| u128::try_from(n).unwrap_or(u128::MAX);
    let (options, places) = (wide(options), wide(places.min(options - places.min(options))));
    let mut ways: u128 = 1;
    for i in 0..places {
        // Exact at every step, as a product of i + 1 successive numbers is a multiple of (i + 1)!.
        ways = ways.saturating_mul(options - i) / (i + 1);
        if ways > u128::from(u64::MAX) {
            return u64::MAX;
        }
    }
    u64::try_from(ways).unwrap_or(u64::MAX)
}

/// The best so far: all that are level, until there are too many.
struct Found {
    score: u128,
    committees: Vec<Vec<usize>>,
    more: bool,
}

/// A walk through all committees in lexicographic order.
struct Search<'a> {
    papers: &'a [Papers],
    options: usize,
    weights: &'a [u128],
    best: Found,
}

impl Search<'_> {
    fn extend(
        &mut self,
        committee: &mut Vec<usize>,
        from: usize,
        places: usize,
        hits: &[usize],
        score: u128,
    ) {
        if committee.len() == places {
            self.compare(committee, score);
            return;
        }
        let missing = places - committee.len();
        for option in from..=self.options.saturating_sub(missing) {
            let mut after = hits.to_vec();
            let mut more = score;
            for (group, hits) in self.papers.iter().zip(after.iter_mut()) {
                if group.marks.binary_search(&option).is_ok() {
                    more = more.saturating_add(gain(self.weights, *hits, group.count));
                    *hits = hits.saturating_add(1);
                }
            }
            committee.push(option);
            self.extend(committee, option + 1, places, &after, more);
            committee.pop();
        }
    }

    fn compare(&mut self, committee: &[usize], score: u128) {
        let best = &mut self.best;
        if best.committees.is_empty() || score > best.score {
            *best = Found { score, committees: vec![committee.to_vec()], more: false };
        } else if score == best.score && best.committees.len() < MAX_COMMITTEES {
            best.committees.push(committee.to_vec());
        } else if score == best.score {
            best.more = true;
        }
    }
}

/// One after the other joins.
///
/// # Errors
/// [`TooMuch::Ties`] where ties upon ties make too many ways.
pub fn sequential(
    profile: &Profile,
    places: usize,
    weights: Weights,
    ties: Ties,
) -> Result<Vec<Vec<usize>>, TooMuch> {
    let papers = approvals(profile);
    let places = places.min(profile.options());
    let weights = scaled(weights, places);
    let ends = follow(Vec::new(), |chosen: &Vec<usize>| {
        if chosen.len() >= places {
            return Ok(Step::Done);
        }
        let gains = sums(profile.options(), &papers, chosen, |hits| hits, &weights);
        let open = (0..profile.options()).filter(|o| !chosen.contains(o));
        let level = best(open, |o| gains.get(o).copied().unwrap_or(0));
        Ok(Step::On(ties.takes(level).into_iter().map(|o| with(chosen, o)).collect()))
    })?;
    committees(ends)
}

/// One after the other goes.
///
/// # Errors
/// [`TooMuch::Ties`] where ties upon ties make too many ways.
pub fn reverse(
    profile: &Profile,
    places: usize,
    weights: Weights,
    ties: Ties,
) -> Result<Vec<Vec<usize>>, TooMuch> {
    let papers = approvals(profile);
    let weights = scaled(weights, profile.options());
    let all: Vec<usize> = (0..profile.options()).collect();
    let ends = follow(all, |left: &Vec<usize>| {
        if left.len() <= places {
            return Ok(Step::Done);
        }
        // What goes is somebody's last member, or the last but one: the weight before the hit.
        let losses =
            sums(profile.options(), &papers, left, |hits| hits.saturating_sub(1), &weights);
        let missed = |o| std::cmp::Reverse(losses.get(o).copied().unwrap_or(0));
        let level = best(left.iter().copied(), missed);
        let without = |out: usize| left.iter().copied().filter(|o| *o != out).collect();
        Ok(Step::On(ties.drops(level).into_iter().map(without).collect()))
    })?;
    committees(ends)
}

/// For each option the weight that its joining or going has for the ballots that mark it.
fn sums(
    options: usize,
    papers: &[Papers],
    committee: &[usize],
    place: impl Fn(usize) -> usize,
    weights: &[u128],
) -> Vec<u128> {
    let mut sums = vec![0_u128; options];
    for group in papers {
        let gain = gain(weights, place(hits(group, committee)), group.count);
        for mark in &group.marks {
            if let Some(sum) = sums.get_mut(*mark) {
                *sum = sum.saturating_add(gain);
            }
        }
    }
    sums
}
