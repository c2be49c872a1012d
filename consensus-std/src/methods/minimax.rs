//! Minimax (Simpson and Kramer), measured in three ways.
//!
//! In: rankings, best first; options left out are below the ranked ones, equal among themselves. An
//! option's worst defeat, of those by other options: the greatest number of ballots that rank the
//! other one above it, where it beats it (winning votes); by how many more it does (margins); or
//! whether it beats it or not (opposition). None is 0. Holds: the least worst defeat wins. Ties: all
//! with the least. Sources: Simpson, "On defining areas of voter choice", 1969; Kramer, "A dynamical
//! model of political equilibrium", 1977.

use crate::methods::elimination::least;
use crate::methods::pairwise::Pairwise;
use crate::profile::Profile;

/// By winning votes. Takes options² steps beside the pairwise count, as the others do.
#[must_use]
pub fn minimax(profile: &Profile) -> Vec<usize> {
    let count = Pairwise::count(profile);
    among(&count, &all(&count))
}

/// By winning votes, among some options.
#[must_use]
pub fn among(count: &Pairwise, options: &[usize]) -> Vec<usize> {
    lowest(options, |b, a| if count.beats(b, a) { count.get(b, a) } else { 0 })
}

/// By margins.
#[must_use]
pub fn margins(profile: &Profile) -> Vec<usize> {
    let count = Pairwise::count(profile);
    lowest(&all(&count), |b, a| count.margin(b, a))
}

/// By opposition.
#[must_use]
pub fn opposition(profile: &Profile) -> Vec<usize> {
    let count = Pairwise::count(profile);
    lowest(&all(&count), |b, a| count.get(b, a))
}

fn all(count: &Pairwise) -> Vec<usize> {
    (0..count.options()).collect()
}

/// The options whose worst `defeat` by another one is least.
fn lowest(options: &[usize], defeat: impl Fn(usize, usize) -> u64) -> Vec<usize> {
    let others = |a: usize| options.iter().filter(move |b| **b != a);
    least(options, |a| others(a).map(|b| defeat(*b, a)).max().unwrap_or(0))
}
