//! Whole procedures: Debian's, Dodgson's, the agenda, a ballot drawn by lot.

use mundi_engine::Value;
use mundi_engine::library::MethodError;
use mundi_lang::ty::Ty;

use super::{ballots, elect, options, plain, winners};
use crate::arguments::{Options, Outcome, argument, count, field, list, profile, text, wrong};
use crate::limits::MAX_COMBINATIONS;
use crate::methods::dodgson::NoAnswer;
use crate::methods::resolution::{Demands, resolution};
use crate::methods::{agenda, dodgson, lottery};
use crate::modules::cost;
use crate::results::{Method, list_of, method, named, option_type, record, record_type};

pub(super) fn methods() -> Vec<Method> {
    let ratio = record_type([("option", option_type()), ("p", Ty::Int), ("q", Ty::Int)]);
    let dropped = || list_of(option_type());
    vec![
        method(
            named!("ranked", "debian"),
            [
                ballots(),
                options(),
                ("default_option", option_type()),
                ("quorum", Ty::Int),
                ("ratios", list_of(ratio)),
                ("casting", list_of(option_type())),
            ],
            record_type([
                winners(),
                ("without_quorum", dropped()),
                ("without_majority", dropped()),
            ]),
            (debian, cost::quartic),
        ),
        plain(named!("ranked", "dodgson"), (dodgson, cost::combinations)),
        plain(named!("ranked", "agenda"), (|v| elect(v, agenda::agenda), cost::by_options)),
        method(
            named!("ranked", "random_ballot"),
            [ballots(), options(), ("entropy", Ty::Text)],
            record_type([winners()]),
            (random_ballot, cost::linear),
        ),
    ]
}

fn debian(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let default = options.named(argument(values, 2)?, "`default_option`")?;
    let demands =
        Demands { default, quorum: count(values, 3, "quorum")?, ratios: ratios(values, &options)? };
    let casting = list(argument(values, 5)?, "`casting`")?.iter();
    let casting: Vec<usize> =
        casting.map(|o| options.named(o, "`casting`")).collect::<Outcome<_>>()?;
    let resolved = resolution(&profile(values, 0, &options)?, &demands, &casting);
    Ok(record([
        ("winners", options.values(&resolved.winners)),
        ("without_quorum", options.values(&resolved.without_quorum)),
        ("without_majority", options.values(&resolved.without_majority)),
    ]))
}

/// For each option its ratio: 1 unless one is given.
fn ratios(values: &[Value], options: &Options<'_>) -> Outcome<Vec<(u64, u64)>> {
    let mut ratios = vec![(1, 1); options.len()];
    for given in list(argument(values, 4)?, "`ratios`")? {
        let at = options.named(field(given, "option", "a ratio")?, "`ratios`")?;
        let part = |name| match field(given, name, "a ratio")? {
            Value::Int(number) if *number > 0 => Ok(number.unsigned_abs()),
            _ => wrong("a ratio is no `p/q`: both are 1 or more"),
        };
        if let Some(ratio) = ratios.get_mut(at) {
            *ratio = (part("p")?, part("q")?);
        }
    }
    Ok(ratios)
}

fn dodgson(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    match dodgson::dodgson(&profile(values, 0, &options)?) {
        Ok(winners) => Ok(record([("winners", options.values(&winners))])),
        Err(NoAnswer::Short) => wrong("a ballot leaves an option out: here each ranks them all"),
        Err(NoAnswer::TooMany) => Err(MethodError::TooMuch(format!(
            "too many rivals and ballots: at most {MAX_COMBINATIONS} combinations of lacking votes \
             can be followed"
        ))),
    }
}

fn random_ballot(values: &[Value]) -> Outcome<Value> {
    let options = Options::new(values, 1)?;
    let profile = profile(values, 0, &options)?;
    let filled: Vec<&Vec<usize>> = profile.ballots().iter().filter(|b| !b.is_empty()).collect();
    let drawn = lottery::draw(filled.len(), 1, text(values, 2, "entropy")?.as_bytes());
    let ballot = drawn.first().and_then(|at| filled.get(*at));
    let first = ballot.and_then(|ballot| ballot.first());
    let winners = first.map_or_else(|| (0..options.len()).collect(), |first| vec![*first]);
    Ok(record([("winners", options.values(&winners))]))
}
