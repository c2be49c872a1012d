//! What calls cost, in units of fuel, from the number of values in their arguments.
//!
//! A cost is an upper bound of the work, so that nobody gets time for nothing. It knows no more
//! than the number of values `v`; of these at most `m = min(v, MAX_OPTIONS)` are options.

use crate::limits::{CALL, MAX_OPTIONS, MAX_SEATS, MAX_UNIVERSES, STEPS_A_UNIT};

/// Steps as units, with the price of the call.
fn units(steps: u64) -> u64 {
    CALL.saturating_add(steps / STEPS_A_UNIT)
}

/// The most options among so many values.
fn options(values: u64) -> u64 {
    values.min(u64::try_from(MAX_OPTIONS).unwrap_or(u64::MAX))
}

/// A comparison of a few numbers.
#[must_use]
pub fn fixed(_values: u64) -> u64 {
    CALL
}

/// Every value once, with a look-up among the options: some sixteen steps.
#[must_use]
pub fn linear(values: u64) -> u64 {
    units(values.saturating_mul(16))
}

/// For every value a step for each option: the pairwise count and what is read off it, Borda with
/// empty ballots.
#[must_use]
pub fn by_options(values: u64) -> u64 {
    units(values.saturating_mul(options(values)).saturating_add(values.saturating_mul(16)))
}

/// The pairwise count, then a step for every three options.
#[must_use]
pub fn cubic(values: u64) -> u64 {
    let m = options(values);
    by_options(values).saturating_add(m.saturating_mul(m).saturating_mul(m) / STEPS_A_UNIT)
}

/// Every value once for each set of remaining options that is looked at.
#[must_use]
pub fn run_off(values: u64) -> u64 {
    let sets = u64::try_from(MAX_UNIVERSES).unwrap_or(u64::MAX);
    let each = values.saturating_add(options(values));
    linear(values).saturating_add(sets.saturating_mul(each) / STEPS_A_UNIT)
}

/// For each list every seat.
#[must_use]
pub fn every_seat(values: u64) -> u64 {
    units(values.saturating_mul(MAX_SEATS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_grow_and_never_overflow() {
        for cost in [fixed, linear, by_options, cubic, run_off, every_seat] {
            assert!(cost(0) >= CALL);
            assert!(cost(1_000) >= cost(100));
            assert!(cost(u64::MAX) >= cost(1_000_000));
        }
    }

    #[test]
    fn a_club_of_forty_five_pays_little() {
        // 45 rankings of five, and the five options, counted through the lists.
        let values = 45 * 6 + 5 + 2;
        assert_eq!(
            [linear(values), by_options(values), cubic(values), run_off(values)],
            [77, 354, 4450, 759]
        );
    }
}
