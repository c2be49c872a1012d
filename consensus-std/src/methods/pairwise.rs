//! The pairwise count that Condorcet methods start from.

use crate::profile::Profile;

/// A square table: for each ordered pair of options a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairwise {
    options: usize,
    cells: Vec<u64>,
}

impl Pairwise {
    /// A table of zeros.
    #[must_use]
    pub fn empty(options: usize) -> Self {
        Self { options, cells: vec![0; options.saturating_mul(options)] }
    }

    /// How many ballots rank `a` above `b`. Options that a ballot leaves out are below those that
    /// it ranks, and equal among themselves. Takes marks × options steps.
    #[must_use]
    pub fn count(profile: &Profile) -> Self {
        let options = profile.options();
        let mut table = Self::empty(options);
        for ballot in profile.ballots() {
            let mut below = vec![1_u64; options];
            for above in ballot {
                if let Some(itself) = below.get_mut(*above) {
                    *itself = 0;
                }
                let row = above.saturating_mul(options);
                let row = table.cells.get_mut(row..row.saturating_add(options));
                for (cell, below) in row.into_iter().flatten().zip(&below) {
                    *cell = cell.saturating_add(*below);
                }
            }
        }
        table
    }

    /// How many options there are.
    #[must_use]
    pub fn options(&self) -> usize {
        self.options
    }

    /// The number of the pair; 0 outside the table.
    #[must_use]
    pub fn get(&self, a: usize, b: usize) -> u64 {
        self.cells.get(a * self.options + b).copied().unwrap_or(0)
    }

    /// Puts the number of the pair.
    pub fn set(&mut self, a: usize, b: usize, number: u64) {
        if let Some(cell) = self.cells.get_mut(a * self.options + b) {
            *cell = number;
        }
    }

    /// Whether the pair's number is greater than that of the pair turned round.
    #[must_use]
    pub fn beats(&self, a: usize, b: usize) -> bool {
        self.get(a, b) > self.get(b, a)
    }
    /// By how many ballots more `a` stands above `b` than below; 0 where it is not more.
    #[must_use]
    pub fn margin(&self, a: usize, b: usize) -> u64 {
        self.get(a, b).saturating_sub(self.get(b, a))
    }

    /// The strength of the strongest chain of duels won between any two, where a duel is as strong as
    /// `strength` says and a chain as its weakest duel (Floyd and Warshall's way). Takes options³
    /// steps.
    #[must_use]
    pub fn strongest_paths(&self, strength: impl Fn(usize, usize) -> u64) -> Self {
        let n = self.options;
        let mut paths = Self::empty(n);
        for a in 0..n {
            for b in (0..n).filter(|b| self.beats(a, *b)) {
                paths.set(a, b, strength(a, b));
            }
        }
        for via in 0..n {
            for a in 0..n {
                let first = paths.get(a, via);
                if first == 0 || a == via {
                    continue;
                }
                for b in (0..n).filter(|b| *b != a) {
                    let through = first.min(paths.get(via, b));
                    paths.set(a, b, paths.get(a, b).max(through));
                }
            }
        }
        paths
    }
}
