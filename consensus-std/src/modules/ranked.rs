//! `use std::ranked`: each ranks options, best first. Options left out are below those ranked, and
//! equal among themselves.

mod counted;
mod duels;
mod eliminations;
mod procedures;

use mundi_engine::Value;
use mundi_engine::library::MethodError;
use mundi_lang::ty::Ty;
use rust_decimal::Decimal;

use crate::arguments::{Options, Outcome, profile, text, wrong};
use crate::limits::{MAX_SUBSET_OPTIONS, MAX_UNIVERSES};
use crate::methods::elimination::{Ties, TooManyTies};
use crate::methods::split_cycle::TooManyOptions;
use crate::methods::{borda, condorcet, schulze};
use crate::modules::cost;
use crate::profile::Profile;
use crate::profile::greatest;
use crate::results::{
    Method, Work, list, list_of, method, named, option_type, record, record_type, with_option,
};

/// The methods.
#[must_use]
pub fn methods() -> Vec<Method> {
    let mut all = vec![
        method(
            named!("ranked", "schulze"),
            [ballots(), options()],
            record_type([winners(), ("order", list_of(list_of(option_type())))]),
            (schulze, cost::cubic),
        ),
        method(
            named!("ranked", "condorcet"),
            [ballots(), options()],
            record_type([
                winners(),
                ("undefeated", list_of(option_type())),
                ("smith", list_of(option_type())),
            ]),
            (condorcet, cost::cubic),
        ),
        method(
            named!("ranked", "borda"),
            [ballots(), options()],
            record_type([winners(), ("points", points())]),
            (borda, cost::by_options),
        ),
    ];
    all.extend(duels::methods());
    all.extend(eliminations::methods());
    all.extend(counted::methods());
    all.extend(procedures::methods());
    all
}

fn plain(named: (&str, &'static str), work: Work) -> Method {
    method(named, [ballots(), options()], record_type([winners()]), work)
}

fn ballots() -> (&'static str, Ty) {
    ("ballots", list_of(list_of(option_type())))
}

fn options() -> (&'static str, Ty) {
    ("options", list_of(option_type()))
}

fn winners() -> (&'static str, Ty) {
    ("winners", list_of(option_type()))
}

fn points() -> Ty {
    list_of(record_type([("option", option_type()), ("points", Ty::Decimal)]))
}

/// Who wins by a method that needs the rankings and nothing else.
fn elect(values: &[Value], method: fn(&Profile) -> Vec<usize>) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let winners = method(&profile(values, 0, &options)?);
    Ok(record([("winners", options.values(&winners))]))
}

fn schulze(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let result = schulze::schulze(&profile(values, 0, &options)?);
    Ok(record([
        ("winners", options.values(&result.winners)),
        ("order", list(result.order.iter().map(|group| options.values(group)))),
    ]))
}

fn condorcet(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let result = condorcet::condorcet(&profile(values, 0, &options)?);
    Ok(record([
        ("winners", options.values(result.winner.as_slice())),
        ("undefeated", options.values(&result.undefeated)),
        ("smith", options.values(&result.smith)),
    ]))
}

/// The same for a method that drops options: with its tie policy.
fn eliminate(
    values: &[Value],
    method: fn(&Profile, Ties) -> Result<Vec<usize>, TooManyTies>,
) -> Outcome<Value> {
    let ties = match text(values, 2, "ties")?.as_ref() {
        "drop-all" => Ties::DropAll,
        "parallel" => Ties::Parallel,
        "last-listed" => Ties::LastListed,
        other => {
            let known = "\"drop-all\", \"parallel\" or \"last-listed\"";
            return wrong(format!("`ties` is \"{other}\": write {known}"));
        }
    };
    let options = Options::new(values, 1)?;
    match method(&profile(values, 0, &options)?, ties) {
        Ok(winners) => Ok(record([("winners", options.values(&winners))])),
        Err(TooManyTies) => Err(MethodError::TooMuch(format!(
            "ties upon ties: at most {MAX_UNIVERSES} sets of remaining options can be followed"
        ))),
    }
}

/// The same for a method that looks at every set of options.
fn by_sets(
    values: &[Value],
    method: fn(&Profile) -> Result<Vec<usize>, TooManyOptions>,
) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    match method(&profile(values, 0, &options)?) {
        Ok(winners) => Ok(record([("winners", options.values(&winners))])),
        Err(TooManyOptions) => Err(MethodError::TooMuch(format!(
            "{} options: at most {MAX_SUBSET_OPTIONS} can be put in order",
            options.len()
        ))),
    }
}

fn borda(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let doubled = borda::doubled_points(&profile(values, 0, &options)?);
    let halves = |n: &u64| i64::try_from(n.saturating_mul(5)).unwrap_or(i64::MAX);
    let points = doubled.iter().map(|n| Value::Decimal(Decimal::new(halves(n), 1)));
    Ok(record([
        ("winners", options.values(&greatest(&doubled))),
        ("points", with_option(options.list, "points", points)),
    ]))
}
