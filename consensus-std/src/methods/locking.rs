//! Ranked pairs (Tideman) and river (Heitzig): duels are locked in, the clearest first.
//!
//! In: rankings, best first; options left out are below the ranked ones, equal among themselves.
//! Duels that are won are taken by their margin, greatest first. One is locked in unless it would
//! close a circle with those locked before; river locks in besides no second duel against the same
//! loser. Holds: what no locked duel beats. Ties: duels of one margin are taken in every order
//! (`parallel`: whoever wins by one of them is a winner), or by the list of options (`listed`: first
//! the duel whose winner stands first in it, of those the one whose loser stands last). Sources:
//! Tideman, "Independence of clones as a criterion for voting rules", 1987; Heitzig, "River method",
//! 2004.

use std::collections::BTreeSet;

use crate::limits::MAX_LOCKINGS;
use crate::methods::condorcet::bit;
use crate::methods::elimination::TooManyTies;
use crate::methods::pairwise::Pairwise;
use crate::profile::Profile;

/// In which order duels of one margin are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `parallel`
    Parallel,
    /// `listed`
    Listed,
}

/// What may be locked in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// What closes no circle.
    Pairs,
    /// Of that, one duel against each loser.
    River,
}

/// A duel: who wins it, and against whom.
type Duel = (usize, usize);

/// What is locked in: for each option the set of those that a chain leads to, and whether it is
/// beaten. A set of options is 64 bits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Locked {
    below: Vec<u64>,
    beaten: u64,
}

impl Locked {
    fn leads(&self, a: usize, b: usize) -> bool {
        self.below.get(a).is_some_and(|below| below & bit(b) != 0)
    }

    fn allows(&self, (winner, loser): Duel, lock: Lock) -> bool {
        !self.leads(loser, winner) && (lock == Lock::Pairs || self.beaten & bit(loser) == 0)
    }

    /// Locks a duel in: whatever leads to the winner leads to what the loser does.
    fn add(&mut self, (winner, loser): Duel) {
        let gained = bit(loser) | self.below.get(loser).copied().unwrap_or(0);
        for (option, below) in self.below.iter_mut().enumerate() {
            if option == winner || *below & bit(winner) != 0 {
                *below |= gained;
            }
        }
        self.beaten |= bit(loser);
    }

    /// Locks in the duels that none of the others can come in the way of, and gives the others that
    /// may still be locked in. A duel whose winner leads to its loser already adds nothing.
    fn take_unrivalled(&mut self, duels: &[Duel], lock: Lock) -> Vec<Duel> {
        let open = |way: &Self, duel: &Duel| way.allows(*duel, lock) && !way.leads(duel.0, duel.1);
        let left: Vec<Duel> = duels.iter().copied().filter(|duel| open(self, duel)).collect();
        let mut whole = self.clone();
        left.iter().for_each(|duel| whole.add(*duel));
        let alone = |duel: &&Duel| {
            let same = |other: &&Duel| other.1 == duel.1;
            lock == Lock::Pairs || left.iter().filter(same).count() == 1
        };
        let unrivalled = |duel: &&Duel| !whole.leads(duel.1, duel.0) && alone(duel);
        left.iter().filter(unrivalled).for_each(|duel| self.add(*duel));
        left.iter().copied().filter(|duel| open(self, duel)).collect()
    }
}

/// The winners, in order.
///
/// # Errors
/// Under [`Order::Parallel`], where ties make more than [`MAX_LOCKINGS`] steps.
pub fn locking(profile: &Profile, lock: Lock, order: Order) -> Result<Vec<usize>, TooManyTies> {
    let count = Pairwise::count(profile);
    let n = count.options();
    let mut ways = BTreeSet::from([Locked { below: vec![0; n], beaten: 0 }]);
    let mut steps = 0;
    for duels in groups(&count) {
        ways = match order {
            Order::Parallel => in_every_order(ways, &duels, lock, &mut steps)?,
            Order::Listed => ways.into_iter().map(|way| in_order(way, &duels, lock)).collect(),
        };
    }
    let wins = |o: &usize| ways.iter().any(|way| way.beaten & bit(*o) == 0);
    Ok((0..n).filter(wins).collect())
}

/// The duels by margin, greatest first; within one margin by the list of options.
fn groups(count: &Pairwise) -> Vec<Vec<Duel>> {
    let n = count.options();
    let pairs = (0..n).flat_map(|a| (0..n).rev().map(move |b| (a, b)));
    let mut duels: Vec<(u64, Duel)> = pairs
        .map(|(a, b)| (count.margin(a, b), (a, b)))
        .filter(|(margin, _)| *margin > 0)
        .collect();
    duels.sort_by_key(|(margin, _)| std::cmp::Reverse(*margin));
    let groups = duels.chunk_by(|a, b| a.0 == b.0);
    groups.map(|group| group.iter().map(|(_, duel)| *duel).collect()).collect()
}

fn in_order(mut way: Locked, duels: &[Duel], lock: Lock) -> Locked {
    for duel in duels {
        if way.allows(*duel, lock) {
            way.add(*duel);
        }
    }
    way
}

/// All that locking in some duels can come to, whatever their order.
fn in_every_order(
    ways: BTreeSet<Locked>,
    duels: &[Duel],
    lock: Lock,
    steps: &mut usize,
) -> Result<BTreeSet<Locked>, TooManyTies> {
    let mut open: Vec<Locked> = ways.iter().cloned().collect();
    let mut seen = ways;
    let mut done = BTreeSet::new();
    while let Some(mut way) = open.pop() {
        *steps = steps.saturating_add(duels.len().saturating_mul(way.below.len()));
        if *steps > MAX_LOCKINGS {
            return Err(TooManyTies);
        }
        let rivals = way.take_unrivalled(duels, lock);
        if rivals.is_empty() {
            done.insert(way);
            continue;
        }
        for duel in rivals {
            let mut next = way.clone();
            next.add(duel);
            if !seen.contains(&next) {
                seen.insert(next.clone());
                open.push(next);
            }
        }
    }
    Ok(done)
}
