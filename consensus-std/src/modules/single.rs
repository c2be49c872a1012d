//! `use std::single`: each marks one option, or several that are alike good.

use mundi_engine::Value;
use mundi_lang::ty::Ty;

use crate::arguments::{Options, Outcome, argument, list, profile, room_for};
use crate::methods::{approval, plurality};
use crate::modules::cost;
use crate::profile::greatest;
use crate::results::{
    Method, int, list_of, method, named, option_type, record, record_type, with_option,
};

/// The methods.
#[must_use]
pub fn methods() -> Vec<Method> {
    let votes = || ("votes", list_of(option_type()));
    let ballots = || ("ballots", list_of(list_of(option_type())));
    let options = || ("options", list_of(option_type()));
    vec![
        method(
            named!("single", "plurality"),
            [votes(), options()],
            result(),
            (plurality, cost::linear),
        ),
        method(
            named!("single", "approval"),
            [ballots(), options()],
            result(),
            (approval, cost::linear),
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

fn approval(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let profile = profile(values, 0, &options)?;
    Ok(outcome(&options, &approval::counts(&profile)))
}

fn outcome(options: &Options<'_>, counts: &[u64]) -> Value {
    let votes = counts.iter().map(|n| int(*n));
    record([
        ("winners", options.values(&greatest(counts))),
        ("counts", with_option(options.list, "votes", votes)),
    ])
}
