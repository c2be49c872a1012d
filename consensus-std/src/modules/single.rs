//! `use std::single`: each marks one option, or several that are alike good.

use mundi_engine::Value;
use mundi_engine::library::Function;
use mundi_lang::ty::Ty;

use crate::arguments::{Options, Outcome, argument, list, profile, room_for};
use crate::methods::{approval, plurality};
use crate::modules::cost;
use crate::profile::greatest;
use crate::results::{function, list_of, option_type, record, record_type, with_option};

/// The functions.
#[must_use]
pub fn functions() -> Vec<Function> {
    vec![
        function(
            "plurality",
            [("votes", list_of(option_type())), ("options", list_of(option_type()))],
            result(),
            "One vote each; the options with the most votes win.",
            (plurality, cost::linear),
        ),
        function(
            "approval",
            [("ballots", list_of(list_of(option_type()))), ("options", list_of(option_type()))],
            result(),
            "Each approves of any number of options; those with the most approvals win.",
            (approval, cost::linear),
        ),
    ]
}

fn result() -> Ty {
    let count = record_type([("option", option_type()), ("votes", Ty::Int)]);
    record_type([("winners", list_of(option_type())), ("counts", list_of(count))])
}

fn plurality(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let votes = list(argument(values, 0)?, "`votes`")?;
    room_for(0, votes.len())?;
    let votes = (1..).zip(votes).map(|(number, vote)| options.place(vote, number));
    let votes = votes.collect::<Outcome<Vec<_>>>()?;
    Ok(outcome(&options, &plurality::counts(options.len(), &votes)))
}

fn approval(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let profile = profile(values, 0, &options)?;
    Ok(outcome(&options, &approval::counts(&profile)))
}

fn outcome(options: &Options<'_>, counts: &[u64]) -> Value {
    let votes = counts.iter().map(|n| Value::Int(i64::try_from(*n).unwrap_or(i64::MAX)));
    record([
        ("winners", options.values(&greatest(counts))),
        ("counts", with_option(options.list, "votes", votes)),
    ])
}
