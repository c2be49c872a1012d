//! What calls for several winners, markets, numbers and deliberation cost, in units of fuel.
//!
//! As in [`super::cost`], a price is an upper bound of the work, told without doing it.

use mundi_engine::Value;

use crate::limits::{MAX_BRANCHES, MAX_DISTRIBUTIONS, MAX_SEARCH, MAX_SHARES, MAX_SWAPS};
use crate::methods::opinion_groups::MAX_GROUPS;
use crate::methods::thiele::combinations;
use crate::modules::cost::{self, Size, elements, number, run_off_over, units};

/// The places that a call asks for.
fn places(arguments: &[Value]) -> u64 {
    match arguments.get(2) {
        Some(Value::Int(places)) => u64::try_from(*places).unwrap_or(0),
        _ => 0,
    }
}

/// Whether ties are followed: the policy is the last argument.
fn parallel(arguments: &[Value]) -> bool {
    arguments.last().is_some_and(|ties| matches!(ties, Value::Text(t) if &**t == "parallel"))
}

/// States that are looked at: where ties are followed, as many as there are sets of options, under
/// the cap; else one for each place, or for each option that goes.
fn states(arguments: &[Value], steps: u64) -> u64 {
    if parallel(arguments) { steps.max(number(MAX_BRANCHES)) } else { steps.saturating_add(1) }
}

/// Every mark once for each state of a committee that grows or shrinks.
#[must_use]
pub fn stepwise(arguments: &[Value]) -> u64 {
    let size = Size::of(arguments);
    let each = size.marks.saturating_mul(2).saturating_add(size.options);
    let states = states(arguments, size.options).min(sets(size));
    units(size.reading().saturating_add(states.saturating_mul(each)))
}

/// How many sets of options there are: of a few options fewer than the cap on states.
fn sets(size: Size) -> u64 {
    let shift = u32::try_from(size.options).unwrap_or(u32::MAX);
    1_u64.checked_shl(shift).unwrap_or(u64::MAX)
}

/// Run-offs, each under its own cap, for each state of a committee. The policy is the last argument.
#[must_use]
pub fn run_offs(arguments: &[Value]) -> u64 {
    let size = Size::of(arguments);
    let steps = states(arguments, places(arguments)).min(sets(size));
    run_off_over(size, cost::sets(size.options, arguments.last())).saturating_mul(steps)
}

/// Every committee with every ballot.
#[must_use]
pub fn search(arguments: &[Value]) -> u64 {
    let size = Size::of(arguments);
    let usized = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let committees = combinations(usized(size.options), usized(places(arguments)));
    // A step down the tree looks at every ballot, and there are at most twice as many as leaves.
    let steps = committees.saturating_mul(size.ballots).min(MAX_SEARCH).saturating_mul(8);
    units(size.reading().saturating_add(steps))
}

/// A division of large numbers for each ballot, as many digits as there are different sizes.
#[must_use]
pub fn fractions(arguments: &[Value]) -> u64 {
    let size = Size::of(arguments);
    units(size.reading().saturating_add(size.marks.saturating_mul(32)))
}

/// Every mark for each place, with numbers that grow by 16 bits a place; sorted.
#[must_use]
pub fn shares(arguments: &[Value]) -> u64 {
    let size = Size::of(arguments);
    let rounds = size.options;
    let each = size.marks.saturating_mul(rounds).min(number(MAX_SHARES)).saturating_mul(32);
    let ways = states(arguments, 1).div_ceil(rounds.max(1));
    units(size.reading().saturating_add(ways.saturating_mul(each)))
}

/// Every project for each that is funded.
#[must_use]
pub fn greedy(arguments: &[Value]) -> u64 {
    let size = Size::of(arguments);
    let states = states(arguments, size.options);
    units(size.reading().saturating_add(states.saturating_mul(size.options.saturating_mul(4))))
}

/// Every paper for each transfer: each option's surplus and its exclusion at most.
#[must_use]
pub fn transfers(arguments: &[Value]) -> u64 {
    let size = Size::of(arguments);
    let first = size.options.saturating_mul(2);
    let states = states(arguments, first).saturating_add(first);
    let each = size.marks.saturating_add(size.options.saturating_mul(size.options));
    units(size.reading().saturating_add(states.saturating_mul(each)))
}

/// Every mark for each distribution; where ties are followed twice: the rounds are of one count more.
#[must_use]
pub fn distributions(arguments: &[Value]) -> u64 {
    let size = Size::of(arguments);
    let counts = if parallel(arguments) { 2 } else { 1 };
    let steps = number(MAX_DISTRIBUTIONS).saturating_mul(counts);
    units(size.reading().saturating_add(steps.saturating_mul(size.marks)))
}

/// Every element of two lists, sorted.
#[must_use]
pub fn sorting(arguments: &[Value]) -> u64 {
    let count = elements(arguments.first()).saturating_add(elements(arguments.get(1)));
    units(count.saturating_mul(64))
}

/// Every entry of every list of every record, looked up.
fn entries(list: Option<&Value>) -> u64 {
    let Some(Value::List(records)) = list else { return 0 };
    let ranked = |record: &Value| match record {
        Value::Record(fields) => elements(fields.get("ranks")).saturating_add(1),
        _ => 1,
    };
    records.iter().map(ranked).fold(0, u64::saturating_add)
}

/// Every entry of every list of preferences, with a look-up.
#[must_use]
pub fn lists(arguments: &[Value]) -> u64 {
    let both = entries(arguments.first()).saturating_add(entries(arguments.get(1)));
    units(both.saturating_mul(64))
}

/// Every entry again for each cycle.
#[must_use]
pub fn cycles(arguments: &[Value]) -> u64 {
    let owners = elements(arguments.first());
    let walks = owners.saturating_mul(owners).saturating_mul(2);
    lists(arguments).saturating_add(units(walks.saturating_mul(owners)))
}

/// Every voter for each side.
#[must_use]
pub fn swing(arguments: &[Value]) -> u64 {
    let voters = elements(arguments.first()).saturating_add(elements(arguments.get(1)));
    units(voters.saturating_mul(elements(arguments.get(2)).saturating_add(64)))
}

/// Every estimate, sorted, several times.
#[must_use]
pub fn rounds(arguments: &[Value]) -> u64 {
    units(Size::of(arguments).marks.saturating_mul(128))
}

/// Distances of all pairs over all statements, and swaps of medoids. The number of people is at
/// most the number of opinions, and more than the cap are refused.
#[must_use]
pub fn groups(arguments: &[Value]) -> u64 {
    let opinions = elements(arguments.first());
    let people = people(arguments.first()).min(number(crate::limits::MAX_PARTICIPANTS));
    let pairs = people.saturating_mul(people);
    let squares: u64 = (2..=number(MAX_GROUPS)).map(|k| k * k).sum();
    let swaps = squares.saturating_mul(number(MAX_SWAPS).saturating_add(1));
    let each = elements(arguments.get(1)).saturating_add(swaps);
    units(opinions.saturating_mul(64).saturating_add(pairs.saturating_mul(each)))
}

/// How many people records name.
fn people(opinions: Option<&Value>) -> u64 {
    let Some(Value::List(opinions)) = opinions else { return 0 };
    let person = |opinion: &'_ Value| match opinion {
        Value::Record(fields) => fields.get("person").cloned(),
        _ => None,
    };
    let people: std::collections::BTreeSet<Value> = opinions.iter().filter_map(person).collect();
    number(people.len())
}
