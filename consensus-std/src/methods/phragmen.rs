//! Sequential Phragmén: whoever is elected costs one, shared by those who approve so that loads
//! stay as even as they can.
//!
//! In: approvals, and how many places there are. Holds: the option joins whose supporters would
//! then have the smallest common load, (1 + their loads)/(their number); they all have that load
//! from then on. Options without supporters come last, level. Loads are exact fractions over one
//! common denominator, which grows by a factor for each place. Ties: [`Ties`]. Sources: Phragmén,
//! "Till frågan om en proportionell valmetod", 1899; Brill, Freeman, Janson, Lackner, "Phragmén's
//! voting methods and justified representation", 2017.

use num_bigint::BigUint;

use crate::limits::MAX_SHARES;
use crate::methods::papers::{Papers, approvals, marks, named};
use crate::methods::universes::{Step, Ties, TooMuch, committees, follow, with};
use crate::profile::Profile;

/// Who is in, and what each ballot bears.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Loads {
    /// In order.
    pub chosen: Vec<usize>,
    /// What one ballot of each group bears, in parts of `one`.
    pub loads: Vec<BigUint>,
    /// The cost of one place in these parts.
    pub one: BigUint,
}

impl Loads {
    /// Nobody is in.
    #[must_use]
    pub fn none(groups: usize) -> Self {
        Self { chosen: Vec::new(), loads: vec![BigUint::ZERO; groups], one: BigUint::from(1_u8) }
    }
}

/// The committees.
///
/// # Errors
/// [`TooMuch::Steps`] where marks × places are more than [`MAX_SHARES`]; [`TooMuch::Ties`] where
/// ties upon ties make too many ways.
pub fn sequential(
    profile: &Profile,
    places: usize,
    ties: Ties,
) -> Result<Vec<Vec<usize>>, TooMuch> {
    let papers = approvals(profile);
    let none = Loads::none(papers.len());
    committees(fill(profile.options(), &papers, places, none, ties)?)
}

/// Fills the places that are left, from given loads.
///
/// # Errors
/// As for [`sequential`].
pub fn fill(
    options: usize,
    papers: &[Papers],
    places: usize,
    start: Loads,
    ties: Ties,
) -> Result<Vec<Vec<usize>>, TooMuch> {
    if marks(papers).saturating_mul(places) > MAX_SHARES {
        return Err(TooMuch::Steps);
    }
    let places = places.min(options);
    let supporters = named(options, papers);
    let ends = follow(start, |state: &Loads| {
        if state.chosen.len() >= places {
            return Ok(Step::Done);
        }
        Ok(Step::On(next(state, papers, &supporters, ties)))
    })?;
    Ok(ends.into_iter().map(|state| state.chosen).collect())
}

fn next(state: &Loads, papers: &[Papers], supporters: &[u64], ties: Ties) -> Vec<Loads> {
    let mut sums = vec![state.one.clone(); supporters.len()];
    for (group, load) in papers.iter().zip(&state.loads) {
        let load = load * group.count;
        for mark in &group.marks {
            if let Some(sum) = sums.get_mut(*mark) {
                *sum += &load;
            }
        }
    }
    let open = |o: &usize| !state.chosen.contains(o);
    let offers = sums.iter().zip(supporters).enumerate().filter(|(o, _)| open(o));
    let mut lowest: Option<(&BigUint, u64)> = None;
    let mut level = Vec::new();
    for (option, (sum, supporters)) in offers.filter(|(_, (_, n))| **n > 0) {
        let order = lowest.map(|(low, n)| (sum * n).cmp(&(low * *supporters)));
        match order {
            Some(std::cmp::Ordering::Greater) => {}
            Some(std::cmp::Ordering::Equal) => level.push(option),
            Some(std::cmp::Ordering::Less) | None => {
                lowest = Some((sum, *supporters));
                level = vec![option];
            }
        }
    }
    if lowest.is_none() {
        let rest: Vec<usize> = (0..supporters.len()).filter(open).collect();
        let joined = |o| Loads { chosen: with(&state.chosen, o), ..state.clone() };
        return ties.takes(rest).into_iter().map(joined).collect();
    }
    let load = |o: usize| Some((sums.get(o)?, *supporters.get(o)?));
    let joined = |o| load(o).map(|(sum, number)| join(state, papers, o, sum, number));
    ties.takes(level).into_iter().filter_map(joined).collect()
}

/// The option is in: its supporters bear `sum`/`number` each.
fn join(state: &Loads, papers: &[Papers], option: usize, sum: &BigUint, number: u64) -> Loads {
    let bear = |(group, load): (&Papers, &BigUint)| {
        if group.marks.contains(&option) { sum.clone() } else { load * number }
    };
    Loads {
        chosen: with(&state.chosen, option),
        loads: papers.iter().zip(&state.loads).map(bear).collect(),
        one: &state.one * number,
    }
}
