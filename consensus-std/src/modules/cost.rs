//! What calls cost, in units of fuel, from their arguments.
//!
//! A cost is an upper bound of the work, so that nobody gets time for nothing. Ballots are the
//! first argument and options the second, as in every method that has both.

use mundi_engine::Value;

use crate::limits::{
    CALL, MAX_COMBINATIONS, MAX_LOCKINGS, MAX_OPTIONS, MAX_SUBSET_OPTIONS, MAX_UNIVERSES,
    STEPS_A_UNIT,
};

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

    /// Taking the ballots apart: a look-up among the options for each mark, some 32 steps.
    pub(crate) fn reading(self) -> u64 {
        self.marks.saturating_add(self.options).saturating_mul(32)
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

/// How many sets of remaining options a run-off looks at: one for each option that drops out, or,
/// under `parallel`, all that ties make, up to their cap; of a few options there are few.
pub(crate) fn sets(options: u64, ties: Option<&Value>) -> u64 {
    if ties != Some(&Value::Text("parallel".into())) {
        return options;
    }
    let all = u32::try_from(options).ok().and_then(|o| 1_u64.checked_shl(o)).unwrap_or(u64::MAX);
    all.min(number(MAX_UNIVERSES)).max(options)
}

/// The sets of a run-off whose policy is the third argument.
fn run_off_sets(arguments: &[Value]) -> u64 {
    sets(Size::of(arguments).options, arguments.get(2))
}

/// Every mark once for each set of remaining options that is looked at.
#[must_use]
pub fn run_off(arguments: &[Value]) -> u64 {
    run_off_over(Size::of(arguments), run_off_sets(arguments))
}

/// The same for so many sets.
pub(crate) fn run_off_over(size: Size, sets: u64) -> u64 {
    let each = size.marks.saturating_add(size.options);
    units(size.reading().saturating_add(sets.saturating_mul(each)))
}

/// The run-off in which each ballot also has something to say of options that it leaves out.
#[must_use]
pub fn run_off_shared(arguments: &[Value]) -> u64 {
    let size = Size::of(arguments);
    let each = size.ballots.saturating_mul(size.options);
    let shares = run_off_sets(arguments).saturating_mul(each) / STEPS_A_UNIT;
    run_off(arguments).saturating_add(shares)
}

/// The run-off with duels: for each set of remaining options also a look at every two of them.
#[must_use]
pub fn run_off_with_duels(arguments: &[Value]) -> u64 {
    let duels = Size::of(arguments).options.pow(2).saturating_mul(run_off_sets(arguments));
    run_off(arguments).saturating_add(cubic(arguments)).saturating_add(duels / STEPS_A_UNIT)
}

/// Every mark for or against once.
#[must_use]
pub fn signs(arguments: &[Value]) -> u64 {
    let marks = |ballot: &Value| match ballot {
        Value::Record(fields) => fields.values().map(|list| elements(Some(list)).max(1)).sum(),
        _ => 1_u64,
    };
    let marks: u64 = match arguments.first() {
        Some(Value::List(ballots)) => ballots.iter().map(marks).fold(0, u64::saturating_add),
        _ => 0,
    };
    units(marks.saturating_add(Size::of(arguments).options).saturating_mul(32))
}

/// The pairwise count, and every way of locking duels in: at most each set of them, with a step for
/// each duel and each option.
#[must_use]
pub fn locking(arguments: &[Value]) -> u64 {
    let options = Size::of(arguments).options;
    let duels = options.saturating_mul(options.saturating_sub(1)) / 2;
    let ways = match arguments.get(2) {
        Some(Value::Text(ties)) if ties.as_ref() == "parallel" => {
            u32::try_from(duels).ok().and_then(|d| 1_u64.checked_shl(d)).unwrap_or(u64::MAX)
        }
        _ => 1,
    };
    let steps = ways.saturating_mul(duels).saturating_mul(options).min(number(MAX_LOCKINGS));
    by_options(arguments).saturating_add(steps / STEPS_A_UNIT)
}

/// The pairwise count, and every set of options, with a step for every two of them. Above their cap
/// there is nothing to do but to refuse.
#[must_use]
pub fn subsets(arguments: &[Value]) -> u64 {
    let options = Size::of(arguments).options;
    let sets = match u32::try_from(options) {
        Ok(shift) if options <= number(MAX_SUBSET_OPTIONS) => 1_u64 << shift,
        _ => 0,
    };
    let steps = sets.saturating_mul(options).saturating_mul(options);
    by_options(arguments).saturating_add(steps / STEPS_A_UNIT)
}

/// Stable voting: every set of options has a split cycle of its own.
#[must_use]
pub fn stable(arguments: &[Value]) -> u64 {
    let (few, all) = (by_options(arguments), subsets(arguments));
    let each = Size::of(arguments).options.max(1);
    few.saturating_add(all.saturating_sub(few).saturating_mul(each))
}

/// The pairwise count, and up to options² rounds of dropping a defeat.
#[must_use]
pub fn quartic(arguments: &[Value]) -> u64 {
    by_options(arguments).saturating_add(Size::of(arguments).options.pow(4) / STEPS_A_UNIT)
}

/// Dodgson: for each option and each ballot every combination that is kept, and a step for every
/// place that the option may rise.
#[must_use]
pub fn combinations(arguments: &[Value]) -> u64 {
    let size = Size::of(arguments);
    // Each rival lacks at most half of the ballots and one.
    let lacking = (size.ballots / 2).saturating_add(2);
    let rivals = u32::try_from(size.options).unwrap_or(u32::MAX).saturating_sub(1);
    let kept = lacking.checked_pow(rivals).unwrap_or(u64::MAX).min(number(MAX_COMBINATIONS));
    let each = size.options.pow(2).saturating_mul(kept);
    units(
        size.reading()
            .saturating_add(size.options.saturating_mul(size.ballots).saturating_mul(each)),
    )
}

/// Votes, delegations and members, each with a look-up among the members.
#[must_use]
pub fn delegated(arguments: &[Value]) -> u64 {
    let all = (0..3).map(|at| elements(arguments.get(at))).fold(0, u64::saturating_add);
    units(all.saturating_mul(64))
}

/// 32 square roots, of some two hundred steps each; for each stake 32 products.
#[must_use]
pub fn convictions(arguments: &[Value]) -> u64 {
    units(elements(arguments.first()).saturating_mul(128).saturating_add(8_192))
}

/// A grade of every option from every ballot, put in order: some forty steps each.
#[must_use]
pub fn graded(arguments: &[Value]) -> u64 {
    let size = Size::of(arguments);
    let grades = size.ballots.saturating_mul(size.options);
    units(size.reading().saturating_add(grades.saturating_mul(40)))
}

/// Every mark once; then two options meet on every ballot, and under ties each two.
#[must_use]
pub fn meetings(arguments: &[Value]) -> u64 {
    let size = Size::of(arguments);
    let pairs = size.options.saturating_mul(size.options);
    units(size.reading().saturating_add(size.ballots.saturating_mul(pairs.saturating_add(8))))
}

/// A pool, and for each draw a hash and a shift of what is left.
#[must_use]
pub fn draws(arguments: &[Value]) -> u64 {
    let pool = elements(arguments.first());
    let draws = match arguments.get(1) {
        Some(Value::Int(draws)) => u64::try_from(*draws).unwrap_or(0).min(pool),
        _ => 0,
    };
    let entropy = match arguments.get(2) {
        Some(Value::Text(text)) => number(text.len()),
        _ => 0,
    };
    let each = pool.saturating_add(1_024).saturating_add(entropy.saturating_mul(8));
    units(pool.saturating_mul(16).saturating_add(draws.saturating_mul(each)))
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

    /// The same under a tie policy.
    fn run(cost: fn(&[Value]) -> u64, ballots: usize, options: i64, ties: &str) -> u64 {
        let [ballots, options] = question(ballots, options);
        cost(&[ballots, options, Value::Text(ties.into())])
    }

    #[test]
    fn costs_grow_with_ballots_and_options() {
        let all = [linear, by_options, cubic, run_off, run_off_shared, run_off_with_duels, subsets];
        for cost in all {
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
        assert_eq!([linear(&club), by_options(&club), cubic(&club)], [123, 144, 145]);
        assert_eq!(run(run_off, 45, 5, "drop-all"), 140);
        assert_eq!(run(run_off, 45, 5, "parallel"), 238);
    }

    #[test]
    fn ten_thousand_ballots_of_twenty_fit_into_an_output() {
        let town = question(10_000, 20);
        let most = mundi_engine::limits::FUEL_ONCE;
        // Beside it the arguments are handed over: a value of some ten bytes is three.
        let handing = 10_000 * 21 * 3 / mundi_engine::limits::PER_UNIT;
        for cost in [linear, by_options, cubic, locking, quartic] {
            assert!(cost(&town) + handing < most, "{}", cost(&town));
        }
        for cost in [run_off, run_off_shared, run_off_with_duels] {
            for ties in ["drop-all", "parallel", "last-listed"] {
                let price = run(cost, 10_000, 20, ties);
                assert!(price + handing < most, "{ties}: {price}");
            }
        }
    }
}
