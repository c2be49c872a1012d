//! `use std::scored`: each gives options points.

use mundi_engine::Value;
use mundi_engine::library::MethodError;
use mundi_lang::ty::Ty;
use rust_decimal::Decimal;

use crate::arguments::{Options, Outcome, argument, count, list, room_for, wrong};
use crate::limits::{MAX_GRADES, MAX_SCORE};
use crate::methods::judgment::{Chain, judgment};
use crate::methods::quadratic::thousandths;
use crate::methods::{score, star};
use crate::modules::cost;
use crate::profile::greatest;
use crate::results::{
    Method, Work, list_of, method, named, option_type, record, record_type, with_option,
};

/// The methods.
#[must_use]
pub fn methods() -> Vec<Method> {
    let total = |ty| list_of(record_type([("option", option_type()), ("total", ty)]));
    let totals = |ty| record_type([winners(), ("totals", total(ty))]);
    vec![
        method(
            named!("scored", "score"),
            [ballots(), options()],
            totals(Ty::Int),
            (score, cost::linear),
        ),
        method(
            named!("scored", "cumulative"),
            [ballots(), options(), ("budget", Ty::Int)],
            totals(Ty::Int),
            (cumulative, cost::linear),
        ),
        method(
            named!("scored", "quadratic"),
            [ballots(), options(), ("budget", Ty::Int)],
            totals(Ty::Decimal),
            (quadratic, cost::linear),
        ),
        method(
            named!("scored", "average"),
            [ballots(), options(), ("least", Ty::Int)],
            record_type([winners()]),
            (average, cost::linear),
        ),
        plain(named!("scored", "star"), (star, cost::meetings)),
        plain(named!("scored", "majority_judgment"), (|v| judge(v, Chain::Majority), cost::graded)),
        plain(named!("scored", "typical_judgment"), (|v| judge(v, Chain::Typical), cost::graded)),
        plain(named!("scored", "central_judgment"), (|v| judge(v, Chain::Central), cost::graded)),
        plain(named!("scored", "usual_judgment"), (|v| judge(v, Chain::Usual), cost::graded)),
    ]
}

fn plain(named: (&str, &'static str), work: Work) -> Method {
    method(named, [ballots(), options()], record_type([winners()]), work)
}

fn winners() -> (&'static str, Ty) {
    ("winners", list_of(option_type()))
}

fn ballots() -> (&'static str, Ty) {
    let mark = record_type([("option", option_type()), ("score", Ty::Int)]);
    ("ballots", list_of(list_of(mark)))
}

fn options() -> (&'static str, Ty) {
    ("options", list_of(option_type()))
}

/// Ballots as pairs of option and score.
fn read(values: &[Value], options: &Options<'_>) -> Outcome<Vec<Vec<(usize, i64)>>> {
    let mut marks = 0;
    let mut ballots = Vec::new();
    for (number, ballot) in (1..).zip(list(argument(values, 0)?, "`ballots`")?) {
        let ballot = list(ballot, "a ballot")?;
        marks = room_for(marks, ballot.len())?;
        ballots.push(scores(ballot, number, options)?);
    }
    Ok(ballots)
}

/// The same, with together no more than a budget on each, so much counted for a score as `size` says.
fn within_budget(
    values: &[Value],
    options: &Options<'_>,
    size: fn(i64) -> Option<u64>,
) -> Outcome<Vec<Vec<(usize, i64)>>> {
    let budget = count(values, 2, "budget")?;
    let ballots = read(values, options)?;
    for (number, ballot) in (1..).zip(&ballots) {
        let sizes = ballot.iter().map(|(_, score)| size(*score)).collect::<Option<Vec<_>>>();
        let Some(sizes) = sizes else {
            return wrong(format!("ballot {number} has a negative score: 0 or more"));
        };
        let spent = sizes.into_iter().fold(0, u64::saturating_add);
        if spent > budget {
            return wrong(format!("ballot {number} spends {spent}: at most {budget}"));
        }
    }
    Ok(ballots)
}

fn totalled(options: &Options<'_>, totals: &[i64], number: fn(i64) -> Value) -> Value {
    record([
        ("winners", options.values(&greatest(totals))),
        ("totals", with_option(options.list, "total", totals.iter().map(|n| number(*n)))),
    ])
}

fn score(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let totals = score::totals(options.len(), &read(values, &options)?);
    Ok(totalled(&options, &totals, Value::Int))
}

fn cumulative(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let ballots = within_budget(values, &options, |score| u64::try_from(score).ok())?;
    Ok(totalled(&options, &score::totals(options.len(), &ballots), Value::Int))
}

fn quadratic(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let mut ballots = within_budget(values, &options, |score| Some(score.unsigned_abs()))?;
    for (_, credits) in ballots.iter_mut().flatten() {
        *credits = thousandths(*credits);
    }
    let totals = score::totals(options.len(), &ballots);
    Ok(totalled(&options, &totals, |n| Value::Decimal(Decimal::new(n, 3))))
}

fn average(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let least = count(values, 2, "least")?;
    let winners = score::average(options.len(), &read(values, &options)?, least);
    Ok(record([("winners", options.values(&winners))]))
}

/// For each ballot a score of every option.
fn table(values: &[Value], options: &Options<'_>) -> Outcome<Vec<Vec<i64>>> {
    let ballots = read(values, options)?;
    if ballots.len().saturating_mul(options.len()) > MAX_GRADES {
        let text = format!("too many ballots: at most {MAX_GRADES} grades can be compared");
        return Err(MethodError::TooMuch(text));
    }
    let full = |ballot: Vec<(usize, i64)>| {
        let mut scores = vec![0; options.len()];
        for (option, score) in ballot {
            if let Some(place) = scores.get_mut(option) {
                *place = score;
            }
        }
        scores
    };
    Ok(ballots.into_iter().map(full).collect())
}

fn star(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let scores = table(values, &options)?;
    if scores.iter().flatten().any(|score| *score < 0) {
        return wrong("a ballot has a negative score: here they are 0 or more");
    }
    Ok(record([("winners", options.values(&star::star(options.len(), &scores)))]))
}

fn judge(values: &[Value], chain: Chain) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let ballots = table(values, &options)?;
    let of = |option: usize| ballots.iter().filter_map(|b| b.get(option).copied()).collect();
    let grades = (0..options.len()).map(of).collect();
    Ok(record([("winners", options.values(&judgment(grades, chain)))]))
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
