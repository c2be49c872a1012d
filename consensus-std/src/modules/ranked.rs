//! `use std::ranked`: each ranks options, best first. Options left out are below those ranked, and
//! equal among themselves.

use mundi_engine::Value;
use mundi_engine::library::{Function, MethodError};
use mundi_lang::ty::Ty;
use rust_decimal::Decimal;

use crate::arguments::{Options, Outcome, profile, text, wrong};
use crate::limits::MAX_UNIVERSES;
use crate::methods::irv::{self, Ties};
use crate::methods::{borda, condorcet, copeland, minimax, schulze};
use crate::modules::cost;
use crate::profile::greatest;
use crate::results::{function, list, list_of, option_type, record, record_type, with_option};

/// The functions.
#[must_use]
pub fn functions() -> Vec<Function> {
    let ballots = || ("ballots", list_of(list_of(option_type())));
    let options = || ("options", list_of(option_type()));
    let winners = || ("winners", list_of(option_type()));
    let points = record_type([("option", option_type()), ("points", Ty::Decimal)]);
    vec![
        function(
            "schulze",
            [ballots(), options()],
            record_type([winners(), ("order", list_of(list_of(option_type())))]),
            "Beat paths by winning votes; `order` has groups, best first.",
            (schulze, cost::cubic),
        ),
        function(
            "condorcet",
            [ballots(), options()],
            record_type([
                winners(),
                ("undefeated", list_of(option_type())),
                ("smith", list_of(option_type())),
            ]),
            "The option that beats every other one against one, or none; beside it those that \
             none beats, and the Smith set.",
            (condorcet, cost::cubic),
        ),
        function(
            "copeland",
            [ballots(), options()],
            record_type([winners()]),
            "Two points for each option beaten one against one, one for each level with; most win.",
            (copeland, cost::by_options),
        ),
        function(
            "minimax",
            [ballots(), options()],
            record_type([winners()]),
            "The option whose worst defeat has the fewest ballots against it.",
            (minimax, cost::by_options),
        ),
        function(
            "irv",
            [ballots(), options(), ("ties", Ty::Text)],
            record_type([winners()]),
            "Instant run-off; of several with the fewest votes \"drop-all\" drops all, \
             \"parallel\" tries each and gives all who can win, \"last-listed\" drops the one \
             listed last.",
            (irv, cost::run_off),
        ),
        function(
            "borda",
            [ballots(), options()],
            record_type([winners(), ("points", list_of(points))]),
            "A point for each option put below, half a point for each beside; most points win.",
            (borda, cost::by_options),
        ),
    ]
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

fn copeland(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let winners = copeland::copeland(&profile(values, 0, &options)?);
    Ok(record([("winners", options.values(&winners))]))
}

fn minimax(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let winners = minimax::minimax(&profile(values, 0, &options)?);
    Ok(record([("winners", options.values(&winners))]))
}

fn irv(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let ties = match text(values, 2, "ties")?.as_ref() {
        "drop-all" => Ties::DropAll,
        "parallel" => Ties::Parallel,
        "last-listed" => Ties::LastListed,
        other => {
            let known = "\"drop-all\", \"parallel\" or \"last-listed\"";
            return wrong(format!("`ties` is \"{other}\": write {known}"));
        }
    };
    match irv::irv(&profile(values, 0, &options)?, ties) {
        Ok(winners) => Ok(record([("winners", options.values(&winners))])),
        Err(irv::TooManyTies) => Err(MethodError::TooMuch(format!(
            "ties upon ties: at most {MAX_UNIVERSES} sets of remaining options can be followed"
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
