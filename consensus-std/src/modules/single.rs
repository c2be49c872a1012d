//! `use std::single`: each marks one option, or several that are alike good.

use std::collections::BTreeSet;

use mundi_engine::Value;
use mundi_engine::library::MethodError;
use mundi_lang::ty::Ty;

use crate::arguments::{
    Options, Outcome, argument, count, field, list, profile, room_for, text, wrong,
};
use crate::limits::MAX_SEATS;
use crate::methods::elimination::least;
use crate::methods::{approval, lottery, plurality};
use crate::modules::cost;
use crate::profile::greatest;
use crate::results::{
    self, Method, int, list_of, method, named, option_type, record, record_type, with_option,
};

/// The methods.
#[must_use]
pub fn methods() -> Vec<Method> {
    let mut all = by_vote();
    all.extend(by_set());
    all
}

fn options() -> (&'static str, Ty) {
    ("options", list_of(option_type()))
}

/// Those with one vote each.
fn by_vote() -> Vec<Method> {
    let votes = || ("votes", list_of(option_type()));
    let round = || {
        let next = ("next", list_of(option_type()));
        record_type([("winners", list_of(option_type())), next])
    };
    vec![
        method(
            named!("single", "plurality"),
            [votes(), options()],
            result(),
            (plurality, cost::linear),
        ),
        method(
            named!("single", "anti_plurality"),
            [votes(), options()],
            result(),
            (anti_plurality, cost::linear),
        ),
        method(
            named!("single", "two_round"),
            [votes(), options()],
            round(),
            (|v| rounds(v, plurality::first_two), cost::linear),
        ),
        method(
            named!("single", "exhaustive"),
            [votes(), options()],
            round(),
            (|v| rounds(v, plurality::all_but_last), cost::linear),
        ),
    ]
}

/// Those with several marks each, and the lot.
fn by_set() -> Vec<Method> {
    let ballots = || ("ballots", list_of(list_of(option_type())));
    let signs =
        record_type([("in_favour", list_of(option_type())), ("against", list_of(option_type()))]);
    let signs = || ("ballots", list_of(signs.clone()));
    vec![
        method(
            named!("single", "approval"),
            [ballots(), options()],
            result(),
            (approval, cost::linear),
        ),
        method(
            named!("single", "disapproval"),
            [ballots(), options()],
            result(),
            (disapproval, cost::linear),
        ),
        method(
            named!("single", "combined_approval"),
            [signs(), options()],
            result(),
            (|v| combined(v, usize::MAX), cost::signs),
        ),
        method(
            named!("single", "positive_negative"),
            [signs(), options()],
            result(),
            (|v| combined(v, 1), cost::signs),
        ),
        method(
            named!("single", "sortition"),
            [("pool", list_of(option_type())), ("seats", Ty::Int), ("entropy", Ty::Text)],
            list_of(option_type()),
            (sortition, cost::draws),
        ),
    ]
}

fn result() -> Ty {
    let count = record_type([("option", option_type()), ("votes", Ty::Int)]);
    record_type([("winners", list_of(option_type())), ("counts", list_of(count))])
}

/// Votes, each one option.
fn votes(values: &[Value], options: &Options<'_>) -> Outcome<Vec<usize>> {
    let votes = list(argument(values, 0)?, "`votes`")?;
    room_for(0, votes.len())?;
    (1..).zip(votes).map(|(number, vote)| options.place(vote, number)).collect()
}

fn plurality(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let votes = votes(values, &options)?;
    Ok(outcome(&options, &plurality::counts(options.len(), &votes)))
}

fn anti_plurality(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let votes = votes(values, &options)?;
    Ok(fewest(&options, &plurality::counts(options.len(), &votes)))
}

/// A round of an election in several, and who is in the next one.
fn rounds(values: &[Value], next: fn(&[u64]) -> Vec<usize>) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let counts = plurality::counts(options.len(), &votes(values, &options)?);
    let winners: Vec<usize> = plurality::majority(&counts).into_iter().collect();
    let next = if winners.is_empty() { next(&counts) } else { Vec::new() };
    Ok(record([("winners", options.values(&winners)), ("next", options.values(&next))]))
}

fn approval(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let profile = profile(values, 0, &options)?;
    Ok(outcome(&options, &approval::counts(&profile)))
}

fn disapproval(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let profile = profile(values, 0, &options)?;
    Ok(fewest(&options, &approval::counts(&profile)))
}

/// Votes for less votes against, at most `most` of them on a ballot.
fn combined(values: &[Value], most: usize) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let mut totals = vec![0_i64; options.len()];
    let mut marks = 0;
    for (number, ballot) in (1..).zip(list(argument(values, 0)?, "`ballots`")?) {
        let mut seen = BTreeSet::new();
        for (name, worth) in [("in_favour", 1), ("against", -1)] {
            let named = list(field(ballot, name, "a ballot")?, "`in_favour` or `against`")?;
            marks = room_for(marks, named.len())?;
            for value in named {
                let place = options.place(value, number)?;
                if !seen.insert(place) {
                    return wrong(format!("ballot {number} names an option twice: name it once"));
                }
                if let Some(total) = totals.get_mut(place) {
                    *total = total.saturating_add(worth);
                }
            }
        }
        if seen.len() > most {
            return wrong(format!("ballot {number} has {} votes: it has {most}", seen.len()));
        }
    }
    let votes = totals.iter().map(|n| Value::Int(*n));
    Ok(record([
        ("winners", options.values(&greatest(&totals))),
        ("counts", with_option(options.list, "votes", votes)),
    ]))
}

fn sortition(values: &[Value]) -> Outcome<Value> {
    let pool = list(argument(values, 0)?, "`pool`")?;
    room_for(0, pool.len())?;
    if pool.iter().collect::<BTreeSet<_>>().len() < pool.len() {
        return wrong("`pool` has somebody twice: name each once");
    }
    let seats = count(values, 1, "seats")?;
    if seats > MAX_SEATS {
        let text = format!("{seats} seats: at most {MAX_SEATS} can be drawn");
        return Err(MethodError::TooMuch(text));
    }
    let seats = usize::try_from(seats).unwrap_or(usize::MAX);
    let drawn = lottery::draw(pool.len(), seats, text(values, 2, "entropy")?.as_bytes());
    Ok(results::list(drawn.into_iter().filter_map(|at| pool.get(at).cloned())))
}

/// Those with the fewest votes win.
fn fewest(options: &Options<'_>, counts: &[u64]) -> Value {
    let votes = counts.iter().map(|n| int(*n));
    let places: Vec<usize> = (0..counts.len()).collect();
    let winners = least(&places, |o| counts.get(o).copied().unwrap_or(0));
    record([
        ("winners", options.values(&winners)),
        ("counts", with_option(options.list, "votes", votes)),
    ])
}

fn outcome(options: &Options<'_>, counts: &[u64]) -> Value {
    let votes = counts.iter().map(|n| int(*n));
    record([
        ("winners", options.values(&greatest(counts))),
        ("counts", with_option(options.list, "votes", votes)),
    ])
}
