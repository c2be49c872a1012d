//! `use std::seats`: seats in proportion to votes.

use mundi_engine::Value;
use mundi_engine::library::{MethodError, Native};
use mundi_lang::ty::Ty;

use crate::arguments::{Options, Outcome, argument, count, list, wrong};
use crate::fields::choice;
use crate::limits::{MAX_SEATS, MAX_VOTES};
use crate::methods::quotas::{self, Quota};
use crate::methods::seats::{self, Divisors, Seats};
use crate::modules::cost;
use crate::results::{
    Method, int, list_of, method, named, option_type, record, record_type, with_option,
};

/// The methods.
#[must_use]
pub fn methods() -> Vec<Method> {
    vec![
        of(named!("seats", "dhondt"), dhondt),
        of(named!("seats", "sainte_lague"), sainte_lague),
        of(named!("seats", "largest_remainder"), remainder),
        of(named!("seats", "modified_sainte_lague"), modified_sainte_lague),
        of(named!("seats", "danish"), danish),
        of(named!("seats", "imperiali"), imperiali),
        of(named!("seats", "huntington_hill"), huntington_hill),
        method(
            named!("seats", "quota_remainder"),
            [votes(), ("seats", Ty::Int), ("quota", Ty::Text)],
            result(),
            (quota_remainder, cost::every_seat),
        ),
        method(
            named!("seats", "threshold"),
            [votes(), ("p", Ty::Int), ("q", Ty::Int)],
            record_type([votes(), ("below", list_of(option_type()))]),
            (threshold, cost::linear),
        ),
    ]
}

fn votes() -> (&'static str, Ty) {
    ("votes", list_of(record_type([("option", option_type()), ("votes", Ty::Int)])))
}

fn result() -> Ty {
    let seats = record_type([("option", option_type()), ("seats", Ty::Int)]);
    record_type([("seats", list_of(seats)), ("left", Ty::Int), ("tied", list_of(option_type()))])
}

fn of(named: (&str, &'static str), native: Native) -> Method {
    method(named, [votes(), ("seats", Ty::Int)], result(), (native, cost::every_seat))
}

fn dhondt(values: &[Value]) -> Outcome<Value> {
    with(values, |votes, seats| seats::highest_averages(votes, seats, Divisors::DHondt))
}

fn sainte_lague(values: &[Value]) -> Outcome<Value> {
    with(values, |votes, seats| seats::highest_averages(votes, seats, Divisors::SainteLague))
}

fn modified_sainte_lague(values: &[Value]) -> Outcome<Value> {
    with(values, |votes, seats| {
        seats::highest_averages(votes, seats, Divisors::ModifiedSainteLague)
    })
}

fn danish(values: &[Value]) -> Outcome<Value> {
    with(values, |votes, seats| seats::highest_averages(votes, seats, Divisors::Danish))
}

fn imperiali(values: &[Value]) -> Outcome<Value> {
    with(values, |votes, seats| seats::highest_averages(votes, seats, Divisors::Imperiali))
}

fn huntington_hill(values: &[Value]) -> Outcome<Value> {
    with(values, |votes, seats| seats::highest_averages(votes, seats, Divisors::HuntingtonHill))
}

fn remainder(values: &[Value]) -> Outcome<Value> {
    with(values, seats::largest_remainder)
}

fn quota_remainder(values: &[Value]) -> Outcome<Value> {
    let known = [
        ("hare", Quota::Hare),
        ("droop", Quota::Droop),
        ("hagenbach-bischoff", Quota::HagenbachBischoff),
        ("imperiali", Quota::Imperiali),
    ];
    let quota = choice(values, 2, "quota", known)?;
    with(values, |votes, seats| quotas::largest_remainder(votes, seats, quota))
}

fn threshold(values: &[Value]) -> Outcome<Value> {
    let (p, q) = (count(values, 1, "p")?, count(values, 2, "q")?);
    if q == 0 || p > q {
        return wrong(format!("{p}/{q} is no share: `p` is at most `q`, and `q` 1 or more"));
    }
    let (names, votes) = lists(values)?;
    let names = [Value::List(std::sync::Arc::new(names))];
    let options = Options::new(&names, 0)?;
    let above = quotas::above_threshold(&votes, p, q);
    let below: Vec<usize> = (0..votes.len()).filter(|list| !above.contains(list)).collect();
    let kept = above.iter().filter_map(|l| Some((options.list.get(*l)?, votes.get(*l)?)));
    let kept = kept.map(|(o, n)| record([("option", o.clone()), ("votes", int(*n))]));
    Ok(record([("votes", crate::results::list(kept)), ("below", options.values(&below))]))
}

fn with(values: &[Value], method: impl Fn(&[u64], u64) -> Seats) -> Outcome<Value> {
    let seats = count(values, 1, "seats")?;
    if seats > MAX_SEATS {
        let text = format!("{seats} seats: at most {MAX_SEATS} can be given out");
        return Err(MethodError::TooMuch(text));
    }
    let (names, votes) = lists(values)?;
    let names = [Value::List(std::sync::Arc::new(names))];
    let options = Options::new(&names, 0)?;
    let given = method(&votes, seats);
    Ok(record([
        ("seats", with_option(options.list, "seats", given.seats.iter().map(|n| int(*n)))),
        ("left", int(given.left)),
        ("tied", options.values(&given.tied)),
    ]))
}

/// The options and their votes.
fn lists(values: &[Value]) -> Outcome<(Vec<Value>, Vec<u64>)> {
    let mut lists = (Vec::new(), Vec::new());
    for value in list(argument(values, 0)?, "`votes`")? {
        let Value::Record(fields) = value else {
            return wrong("`votes` has no records of option and votes");
        };
        let (Some(option), Some(Value::Int(votes))) = (fields.get("option"), fields.get("votes"))
        else {
            return wrong("`votes` has a record without option and votes");
        };
        let Ok(votes) = u64::try_from(*votes) else {
            return wrong(format!("{votes} votes: a count is 0 or more"));
        };
        if votes > MAX_VOTES {
            let text = format!("{votes} votes: at most {MAX_VOTES} can be counted");
            return Err(MethodError::TooMuch(text));
        }
        lists.0.push(option.clone());
        lists.1.push(votes);
    }
    Ok(lists)
}
