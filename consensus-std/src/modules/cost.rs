//! What calls cost, in units of fuel, from their arguments.
//!
//! A cost is an upper bound of the work, so that nobody gets time for nothing. Ballots are the
//! first argument and options the second, as in every method that has both.

use mundi_engine::Value;

use crate::limits::{CALL, MAX_OPTIONS, MAX_UNIVERSES, STEPS_A_UNIT};

/// How large a question is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    /// Ballots.
    pub(crate) ballots: u64,
    /// Marks on all ballots; a ballot without marks is work too, and counts as one.
    pub(crate) marks: u64,
    /// Options; more than [`MAX_OPTIONS`] are refused before there is work.
    pub(crate) options: u64,
}

impl Size {
    /// Of a call's arguments.
    pub(crate) fn of(arguments: &[Value]) -> Self {
        let marks = |ballot: &Value| elements(Some(ballot)).max(1);
        let (ballots, marks) = match arguments.first() {
            Some(Value::List(ballots)) => {
                (number(ballots.len()), ballots.iter().map(marks).fold(0, u64::saturating_add))
            }
            _ => (0, 0),
        };
        Self { ballots, marks, options: elements(arguments.get(1)).min(number(MAX_OPTIONS)) }
    }

    /// The pairwise count: for every mark a step for each option, and a row of options a ballot.
    pub(crate) fn pairwise(self) -> u64 {
        self.marks.saturating_add(self.ballots).saturating_mul(self.options)
    }

    /// Taking the ballots apart: a look-up among the options for each mark, some sixteen steps.
    pub(crate) fn reading(self) -> u64 {
        self.marks.saturating_add(self.options).saturating_mul(16)
    }
}

/// The number of elements of a list; 0 for anything else.
pub(crate) fn elements(value: Option<&Value>) -> u64 {
    match value {
        Some(Value::List(items)) => number(items.len()),
        _ => 0,
    }
}

pub(crate) fn number(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}

/// Steps as units, with the price of the call.
pub(crate) fn units(steps: u64) -> u64 {
    CALL.saturating_add(steps / STEPS_A_UNIT)
}

/// A comparison of a few numbers.
#[must_use]
pub fn fixed(_arguments: &[Value]) -> u64 {
    CALL
}

/// Every mark once, with a look-up among the options.
#[must_use]
pub fn linear(arguments: &[Value]) -> u64 {
    units(Size::of(arguments).reading())
}

/// For every mark a step for each option: the pairwise count and what is read off it in the square
/// of the options; Borda.
#[must_use]
pub fn by_options(arguments: &[Value]) -> u64 {
    let size = Size::of(arguments);
    units(size.pairwise().saturating_add(size.reading()))
}

/// The pairwise count, then a step for every three options.
#[must_use]
pub fn cubic(arguments: &[Value]) -> u64 {
    by_options(arguments).saturating_add(Size::of(arguments).options.pow(3) / STEPS_A_UNIT)
}

/// Every mark once for each set of remaining options that is looked at: of a few options there are
/// few sets.
#[must_use]
pub fn run_off(arguments: &[Value]) -> u64 {
    let size = Size::of(arguments);
    let sets = 1_u64.checked_shl(u32::try_from(size.options).unwrap_or(u32::MAX));
    let sets = sets.unwrap_or(u64::MAX).min(number(MAX_UNIVERSES)).max(size.options);
    let each = size.marks.saturating_add(size.options);
    units(size.reading().saturating_add(sets.saturating_mul(each)))
}

/// For each list every seat.
#[must_use]
pub fn every_seat(arguments: &[Value]) -> u64 {
    let seats = match arguments.get(1) {
        Some(Value::Int(seats)) => u64::try_from(*seats).unwrap_or(0),
        _ => 0,
    };
    let lists = elements(arguments.first());
    units(lists.saturating_mul(seats.saturating_add(16)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::list;

    /// So many ballots that rank so many options.
    fn question(ballots: usize, options: i64) -> [Value; 2] {
        let options = list((0..options).map(Value::Int));
        [list(vec![options.clone(); ballots]), options]
    }

    #[test]
    fn costs_grow_with_ballots_and_options() {
        for cost in [linear, by_options, cubic, run_off] {
            assert!(cost(&question(0, 0)) >= CALL);
            assert!(cost(&question(100, 5)) > cost(&question(10, 5)));
            assert!(cost(&question(100, 10)) > cost(&question(100, 5)));
        }
        let seats = |n| every_seat(&[question(1, 40)[1].clone(), Value::Int(n)]);
        assert!(seats(1_000) > seats(10));
    }

    #[test]
    fn a_club_of_forty_five_pays_little() {
        let club = question(45, 5);
        assert_eq!(
            [linear(&club), by_options(&club), cubic(&club), run_off(&club)],
            [65, 86, 87, 180]
        );
    }

    #[test]
    fn ten_thousand_ballots_of_twenty_fit_into_an_output() {
        let town = question(10_000, 20);
        let most = mundi_engine::limits::FUEL_ONCE;
        // Beside it the arguments are handed over: a value of some ten bytes is three.
        let handing = 10_000 * 21 * 3 / mundi_engine::limits::PER_UNIT;
        for cost in [linear, by_options, cubic, run_off] {
            assert!(cost(&town) + handing < most, "{}", cost(&town));
        }
    }
}
