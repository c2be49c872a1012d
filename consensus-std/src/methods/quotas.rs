//! Largest remainders under a quota: whole quotas first, then the largest rests.
//!
//! In: votes for each list, how many seats, and the quota, with V votes in all and S seats: Hare
//! V/S, Droop ⌊V/(S + 1)⌋ + 1, Hagenbach-Bischoff V/(S + 1), Imperiali V/(S + 2). Quotas are exact
//! fractions (Droop's is whole). Each list has its votes/quota, cut; seats left go to the largest
//! rests. Small quotas may give more seats than there are: then seats too many are taken back from
//! the smallest rests, as Slovakia's electoral law does (Act 180/2014, § 68). Ties: where more
//! lists are level than there are seats left, or too many, nobody among them has such a seat. With
//! fewer votes than a Droop quota needs, seats may be left even so: then the rests are given out
//! again, as often as needed. Sources: Hare 1859; Droop 1881; Hagenbach-Bischoff 1888; Imperiali,
//! Italy until 1993.

use crate::methods::seats::Seats;

/// What a seat costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quota {
    /// V/S
    Hare,
    /// ⌊V/(S + 1)⌋ + 1
    Droop,
    /// V/(S + 1)
    HagenbachBischoff,
    /// V/(S + 2)
    Imperiali,
}

impl Quota {
    /// As a fraction.
    #[must_use]
    pub fn of(self, votes: u128, seats: u64) -> (u128, u128) {
        let seats = u128::from(seats);
        match self {
            Quota::Hare => (votes, seats),
            Quota::Droop => (votes / (seats + 1) + 1, 1),
            Quota::HagenbachBischoff => (votes, seats + 1),
            Quota::Imperiali => (votes, seats + 2),
        }
    }
}

/// Gives out the seats. Votes and seats are under the limits.
#[must_use]
pub fn largest_remainder(votes: &[u64], seats: u64, quota: Quota) -> Seats {
    let cast: u128 = votes.iter().map(|v| u128::from(*v)).sum();
    if seats == 0 || cast == 0 {
        let tied = if seats == 0 { Vec::new() } else { (0..votes.len()).collect() };
        return Seats { seats: vec![0; votes.len()], left: seats, tied };
    }
    let (above, below) = quota.of(cast, seats);
    let share = |v: &u64| u128::from(*v) * below;
    let whole = |v: &u64| u64::try_from(share(v).checked_div(above).unwrap_or(0)).unwrap_or(0);
    let rest = |v: &u64| share(v).checked_rem(above).unwrap_or(0);
    let given: Vec<u64> = votes.iter().map(whole).collect();
    let rests: Vec<u128> = votes.iter().map(rest).collect();
    let total: u64 = given.iter().sum();
    if total > seats {
        take_back(given, &rests, total - seats)
    } else {
        hand_out(given, &rests, seats - total)
    }
}

/// A seat each for the largest rests, and again from the largest where every list has had one.
fn hand_out(mut given: Vec<u64>, rests: &[u128], mut left: u64) -> Seats {
    let mut waiting: Vec<usize> = Vec::new();
    while left > 0 {
        if waiting.is_empty() {
            waiting = (0..rests.len()).collect();
        }
        let most = waiting.iter().filter_map(|l| rests.get(*l)).max().copied();
        let (next, later): (Vec<usize>, Vec<usize>) =
            waiting.into_iter().partition(|l| rests.get(*l).copied() == most);
        let wanted = u64::try_from(next.len()).unwrap_or(u64::MAX);
        if wanted == 0 || wanted > left {
            return Seats { seats: given, left, tied: next };
        }
        for list in next {
            if let Some(seats) = given.get_mut(list) {
                *seats += 1;
            }
        }
        left -= wanted;
        waiting = later;
    }
    Seats { seats: given, left: 0, tied: Vec::new() }
}

/// A seat from each of the smallest rests, of lists that have one. Where more are level than seats
/// have to go, each of them gives one up, and what that gives too much is left.
fn take_back(mut given: Vec<u64>, rests: &[u128], mut too_many: u64) -> Seats {
    let mut waiting: Vec<usize> = Vec::new();
    while too_many > 0 {
        if waiting.is_empty() {
            waiting = (0..rests.len()).filter(|l| given.get(*l).is_some_and(|s| *s > 0)).collect();
        }
        let least = waiting.iter().filter_map(|l| rests.get(*l)).min().copied();
        let (next, later): (Vec<usize>, Vec<usize>) =
            waiting.into_iter().partition(|l| rests.get(*l).copied() == least);
        for list in &next {
            if let Some(seats) = given.get_mut(*list) {
                *seats = seats.saturating_sub(1);
            }
        }
        let taken = u64::try_from(next.len()).unwrap_or(u64::MAX);
        if taken == 0 || taken > too_many {
            return Seats { seats: given, left: taken.saturating_sub(too_many), tied: next };
        }
        too_many -= taken;
        waiting = later;
    }
    Seats { seats: given, left: 0, tied: Vec::new() }
}

/// The lists with at least p/q of all votes.
#[must_use]
pub fn above_threshold(votes: &[u64], p: u64, q: u64) -> Vec<usize> {
    let cast: u128 = votes.iter().map(|v| u128::from(*v)).sum();
    // At most 2⁵³ votes each of 64 lists times a share's parts below 2⁶³: no overflow.
    let reaches = |v: &u64| u128::from(*v) * u128::from(q) >= cast.saturating_mul(u128::from(p));
    votes.iter().enumerate().filter(|(_, v)| reaches(v)).map(|(list, _)| list).collect()
}
