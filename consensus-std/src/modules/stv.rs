//! `use std::stv`: the single transferable vote, stage by stage.

use mundi_engine::Value;
use mundi_lang::ty::Ty;
use rust_decimal::Decimal;

use crate::arguments::{Options, Outcome, profile};
use crate::fields::{allowed, ties};
use crate::methods::universes::{Ties, committees};
use crate::methods::{meek, scottish};
use crate::modules::committees::places;
use crate::modules::cost_several;
use crate::results::{
    Method, int, list, list_of, method, named, option_type, record, record_type, with_option,
};

/// The methods.
#[must_use]
pub fn methods() -> Vec<Method> {
    let votes = || {
        let votes = record_type([("option", option_type()), ("votes", Ty::Decimal)]);
        ("votes", list_of(votes))
    };
    let some = |name| (name, list_of(option_type()));
    let committees = || ("committees", list_of(list_of(option_type())));
    let stage = record_type([
        some("passed_on"),
        votes(),
        ("non_transferable", Ty::Decimal),
        some("elected"),
        some("excluded"),
    ]);
    let round = record_type([("quota", Ty::Decimal), votes(), some("elected"), some("excluded")]);
    vec![
        method(
            named!("stv", "scottish"),
            parameters(),
            record_type([committees(), ("quota", Ty::Int), ("stages", list_of(stage))]),
            (scottish, cost_several::transfers),
        ),
        method(
            named!("stv", "meek"),
            parameters(),
            record_type([committees(), ("rounds", list_of(round))]),
            (meek, cost_several::distributions),
        ),
    ]
}

fn parameters() -> [(&'static str, Ty); 4] {
    [
        ("ballots", list_of(list_of(option_type()))),
        ("options", list_of(option_type())),
        ("seats", Ty::Int),
        ("ties", Ty::Text),
    ]
}

fn scottish(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let places = places(values, 2, &options)?;
    let policy = ties(values, 3)?;
    let profile = profile(values, 0, &options)?;
    let mut counts = allowed(scottish::counts(&profile, places, policy))?;
    let committees = allowed(committees(counts.iter().map(|count| count.elected.clone())))?;
    if policy == Ties::Parallel {
        counts = allowed(scottish::counts(&profile, places, Ties::FirstListed))?;
    }
    let stages = counts.iter().flat_map(|count| &count.stages).map(|stage| {
        let votes = stage.votes.iter().map(|v| fraction(u128::from(*v), 5));
        record([
            ("passed_on", options.values(stage.passed_on.as_slice())),
            ("votes", with_option(options.list, "votes", votes)),
            ("non_transferable", fraction(u128::from(stage.non_transferable), 5)),
            ("elected", options.values(&stage.elected)),
            ("excluded", options.values(stage.excluded.as_slice())),
        ])
    });
    Ok(record([
        ("committees", list(committees.iter().map(|committee| options.values(committee)))),
        ("quota", int(counts.first().map_or(0, |count| count.quota))),
        ("stages", list(stages)),
    ]))
}

fn meek(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let places = places(values, 2, &options)?;
    let policy = ties(values, 3)?;
    let profile = profile(values, 0, &options)?;
    let mut counts = allowed(meek::counts(&profile, places, policy))?;
    let committees = allowed(committees(counts.iter().map(|count| count.elected.clone())))?;
    if policy == Ties::Parallel {
        counts = allowed(meek::counts(&profile, places, Ties::FirstListed))?;
    }
    let rounds = counts.iter().flat_map(|count| &count.rounds).map(|round| {
        record([
            ("quota", fraction(round.quota, 9)),
            (
                "votes",
                with_option(options.list, "votes", round.votes.iter().map(|v| fraction(*v, 9))),
            ),
            ("elected", options.values(&round.elected)),
            ("excluded", options.values(round.excluded.as_slice())),
        ])
    });
    Ok(record([
        ("committees", list(committees.iter().map(|committee| options.values(committee)))),
        ("rounds", list(rounds)),
    ]))
}

/// A whole number of parts as a decimal, without zeros at its end.
fn fraction(parts: u128, places: u32) -> Value {
    let parts = i128::try_from(parts).unwrap_or(i128::MAX);
    // A count's votes are below 2⁶⁰ parts, so the number always fits.
    let number = Decimal::try_from_i128_with_scale(parts, places).unwrap_or(Decimal::MAX);
    Value::Decimal(number.normalize())
}
