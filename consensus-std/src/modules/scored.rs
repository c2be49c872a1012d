//! `use std::scored`: each gives options points.

use mundi_engine::Value;
use mundi_lang::ty::Ty;

use crate::arguments::{Options, Outcome, argument, list, room_for, wrong};
use crate::limits::MAX_SCORE;
use crate::methods::score;
use crate::modules::cost;
use crate::profile::greatest;
use crate::results::{
    Method, list_of, method, named, option_type, record, record_type, with_option,
};

/// The methods.
#[must_use]
pub fn methods() -> Vec<Method> {
    let total = record_type([("option", option_type()), ("total", Ty::Int)]);
    vec![method(
        named!("scored", "score"),
        [ballots(), options()],
        record_type([("winners", list_of(option_type())), ("totals", list_of(total))]),
        (score, cost::linear),
    )]
}

fn ballots() -> (&'static str, Ty) {
    let mark = record_type([("option", option_type()), ("score", Ty::Int)]);
    ("ballots", list_of(list_of(mark)))
}

fn options() -> (&'static str, Ty) {
    ("options", list_of(option_type()))
}

fn score(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let mut marks = 0;
    let mut ballots = Vec::new();
    for (number, ballot) in (1..).zip(list(argument(values, 0)?, "`ballots`")?) {
        let ballot = list(ballot, "a ballot")?;
        marks = room_for(marks, ballot.len())?;
        ballots.push(scores(ballot, number, &options)?);
    }
    let totals = score::totals(options.len(), &ballots);
    let numbers = totals.iter().map(|n| Value::Int(*n));
    Ok(record([
        ("winners", options.values(&greatest(&totals))),
        ("totals", with_option(options.list, "total", numbers)),
    ]))
}

fn scores(marks: &[Value], ballot: usize, options: &Options<'_>) -> Outcome<Vec<(usize, i64)>> {
    let mut scores: Vec<(usize, i64)> = Vec::new();
    for value in marks {
        let Value::Record(fields) = value else {
            return wrong(format!("ballot {ballot} has no record of option and score"));
        };
        let (Some(option), Some(Value::Int(score))) = (fields.get("option"), fields.get("score"))
        else {
            return wrong(format!("ballot {ballot} has a record without option and score"));
        };
        let place = options.place(option, ballot)?;
        if scores.iter().any(|(seen, _)| *seen == place) {
            return wrong(format!("ballot {ballot} scores an option twice: score each once"));
        }
        if score.checked_abs().is_none_or(|size| size > MAX_SCORE) {
            return wrong(format!(
                "ballot {ballot} scores {score}: at most {MAX_SCORE} either way"
            ));
        }
        scores.push((place, *score));
    }
    Ok(scores)
}
